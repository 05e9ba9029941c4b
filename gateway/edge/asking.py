"""What an OpenAI request asks: its JSON as a GenerateRequest.

Decides which fields are understood, and that one which is not, and would change
the answer, is refused by name rather than dropped. Ranges are checked where all
requests are, in `validation.py`; `FIELDS` gives its faults the names used here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from evenflow.v1 import generation_pb2, inference_pb2

from gateway.errors import FieldFault, InvalidTask
from services.runtime.text import is_utf8

Json: TypeAlias = Mapping[str, Any]

_ROLES = {
    "system": generation_pb2.ROLE_SYSTEM,
    "developer": generation_pb2.ROLE_SYSTEM,
    "user": generation_pb2.ROLE_USER,
    "assistant": generation_pb2.ROLE_ASSISTANT,
}
_NUMBERS = ("temperature", "top_p", "presence_penalty", "frequency_penalty", "repetition_penalty")
_INTEGERS = {"top_k": "top_k", "seed": "seed", "max_tokens": "max_tokens"}
_INTEGERS |= {"max_completion_tokens": "max_tokens"}
_BOUNDS = {"seed": (0, (1 << 64) - 1)}
_INT32 = (-(1 << 31), (1 << 31) - 1)
# Of no consequence to the answer's text: taken note of nowhere.
_IGNORED = frozenset({"user", "metadata", "store", "service_tier", "safety_identifier"})
_IGNORED |= {"prompt_cache_key", "parallel_tool_calls"}
# Understood in the one way that there is; any other value is refused.
_ONLY: dict[str, tuple[Any, ...]] = {"n": (1,), "best_of": (1,), "echo": (False,), "suffix": ("",)}
_ONLY |= {"logit_bias": ({},), "tools": ([],), "functions": ([],), "tool_choice": ("none", "auto")}
_ONLY |= {"response_format": ({"type": "text"},), "modalities": (["text"],)}
_COMMON = frozenset({"model", "stream", "stream_options", "stop", "logprobs", "priority"})
_COMMON |= {*_NUMBERS, *_INTEGERS, *_IGNORED, *_ONLY}
_PRIORITIES = {
    "low": inference_pb2.PRIORITY_LOW,
    "normal": inference_pb2.PRIORITY_NORMAL,
    "high": inference_pb2.PRIORITY_HIGH,
}
# OpenAI's default is 1; ours, 0, is only what one gets who speaks gRPC.
_TEMPERATURE = 1.0

_NO_TEXT = "must be whole characters; it has half of a surrogate pair"

# What a field of ours is called in these requests, where that differs.
FIELDS = {
    "prompt.text": "prompt",
    "chat.messages": "messages",
    "chat": "messages",
    "sampling.logprobs": "top_logprobs",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A request, and how its answer is to be told."""

    request: inference_pb2.GenerateRequest
    is_chat: bool
    is_stream: bool
    wants_usage: bool


def read_chat(body: Json) -> Asked:
    """Read a body of /v1/chat/completions; InvalidTask names every field that is wrong."""
    return _Reader(body, {"messages", "top_logprobs"}).read(is_chat=True)


def read_completion(body: Json) -> Asked:
    """Read a body of /v1/completions; InvalidTask names every field that is wrong."""
    return _Reader(body, {"prompt"}).read(is_chat=False)


