"""Callers that go away: the slot is free within one step, and nothing is left."""

import asyncio
from typing import Any

import grpc
import pytest
from evenflow.v1 import generation_pb2, worker_pb2

from services.worker.engines.scripted import expected_answer

STEP_MS = 200.0  # longer than the gap between reports: each step is reported


async def test_a_cancelled_sequence_is_gone_within_one_decode_step(start: Any) -> None:
    async with start(scripted_step_ms=STEP_MS) as worker:
        staying, leaving = worker.execute("stays", 1000), worker.execute("leaves", 1000)
        await staying.read()
        await leaving.read()
        at_cancel = await worker.load()
        assert sorted(at_cancel.lease_ids) == [1, 2]
        leaving.cancel()
        freed = await worker.reported(lambda report: list(report.lease_ids) == [1])
        # The step in hand when the cancel came, and at most the one it then met.
        assert freed.step_count <= at_cancel.step_count + 1
        # The other's prompt, its answer so far and the reserve for it.
        assert 0 < freed.kv_tokens_used - len("stays") - 16 <= freed.step_count + 1
        staying.cancel()


async def test_two_hundred_cancels_leave_nothing(worker: Any) -> None:
    tasks_before = len(asyncio.all_tasks())
    for round_number in range(25):
        calls = [worker.execute(f"{round_number} {n}", 1000) for n in range(8)]
        for n, call in enumerate(calls):
            if (n + round_number) % 4:  # every fourth is cancelled before its first token
                await call.read()
            call.cancel()
        await worker.reported(lambda report: report.slots_used == 0)
    load = await worker.load()
    assert (load.slots_used, load.kv_tokens_used, load.prefill_backlog_tokens) == (0, 0, 0)
    assert list(load.lease_ids) == []
    events = [event async for event in worker.execute("after all", 20)]
    text = "".join(event.delta.text for event in events)
    assert text == expected_answer("after all", 20)
    assert events[-1].finished.reason == generation_pb2.FINISH_REASON_LENGTH
    await worker.reported(lambda report: report.slots_used == 0)
    # A leak would be two hundred; the last calls' own tasks may yet be ending.
    assert len(asyncio.all_tasks()) < tasks_before + 10


async def test_a_deadline_frees_the_slot(worker: Any) -> None:
    sampling = generation_pb2.Sampling(max_tokens=1000)
    request = worker_pb2.ExecuteRequest(prompt="late", sampling=sampling)
    call = worker.stub.Execute(request, timeout=0.05)
    with pytest.raises(grpc.aio.AioRpcError) as ended:
        _ = [event async for event in call]
    assert ended.value.code() == grpc.StatusCode.DEADLINE_EXCEEDED
    await worker.reported(lambda report: report.slots_used == 0)
