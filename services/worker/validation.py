"""Which Execute requests are refused as they stand, and the Job that the others ask for.

A gateway has checked its caller's request by its own rules; but a person with
grpcurl reaches a worker too, and nothing here may depend on who calls. Knows
the fields and their limits as the protos state them; knows no engine.
"""

from collections.abc import Iterator

import grpc
from evenflow.v1 import generation_pb2, worker_pb2

from services.runtime.status import RpcFault, Violation
from services.runtime.text import Text
from services.worker.engines.engine import Job, Message, PrefixMark, RoleName, Sampling

ROLES: dict[int, RoleName] = {
    generation_pb2.ROLE_SYSTEM: "system",
    generation_pb2.ROLE_USER: "user",
    generation_pb2.ROLE_ASSISTANT: "assistant",
}
LIMITS: dict[str, tuple[float, float]] = {
    "temperature": (0, 2),
    "top_p": (0, 1),
    "top_k": (1, 1000),
    "repetition_penalty": (0, 2),
    "presence_penalty": (-2, 2),
    "frequency_penalty": (-2, 2),
    "max_tokens": (1, 8192),
    "logprobs": (0, 20),
}
ABOVE = frozenset({"top_p", "repetition_penalty"})  # the lower limit itself is refused
STOPS, STOP_CHARACTERS = 8, 128
SCOPE_BYTES = 256
MARKS = 32


def read_job(request: worker_pb2.ExecuteRequest) -> Job:
    """The job that a request asks for; its text is wrapped from here on.

    Raises:
        RpcFault: INVALID_ARGUMENT that names every field that is wrong.
    """
    sampling = _sampling(request.sampling)
    violations = [
        *_input_faults(request),
        *_sampling_faults(request.sampling),
        *_length_faults(request, sampling.max_tokens),
    ]
    if violations:
        raise RpcFault(
            grpc.StatusCode.INVALID_ARGUMENT,
            "INVALID_FIELD",
            "; ".join(f"{fault.field}: {fault.description}" for fault in violations),
            violations=violations,
        )
    return Job(
        request.request_id,
        _input(request),
        sampling,
        request.lease_id,
        request.cache_scope,
        tuple(PrefixMark(mark.hash, mark.bytes) for mark in request.prefix_marks),
        tuple(request.answered_token_ids),
    )


def _input_faults(request: worker_pb2.ExecuteRequest) -> Iterator[Violation]:
    match request.WhichOneof("input"):
        case "prompt":
            if not request.prompt:
                yield Violation("prompt", "must not be empty")
        case "chat":
            yield from chat_faults(request.chat)
        case _:
            yield Violation("input", "give a prompt or a chat")


def _length_faults(request: worker_pb2.ExecuteRequest, max_tokens: int) -> Iterator[Violation]:
    if len(request.cache_scope.encode()) > SCOPE_BYTES:
        yield Violation("cache_scope", f"at most {SCOPE_BYTES} bytes")
    if len(request.prefix_marks) > MARKS:
        yield Violation("prefix_marks", f"at most {MARKS} marks")
    if len(request.answered_token_ids) > max(0, max_tokens):
        yield Violation("answered_token_ids", "at most sampling.max_tokens")


def chat_faults(chat: worker_pb2.Chat) -> Iterator[Violation]:
    """What is wrong with a dialogue."""
    if not chat.messages:
        yield Violation("chat.messages", "must not be empty")
        return
    for index, message in enumerate(chat.messages):
        field = f"chat.messages[{index}]"
        if message.role not in ROLES:
            yield Violation(f"{field}.role", "must be set")
        if message.role == generation_pb2.ROLE_SYSTEM and index > 0:
            yield Violation(f"{field}.role", "only the first message may be the system's")
        if not message.content:
            yield Violation(f"{field}.content", "must not be empty")
    last = len(chat.messages) - 1
    if chat.messages[last].role != generation_pb2.ROLE_USER:
        yield Violation(f"chat.messages[{last}].role", "the last message must be the user's")


def _sampling_faults(sampling: generation_pb2.Sampling) -> Iterator[Violation]:
    for name, (low, high) in LIMITS.items():
        if not sampling.HasField(name):  # type: ignore[arg-type]  # a name from a table
            continue
        value = getattr(sampling, name)
        # Written so that NaN, which compares to nothing, is refused.
        if not low <= value <= high or (name in ABOVE and not value > low):
            above = "above" if name in ABOVE else "at least"
            yield Violation(f"sampling.{name}", f"must be {above} {low} and at most {high}")
    if len(sampling.stop) > STOPS:
        yield Violation("sampling.stop", f"at most {STOPS} stop strings")
    for index, stop in enumerate(sampling.stop):
        if not 1 <= len(stop) <= STOP_CHARACTERS:
            yield Violation(
                f"sampling.stop[{index}]", f"must have 1 to {STOP_CHARACTERS} characters"
            )


def _input(request: worker_pb2.ExecuteRequest) -> Text | tuple[Message, ...]:
    if request.WhichOneof("input") == "prompt":
        return Text(request.prompt)
    return tuple(Message(ROLES[m.role], Text(m.content)) for m in request.chat.messages)


def _sampling(sampling: generation_pb2.Sampling) -> Sampling:
    given = {name: getattr(sampling, name) for name in (*LIMITS, "seed") if sampling.HasField(name)}  # type: ignore[arg-type]
    return Sampling(**given, stop=tuple(map(Text, sampling.stop)))
