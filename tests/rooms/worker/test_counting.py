"""CountTokens over a real socket: lengths in the model's own tokens, and its limits."""

from typing import Any

import grpc
import pytest
from evenflow.v1 import worker_pb2

from services.runtime.status import RpcFault, read_fault
from services.worker.counting import TEXTS, TOTAL_BYTES


async def fault_of(worker: Any, **fields: Any) -> RpcFault:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await worker.stub.CountTokens(worker_pb2.CountTokensRequest(**fields))
    return read_fault(caught.value)


async def test_texts_are_counted_in_their_order_and_take_no_slot(start: Any) -> None:
    async with start(slots=1, context=64, scripted_step_ms=1000.0) as worker:
        busy = worker.execute("Hi", 50)
        assert (await busy.read()).HasField("started")
        texts = ["Hello.", "", "你好", "w" * 1000]
        counted = await worker.stub.CountTokens(worker_pb2.CountTokensRequest(texts=texts))
        assert list(counted.tokens) == [6, 0, 6, 1000]
        assert (counted.model_revision, counted.context_tokens) == ("scripted-1", 64)
        assert (await worker.load()).slots_used == 1
        busy.cancel()


async def test_what_is_too_much_is_refused_with_its_limit_and_without_a_word_of_it(
    worker: Any,
) -> None:
    fault = await fault_of(worker, texts=["secret"] * (TEXTS + 1))
    assert (fault.code, fault.reason) == (grpc.StatusCode.INVALID_ARGUMENT, "INVALID_FIELD")
    (violation,) = fault.violations
    assert violation.field == "texts"
    assert violation.description == f"{TEXTS + 1} texts; must be at most {TEXTS}"
    fault = await fault_of(worker, texts=["é" * (TOTAL_BYTES // 2), "s"])
    (violation,) = fault.violations
    assert violation.description == f"{TOTAL_BYTES + 1} bytes together; must be at most 1048576"
    counted = await worker.stub.CountTokens(
        worker_pb2.CountTokensRequest(texts=["é" * (TOTAL_BYTES // 2)])
    )
    assert list(counted.tokens) == [TOTAL_BYTES]


async def test_another_model_or_revision_counts_otherwise(worker: Any) -> None:
    fault = await fault_of(worker, model="other", texts=["a"])
    assert (fault.code, fault.reason) == (grpc.StatusCode.NOT_FOUND, "UNKNOWN_MODEL")
    fault = await fault_of(worker, model_revision="scripted-2", texts=["a"])
    assert (fault.code, fault.reason) == (grpc.StatusCode.FAILED_PRECONDITION, "OTHER_REVISION")
