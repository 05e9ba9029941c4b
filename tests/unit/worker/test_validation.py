"""What an Execute request must be, field by field."""

from typing import Any

import grpc
import pytest
from evenflow.v1 import generation_pb2, worker_pb2

from services.runtime.status import RpcFault
from services.runtime.text import Text
from services.worker.engines.engine import Job, Message, PrefixMark, Sampling
from services.worker.validation import LIMITS, read_job

SYSTEM, USER, ASSISTANT = (
    generation_pb2.ROLE_SYSTEM,
    generation_pb2.ROLE_USER,
    generation_pb2.ROLE_ASSISTANT,
)


def faulty_fields(**fields: Any) -> list[str]:
    with pytest.raises(RpcFault) as refused:
        read_job(worker_pb2.ExecuteRequest(**fields))
    assert refused.value.code is grpc.StatusCode.INVALID_ARGUMENT
    assert refused.value.reason == "INVALID_FIELD"
    fields_named = [violation.field for violation in refused.value.violations]
    assert all(field in refused.value.message for field in fields_named)
    return fields_named


def chat(*turns: tuple[Any, str]) -> worker_pb2.Chat:
    messages = [generation_pb2.ChatMessage(role=role, content=content) for role, content in turns]
    return worker_pb2.Chat(messages=messages)


def test_a_prompt_with_nothing_set_has_the_defaults() -> None:
    request = worker_pb2.ExecuteRequest(request_id="r", lease_id=5, prompt="Hi")
    assert read_job(request) == Job("r", Text("Hi"), Sampling(), 5)


def test_what_is_set_is_taken_over() -> None:
    request = worker_pb2.ExecuteRequest(
        chat=chat((SYSTEM, "a"), (USER, "b"), (ASSISTANT, "c"), (USER, "d")),
        sampling=generation_pb2.Sampling(
            temperature=0.5, seed=2**64 - 1, stop=["x", "y"], logprobs=0
        ),
        cache_scope="whose",
    )
    job = read_job(request)
    assert job.cache_scope == "whose"
    assert job.input == (
        Message("system", Text("a")),
        Message("user", Text("b")),
        Message("assistant", Text("c")),
        Message("user", Text("d")),
    )
    assert job.sampling == Sampling(
        temperature=0.5, seed=2**64 - 1, stop=(Text("x"), Text("y")), logprobs=0
    )


def test_a_scope_has_an_end() -> None:
    assert read_job(worker_pb2.ExecuteRequest(prompt="Hi", cache_scope="\u00e9" * 128))
    with pytest.raises(RpcFault) as refused:
        read_job(worker_pb2.ExecuteRequest(prompt="Hi", cache_scope="\u00e9" * 128 + "e"))
    assert [violation.field for violation in refused.value.violations] == ["cache_scope"]


NAN, INF = float("nan"), float("inf")
WRONG: dict[str, tuple[Any, ...]] = {
    "temperature": (-0.1, 2.1, NAN, INF, -INF),
    "top_p": (0.0, 1.1, NAN, -1.0),
    "top_k": (0, -1, 1001),
    "repetition_penalty": (0.0, 2.1, NAN, -1.0),
    "presence_penalty": (-2.1, 2.1, NAN),
    "frequency_penalty": (-2.1, 2.1, NAN),
    "max_tokens": (0, -1, 8193),
    "logprobs": (-1, 21),
}


def test_every_limited_field_is_tried() -> None:
    assert WRONG.keys() == LIMITS.keys()


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, values in WRONG.items() for value in values]
)
def test_a_value_beyond_its_limits_is_refused(name: str, value: Any) -> None:
    assert faulty_fields(prompt="Hi", sampling={name: value}) == [f"sampling.{name}"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        (name, value)
        for name, (low, high) in LIMITS.items()
        for value in (low, high)
        if value not in WRONG[name]
    ],
)
def test_the_limits_themselves_are_allowed(name: str, value: Any) -> None:
    sampling = generation_pb2.Sampling(**{name: value})
    job = read_job(worker_pb2.ExecuteRequest(prompt="Hi", sampling=sampling))
    assert getattr(job.sampling, name) == value


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({}, ["input"]),
        ({"prompt": ""}, ["prompt"]),
        ({"chat": chat()}, ["chat.messages"]),
        ({"chat": chat((0, "a"))}, ["chat.messages[0].role", "chat.messages[0].role"]),
        ({"chat": chat((USER, ""))}, ["chat.messages[0].content"]),
        ({"chat": chat((USER, "a"), (ASSISTANT, "b"))}, ["chat.messages[1].role"]),
        (
            {"chat": chat((USER, "a"), (SYSTEM, "b"), (USER, "c"))},
            ["chat.messages[1].role"],
        ),
        ({"prompt": "Hi", "sampling": {"stop": ["x"] * 9}}, ["sampling.stop"]),
        ({"prompt": "Hi", "sampling": {"stop": ["x", ""]}}, ["sampling.stop[1]"]),
        ({"prompt": "Hi", "sampling": {"stop": ["x" * 129]}}, ["sampling.stop[0]"]),
        (
            {"prompt": "", "sampling": {"temperature": -1, "max_tokens": 0}},
            ["prompt", "sampling.temperature", "sampling.max_tokens"],
        ),
    ],
)
def test_all_faults_are_named_at_once(fields: dict[str, Any], named: list[str]) -> None:
    assert faulty_fields(**fields) == named


def test_no_fault_quotes_the_request() -> None:
    with pytest.raises(RpcFault) as refused:
        read_job(worker_pb2.ExecuteRequest(chat=chat((USER, "secret"), (ASSISTANT, "secret"))))
    assert "secret" not in repr(refused.value)


def test_prefix_marks_are_taken_over_and_have_an_end() -> None:
    marks = [worker_pb2.PrefixMark(hash=2**64 - n, bytes=n) for n in range(1, 33)]
    job = read_job(worker_pb2.ExecuteRequest(prompt="Hi", prefix_marks=marks))
    assert job.prefix_marks[0] == PrefixMark(2**64 - 1, 1)
    assert len(job.prefix_marks) == 32
    assert faulty_fields(prompt="Hi", prefix_marks=[*marks, marks[0]]) == ["prefix_marks"]


def test_an_answer_goes_on_up_to_its_most_tokens() -> None:
    fields: dict[str, Any] = {"prompt": "Hi", "sampling": {"max_tokens": 3}}
    assert read_job(worker_pb2.ExecuteRequest(**fields, answered_token_ids=[7, 8, 9])).answered == (
        7,
        8,
        9,
    )
    assert faulty_fields(**fields, answered_token_ids=[7] * 4) == ["answered_token_ids"]
