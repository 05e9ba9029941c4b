"""What is wrong is told, each fault by itself, and has no other effect."""

import asyncio
import contextlib
import math

import grpc
import pytest
from evenflow.v1 import generation_pb2, inference_pb2
from evenflow.v1.inference_pb2 import GenerateRequest, PromptTask

from services.runtime.status import read_fault
from services.worker.engines.scripted import expected_answer

Code = grpc.StatusCode
INVALID = Code.INVALID_ARGUMENT


def asked(text: str = "hello", **sampling) -> GenerateRequest:
    return GenerateRequest(
        prompt=PromptTask(text=text), sampling=generation_pb2.Sampling(**sampling)
    )


CASES = {
    "empty prompt": (asked(""), INVALID, "prompt.text", "empty"),
    "5 MB prompt": (asked("x" * 5_000_000), INVALID, "prompt.text", "1048576"),
    "temperature -1": (asked(temperature=-1), INVALID, "sampling.temperature", "2"),
    "temperature NaN": (asked(temperature=math.nan), INVALID, "sampling.temperature", "2"),
    "max_tokens 0": (asked(max_tokens=0), INVALID, "sampling.max_tokens", "1"),
    "no task": (GenerateRequest(), INVALID, "task", "prompt, chat, answer, translate"),
    "too long": (asked("x" * 5000), INVALID, "prompt", "2048"),
    "unknown model": (
        GenerateRequest(prompt=PromptTask(text="hello"), model="gpt-9"),
        Code.NOT_FOUND,
        None,
        "served now: scripted",
    ),
}


async def fault_of(call):
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        async for _ in call:
            pass
    return read_fault(caught.value)


async def test_each_fault_is_told_by_field_and_limit_and_harms_nobody(open_mesh) -> None:
    async with open_mesh(workers=1, worker_settings={"context": 2048}) as poker:
        bystander = aiter(poker.generate("bystander", 600))
        text = (await anext(bystander)).delta.text
        for name, (request, code, field, limit) in CASES.items():
            fault = await fault_of(poker.inference.Generate(request, timeout=10))
            assert fault.code is code, f"{name}: {fault!r}"
            assert fault.reason, name
            told = {v.field: v.description for v in fault.violations}
            if field is not None:
                assert list(told) == [field], f"{name}: {told}"
                assert limit in told[field], f"{name}: {told}"
            else:
                assert limit in fault.message, f"{name}: {fault!r}"
        text += "".join([response.delta.text async for response in bystander])
        assert text == expected_answer("bystander", 600)
        snapshot = await poker.until_idle()
        assert snapshot.workers[0].load.generated_tokens_total == 600


async def test_all_wrong_fields_are_told_at_once(poker) -> None:
    request = asked("", temperature=3, top_p=0, top_k=0, max_tokens=9000, logprobs=21)
    fault = await fault_of(poker.inference.Generate(request, timeout=10))
    assert {v.field for v in fault.violations} == {
        "prompt.text",
        "sampling.temperature",
        "sampling.top_p",
        "sampling.top_k",
        "sampling.max_tokens",
        "sampling.logprobs",
    }


async def test_a_deadline_of_1_ms_reaches_no_worker(poker) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        async for _ in poker.generate("hello", 100, timeout=0.001):
            pass
    assert caught.value.code() is Code.DEADLINE_EXCEEDED
    snapshot = await poker.until_idle()
    # The caller's own clock ended it; a worker may have begun one step at most.
    assert sum(worker.load.generated_tokens_total for worker in snapshot.workers) <= 1


async def test_garbage_sent_to_any_port_harms_nobody(poker) -> None:
    addresses = [poker.mesh.gateway.address, poker.mesh.balancer.address]
    addresses += [worker.address for worker in poker.mesh.workers]
    bystander = asyncio.create_task(poker.answer("bystander", 100))
    for address in addresses:
        host, port = address.split(":")
        for garbage in (b"\x00" * 64, b"GET / HTTP/1.1\r\n\r\n", bytes(range(256)) * 64):
            reader, writer = await asyncio.open_connection(host, int(port))
            with contextlib.suppress(OSError):  # the server may have hung up by now
                writer.write(garbage)
                await reader.read()
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()
    raw = poker.caller.unary_stream(
        "/evenflow.v1.InferenceService/Generate",
        request_serializer=bytes,
        response_deserializer=bytes,
    )
    fault = await fault_of(raw(b"\xff" * 99, timeout=10))
    assert (fault.code, fault.reason) == (INVALID, "MALFORMED")
    assert (await bystander)[0] == expected_answer("bystander", 100)


async def test_what_only_a_worker_can_know_is_told_like_the_rest(poker) -> None:
    """A person with grpcurl reaches workers too."""
    request = inference_pb2.GenerateRequest(
        chat=inference_pb2.ChatTask(
            messages=[generation_pb2.ChatMessage(role=generation_pb2.ROLE_USER, content="y" * 9000)]
        )
    )
    fault = await fault_of(poker.inference.Generate(request, timeout=10))
    assert (fault.code, fault.reason) == (INVALID, "PROMPT_TOO_LONG")
    assert "2048" in str([violation.description for violation in fault.violations])
