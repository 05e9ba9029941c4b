"""Which Explain requests are refused as they stand, and what the others ask for.

Knows the fields and their limits as evenflow.v1 states them; knows no tokenizer and
no process. Text is wrapped from here on.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import grpc
from evenflow.v1 import explanation_pb2, worker_pb2

from services.runtime.status import RpcFault, Violation
from services.runtime.text import Text
from services.worker.engines.engine import Message
from services.worker.explaining.values import Method, Options
from services.worker.validation import ROLES, SCOPE_BYTES, chat_faults

TEXT_BYTES = 64 << 10
ALTERNATIVES = 20
STEPS = (8, 1024)
ANSWER_TOKENS = 64
_ID = re.compile(r"[A-Za-z0-9._-]{0,64}", re.ASCII)
_METHODS = {
    explanation_pb2.EXPLANATION_METHOD_UNSPECIFIED: Method.INTEGRATED_GRADIENTS,
    explanation_pb2.EXPLANATION_METHOD_INTEGRATED_GRADIENTS: Method.INTEGRATED_GRADIENTS,
    explanation_pb2.EXPLANATION_METHOD_GRADIENT_X_INPUT: Method.GRADIENT_X_INPUT,
}
_LIMITS: dict[str, tuple[float, float]] = {
    "steps": STEPS,
    "tolerance": (0, 1),
    "max_answer_tokens": (1, ANSWER_TOKENS),
    "alternatives": (0, ALTERNATIVES),
}


@dataclass(frozen=True, slots=True)
class AnswerWanted:
    """Explain a model's answer: the one given, in words or tokens, or its own."""

    request_id: str
    model: str
    input: Text | tuple[Message, ...]
    answer: Text | tuple[int, ...] | None
    options: Options
    cache_scope: str
    lease_id: int = 0


@dataclass(frozen=True, slots=True)
class LabelWanted:
    """Explain a classifier's label for a text; an empty label is the likeliest."""

    request_id: str
    classifier: str
    text: Text
    label: str
    options: Options
    cache_scope: str


def read_wanted(request: worker_pb2.WorkerServiceExplainRequest) -> AnswerWanted | LabelWanted:
    """What a request asks for.

    Raises:
        RpcFault: INVALID_ARGUMENT that names every field that is wrong.
    """
    violations = [*_faults(request), *option_faults(request.options)]
    if violations:
        raise RpcFault(
            grpc.StatusCode.INVALID_ARGUMENT,
            "INVALID_FIELD",
            "; ".join(f"{fault.field}: {fault.description}" for fault in violations[:3]),
            violations=violations[:20],
        )
    options = read_options(request.options)
    if request.WhichOneof("input") == "text":
        text = Text(request.text)
        return LabelWanted(
            request.request_id, request.model, text, request.label, options, request.cache_scope
        )
    answer: Text | tuple[int, ...] | None = tuple(request.answer_token_ids) or None
    if request.answer_text:
        answer = Text(request.answer_text)
    given: Text | tuple[Message, ...] = Text(request.prompt)
    if request.WhichOneof("input") == "chat":
        messages = request.chat.messages
        given = tuple(Message(ROLES[m.role], Text(m.content)) for m in messages)
    return AnswerWanted(
        request.request_id,
        request.model,
        given,
        answer,
        options,
        request.cache_scope,
        request.lease_id,
    )


def read_options(options: explanation_pb2.ExplanationOptions) -> Options:
    """How to explain, defaults filled in; the fields have been checked."""
    given = {name: getattr(options, name) for name in _LIMITS if options.HasField(name)}  # type: ignore[arg-type]
    return Options(method=_METHODS[options.method], **given)


def option_faults(options: explanation_pb2.ExplanationOptions) -> Iterator[Violation]:
    """What is wrong with options."""
    if options.method not in _METHODS:
        yield Violation("options.method", f"{options.method} is no ExplanationMethod")
    for name, (low, high) in _LIMITS.items():
        value = getattr(options, name)
        # Written so that NaN, which compares to nothing, is refused.
        if options.HasField(name) and not low <= value <= high:  # type: ignore[arg-type]
            yield Violation(f"options.{name}", f"{value:g}; must be {low} to {high}")


def _faults(request: worker_pb2.WorkerServiceExplainRequest) -> Iterator[Violation]:
    if not _ID.fullmatch(request.request_id):
        yield Violation("request_id", "must be empty or 1 to 64 of [A-Za-z0-9._-]")
    if len(request.cache_scope.encode()) > SCOPE_BYTES:
        yield Violation("cache_scope", f"must be at most {SCOPE_BYTES} bytes")
    kind = request.WhichOneof("input")
    match kind:
        case "prompt" | "text":
            yield from _text_faults(kind, getattr(request, kind))
        case "chat":
            yield from chat_faults(request.chat)
            size = sum(len(message.content.encode()) for message in request.chat.messages)
            if size > TEXT_BYTES:
                yield Violation("chat", f"{size} bytes; must be at most {TEXT_BYTES}")
        case _:
            yield Violation("input", "give a prompt, a chat or a text")
    if kind == "text" and (request.answer_text or request.answer_token_ids):
        yield Violation("answer_text", "a text that is classified has no answer")
    if kind != "text" and request.label:
        yield Violation("label", "only a text that is classified has a label")
    yield from _answer_faults(request)


def _answer_faults(request: worker_pb2.WorkerServiceExplainRequest) -> Iterator[Violation]:
    if request.answer_text and request.answer_token_ids:
        yield Violation("answer_token_ids", "give these or answer_text")
    if len(request.answer_text.encode()) > TEXT_BYTES:
        yield Violation("answer_text", f"must be at most {TEXT_BYTES} bytes")
    if len(request.answer_token_ids) > ANSWER_TOKENS:
        count = len(request.answer_token_ids)
        yield Violation("answer_token_ids", f"{count} tokens; must be at most {ANSWER_TOKENS}")


def _text_faults(field: str, text: str) -> Iterator[Violation]:
    size = len(text.encode())
    if not 1 <= size <= TEXT_BYTES:
        yield Violation(field, f"{size} bytes; must be 1 to {TEXT_BYTES}")
