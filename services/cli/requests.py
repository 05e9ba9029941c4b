"""Requests as the wire wants them, from what was given on the command line.

Decides which field each flag sets; what was not given stays unset, so that the
gateway's defaults and its checks hold.
"""

from collections.abc import Sequence

from evenflow.v1 import generation_pb2, inference_pb2

from services.cli.options import SamplingFlags
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
    task = inference_pb2.SummarizeTask(text=text.reveal, words=words)
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


def _with_flags(request: Request, flags: SamplingFlags) -> Request:
    request.model = flags.model
    for name in _OPTIONAL:
        value = getattr(flags, name)
        if value is not None:
            setattr(request.sampling, name, value)
    request.sampling.stop.extend(flags.stop or ())
    return request
