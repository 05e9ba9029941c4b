"""Requests as the wire wants them, from what was given on the command line.

Decides which field each flag sets; what was not given stays unset, so that the
gateway's defaults and its checks hold.
"""

from collections.abc import Sequence

from evenflow.v1 import explanation_pb2, generation_pb2, inference_pb2
from google.protobuf.message import Message

from services.cli.faults import USAGE, Complaint
from services.cli.options import ExplainFlags, SamplingFlags
from services.runtime.text import Text

Request = inference_pb2.GenerateRequest
_OPTIONAL = (
    "temperature",
    "top_p",
    "top_k",
    "repetition_penalty",
    "presence_penalty",
    "frequency_penalty",
    "seed",
    "max_tokens",
)

_METHODS = {
    "integrated-gradients": explanation_pb2.EXPLANATION_METHOD_INTEGRATED_GRADIENTS,
    "gradient-x-input": explanation_pb2.EXPLANATION_METHOD_GRADIENT_X_INPUT,
}


def complete(text: Text, flags: SamplingFlags) -> Request:
    """Continue a text."""
    return _with_flags(Request(prompt=inference_pb2.PromptTask(text=text.reveal)), flags)


def auto(text: Text, flags: SamplingFlags) -> Request:
    """Find out what a text asks for, and do it."""
    return _with_flags(Request(auto=inference_pb2.AutoTask(text=text.reveal)), flags)


def ask(question: Text, context: Text | None, flags: SamplingFlags) -> Request:
    """Answer a question, from a context where one is given."""
    task = inference_pb2.AnswerTask(question=question.reveal)
    if context is not None:
        task.context = context.reveal
    return _with_flags(Request(answer=task), flags)


def translate(text: Text, to: str, source: str, flags: SamplingFlags) -> Request:
    """Translate a text."""
    task = inference_pb2.TranslateTask(text=text.reveal, target_language=to, source_language=source)
    return _with_flags(Request(translate=task), flags)


def summarize(text: Text, words: int, flags: SamplingFlags) -> Request:
    """Summarize a text."""
    task = inference_pb2.SummarizeTask(text=text.reveal)
    _set(task, "words", words)
    return _with_flags(Request(summarize=task), flags)


def chat(turns: Sequence[tuple[str, Text]], flags: SamplingFlags) -> Request:
    """Go on with a dialogue; each turn is ("system" | "user" | "assistant", text)."""
    messages = [
        generation_pb2.ChatMessage(
            role=generation_pb2.Role.Value(f"ROLE_{who.upper()}"), content=text.reveal
        )
        for who, text in turns
    ]
    return _with_flags(Request(chat=inference_pb2.ChatTask(messages=messages)), flags)


def explain(text: Text, context: Text | None, flags: ExplainFlags) -> inference_pb2.ExplainRequest:
    """Explain the answer to a message, or to a question with its context; or a label."""
    is_label = flags.classifies or flags.label is not None
    if sum((is_label, flags.continues, context is not None)) > 1:
        rule = "give one of --complete, --context and --classify or --label"
        raise Complaint(rule, exit_code=USAGE)
    if flags.method not in _METHODS:
        raise Complaint(f"--method must be one of {', '.join(_METHODS)}", exit_code=USAGE)
    options = explanation_pb2.ExplanationOptions(method=_METHODS[flags.method])
    for name in ("steps", "tolerance", "max_answer_tokens"):
        value = getattr(flags, name)
        if value is not None:
            _set(options, name, value)
    request = inference_pb2.ExplainRequest(model=flags.model, options=options)
    request.answer_text = flags.answer or ""
    if is_label:
        request.label.text, request.label.label = text.reveal, flags.label or ""
    elif flags.continues:
        request.prompt.text = text.reveal
    elif context is not None:
        request.answer.question, request.answer.context = text.reveal, context.reveal
    else:
        request.chat.messages.add(role=generation_pb2.ROLE_USER, content=text.reveal)
    return request


def _with_flags(request: Request, flags: SamplingFlags) -> Request:
    request.model = flags.model
    for name in _OPTIONAL:
        value = getattr(flags, name)
        if value is not None:
            _set(request.sampling, name, value)
    request.sampling.stop.extend(flags.stop or ())
    return request


def _set(message: Message, name: str, value: float) -> None:
    """Set what a flag gave; which numbers are good is the gateway's to say, if it can be told."""
    try:
        setattr(message, name, value)
    except (ValueError, OverflowError):
        flag = name.replace("_", "-")
        raise Complaint(f"--{flag} {value}: beyond all limits", exit_code=USAGE) from None
