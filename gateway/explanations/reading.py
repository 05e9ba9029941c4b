"""What makes a request for an explanation wrong.

Reads an ExplainRequest, or names every field that is wrong with the limit it broke.
What it has in common with a GenerateRequest is checked as there. Knows nothing of
what becomes of it.
"""

from collections.abc import Iterator
from dataclasses import replace

from evenflow.v1 import explanation_pb2, generation_pb2, inference_pb2

from gateway.errors import FieldFault, InvalidTask
from gateway.explanations.wanted import AnswerWanted, LabelWanted, Wanted
from gateway.tasks.task import Task
from gateway.validation import Validator
from services.runtime.text import Text

TEXT_BYTES = 64 << 10
ANSWER_TOKENS = 16
_MOST_ANSWER_TOKENS = 64
_MAX_LABEL = 256
# Status details travel in a header block of 8 KiB.
_MAX_FAULTS_TOLD = 20
_LIMITS: dict[str, tuple[float, float]] = {
    "steps": (8, 1024),
    "tolerance": (0, 1),
    "max_answer_tokens": (1, _MOST_ANSWER_TOKENS),
    "alternatives": (0, 20),
}


class Reader:
    """Checks requests.

    Args:
        validator: checks their tasks, of TEXT_BYTES at most.
        classifier: the one that is meant where none is named.
    """

    def __init__(self, validator: Validator, classifier: str) -> None:
        self._validator = validator
        self._classifier = classifier

    def read(self, request: inference_pb2.ExplainRequest, tenant: str) -> Wanted:
        """Read a request of `tenant`.

        Raises:
            InvalidTask: with every field that is wrong.
        """
        faults = [*_answer_faults(request), *_option_faults(request.options)]
        task = self._task(request, tenant, faults)
        if task is None or faults:
            reason = "INVALID_FIELD" if request.WhichOneof("task") else "NO_TASK"
            raise InvalidTask(reason, faults[:_MAX_FAULTS_TOLD])
        if request.HasField("label"):
            named = replace(task, model=request.model or self._classifier)
            label = request.label
            return LabelWanted(named, Text(label.text), label.label, request.options)
        answer: Text | tuple[int, ...] | None = tuple(request.answer_token_ids) or None
        if request.answer_text:
            answer = Text(request.answer_text)
        return AnswerWanted(task, answer, request.options)

    def _task(
        self, request: inference_pb2.ExplainRequest, tenant: str, faults: list[FieldFault]
    ) -> Task | None:
        if request.WhichOneof("task") is None:
            names = "prompt, chat, answer, translate, summarize, label"
            faults.append(FieldFault("task", f"must be set: one of {names}"))
            return None
        try:
            return self._validator.read(_as_generation(request), tenant)
        except InvalidTask as error:
            is_label = request.HasField("label")
            faults += (_of_the_label(fault) if is_label else fault for fault in error.faults)
            return None


def _as_generation(request: inference_pb2.ExplainRequest) -> inference_pb2.GenerateRequest:
    """The generation whose answer is explained; a text to be classified as a prompt."""
    told = request.options
    # What is out of bounds is told by the name that it has here.
    longest = min(max(told.max_answer_tokens, 1), _MOST_ANSWER_TOKENS)
    generation = inference_pb2.GenerateRequest(
        model=request.model,
        priority=request.priority,
        request_id=request.request_id,
        sampling=generation_pb2.Sampling(
            max_tokens=longest if told.HasField("max_answer_tokens") else ANSWER_TOKENS
        ),
    )
    match request.WhichOneof("task"):
        case "prompt":
            generation.prompt.CopyFrom(request.prompt)
        case "chat":
            generation.chat.CopyFrom(request.chat)
        case "answer":
            generation.answer.CopyFrom(request.answer)
        case "translate":
            generation.translate.CopyFrom(request.translate)
        case "summarize":
            generation.summarize.CopyFrom(request.summarize)
        case "label":
            generation.prompt.text = request.label.text
    return generation


def _of_the_label(fault: FieldFault) -> FieldFault:
    return replace(fault, field="label.text") if fault.field == "prompt.text" else fault


def _answer_faults(request: inference_pb2.ExplainRequest) -> Iterator[FieldFault]:
    is_label = request.HasField("label")
    if is_label and (request.answer_text or request.answer_token_ids):
        yield FieldFault("answer_text", "a text that is classified has no answer")
    if len(request.label.label) > _MAX_LABEL:
        rule = f"{len(request.label.label)} characters; must be at most {_MAX_LABEL}"
        yield FieldFault("label.label", rule)
    if request.answer_text and request.answer_token_ids:
        yield FieldFault("answer_token_ids", "give these or answer_text")
    size = len(request.answer_text.encode())
    if size > TEXT_BYTES:
        yield FieldFault("answer_text", f"{size} bytes; must be at most {TEXT_BYTES}")
    count = len(request.answer_token_ids)
    if count > _MOST_ANSWER_TOKENS:
        rule = f"{count} tokens; must be at most {_MOST_ANSWER_TOKENS}"
        yield FieldFault("answer_token_ids", rule)


def _option_faults(options: explanation_pb2.ExplanationOptions) -> Iterator[FieldFault]:
    if options.method not in explanation_pb2.ExplanationMethod.values():
        yield FieldFault("options.method", f"{options.method} is no ExplanationMethod")
    for name, (low, high) in _LIMITS.items():
        value = getattr(options, name)
        # Written so that NaN, which compares to nothing, is refused.
        if options.HasField(name) and not low <= value <= high:  # type: ignore[arg-type]
            yield FieldFault(f"options.{name}", f"{value:g}; must be {low} to {high}")