class _Reader:
    """One body, and what is wrong with it."""

    def __init__(self, body: Json, own: set[str]) -> None:
        self._body = {name: value for name, value in body.items() if value is not None}
        self._faults = [
            FieldFault(_shown(name), "is not supported")
            for name in self._body.keys() - own - _COMMON
        ]
        for name, allowed in _ONLY.items():
            if name in self._body and self._body[name] not in allowed:
                told = " or ".join(repr(value) for value in allowed)
                self._faults.append(FieldFault(name, f"is not supported but as {told}"))

    def read(self, *, is_chat: bool) -> Asked:
        request = inference_pb2.GenerateRequest(model=self._get("model", str, ""))
        request.priority = self._priority()
        self._read_sampling(request.sampling)
        if is_chat:
            self._read_messages(request.chat)
            self._read_chat_logprobs(request.sampling)
        else:
            request.prompt.text = self._get("prompt", str, "")
            if "logprobs" in self._body:
                self._set(request.sampling, "logprobs", "logprobs")
        options = self._get("stream_options", dict, {})
        asked = Asked(
            request,
            is_chat=is_chat,
            is_stream=self._get("stream", bool, False),
            wants_usage=options.get("include_usage") is True,
        )
        if self._faults:
            raise InvalidTask("INVALID_FIELD", self._faults)
        return asked

    def _get(self, name: str, kind: type, default: Any) -> Any:
        value = self._body.get(name, default)
        if type(value) is not kind:
            self._faults.append(FieldFault(name, f"must be {_KINDS[kind]}"))
        elif isinstance(value, str) and not is_utf8(value):
            self._faults.append(FieldFault(name, _NO_TEXT))
        else:
            return value
        return default

    def _priority(self) -> "inference_pb2.Priority.ValueType":
        name = self._get("priority", str, "normal")
        if name not in _PRIORITIES:
            self._faults.append(FieldFault("priority", "must be low, normal or high"))
        return _PRIORITIES.get(name, inference_pb2.PRIORITY_NORMAL)

    def _read_sampling(self, sampling: generation_pb2.Sampling) -> None:
        sampling.temperature = _TEMPERATURE
        for name in _NUMBERS:
            if name in self._body:
                value = self._body[name]
                if type(value) in (int, float):
                    self._assign(sampling, name, name, value)
                else:
                    self._faults.append(FieldFault(name, "must be a number"))
        for name, field in _INTEGERS.items():
            if name in self._body:
                self._set(sampling, name, field)
        stop = self._body.get("stop", [])
        stops = [stop] if isinstance(stop, str) else stop
        if not isinstance(stops, list) or not all(isinstance(each, str) for each in stops):
            self._faults.append(FieldFault("stop", "must be a string or a list of strings"))
        elif not all(map(is_utf8, stops)):
            self._faults.append(FieldFault("stop", _NO_TEXT))
        else:
            sampling.stop.extend(stops)

    def _set(self, sampling: generation_pb2.Sampling, name: str, field: str) -> None:
        value = self._body[name]
        low, high = _BOUNDS.get(name, _INT32)
        if type(value) is int and low <= value <= high:
            self._assign(sampling, name, field, value)
        else:
            self._faults.append(FieldFault(name, f"must be a whole number, {low} to {high}"))

    def _assign(
        self, sampling: generation_pb2.Sampling, name: str, field: str, value: float
    ) -> None:
        try:
            setattr(sampling, field, value)
        except (ValueError, OverflowError):
            self._faults.append(FieldFault(name, "is out of range"))

    def _read_messages(self, chat: inference_pb2.ChatTask) -> None:
        chat.SetInParent()  # an empty dialogue is a wrong one, not none
        for at, message in enumerate(self._get("messages", list, [])):
            place = f"messages[{at}]"
            if not isinstance(message, dict):
                self._faults.append(FieldFault(place, "must be an object"))
                continue
            name = message.get("role")
            role = _ROLES.get(name) if isinstance(name, str) else None
            if role is None:
                names = ", ".join(_ROLES)
                self._faults.append(FieldFault(f"{place}.role", f"must be one of {names}"))
                continue
            content = _content(message.get("content"))
            if content is None:
                fault = "must be a string, or a list of parts of type text"
                self._faults.append(FieldFault(f"{place}.content", fault))
                continue
            if not is_utf8(content):
                self._faults.append(FieldFault(f"{place}.content", _NO_TEXT))
                continue
            chat.messages.add(role=role, content=content)

    def _read_chat_logprobs(self, sampling: generation_pb2.Sampling) -> None:
        wanted = self._get("logprobs", bool, False)
        if "top_logprobs" in self._body and not wanted:
            self._faults.append(FieldFault("top_logprobs", "needs logprobs: true"))
        elif wanted:
            sampling.logprobs = 0
            if "top_logprobs" in self._body:
                self._set(sampling, "top_logprobs", "logprobs")


_KINDS: dict[type, str] = {
    str: "a string",
    bool: "true or false",
    list: "a list",
    dict: "an object",
}


def _shown(name: str) -> str:
    """The name of a field, whatever it is, as an answer can tell it."""
    return name[:64].encode(errors="backslashreplace").decode()


def _content(content: Any) -> str | None:
    """The text of a message; parts of text one after the other."""
    if isinstance(content, str):
        return content
    if not isinstance(content, list):
        return None
    texts = []
    for part in content:
        if not isinstance(part, dict) or part.get("type") != "text":
            return None
        if not isinstance(part.get("text"), str):
            return None
        texts.append(part["text"])
    return "".join(texts)


def renamed(name: str) -> str:
    """What a field of a GenerateRequest is called in these requests."""
    for ours, theirs in FIELDS.items():
        if name == ours or name.startswith(f"{ours}["):
            return theirs + name.removeprefix(ours)
    return name.removeprefix("sampling.")


Read: TypeAlias = Callable[[Json], Asked]
