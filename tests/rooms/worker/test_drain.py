"""Leaving: by the Drain call, and by the process's end."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

import grpc
from evenflow.v1 import worker_pb2
from grpc_health.v1 import health_pb2, health_pb2_grpc

from services.runtime.status import read_fault
from services.worker.engines.scripted import expected_answer


async def health(worker: Any) -> int:
    request = health_pb2.HealthCheckRequest(service="evenflow.v1.WorkerService")
    stub: Any = health_pb2_grpc.HealthStub(worker.channel)
    status: int = (await stub.Check(request)).status
    return status


async def text_of(events: AsyncIterator[Any]) -> str:
    return "".join([event.delta.text async for event in events])


async def test_a_worker_that_serves_is_healthy_and_registered(worker: Any) -> None:
    assert await health(worker) == health_pb2.HealthCheckResponse.SERVING
    (endpoint,) = await worker.fleet()
    assert (endpoint.id, endpoint.address) == (
        worker.running.instance_id,
        worker.running.address,
    )
    assert endpoint.tag("model") == "scripted"


async def test_who_runs_ends_well_and_nobody_new_comes_in(worker: Any) -> None:
    running = aiter(worker.execute("Hi", 300))
    await anext(running)
    drained = asyncio.gather(*(worker.stub.Drain(worker_pb2.DrainRequest()) for _ in range(2)))
    await worker.reported(lambda report: report.draining)
    refused = await worker.refusal(prompt="Hi")
    assert (refused.code(), read_fault(refused).reason) == (
        grpc.StatusCode.UNAVAILABLE,
        "DRAINING",
    )
    assert await text_of(running) == expected_answer("Hi", 300)
    assert [answer.slots_used for answer in await drained] == [0, 0]
    assert await worker.fleet() == ()
    assert await health(worker) == health_pb2.HealthCheckResponse.NOT_SERVING
    assert (await worker.load()).draining  # load goes on being told


async def test_a_drain_waits_no_longer_than_its_grace(worker: Any) -> None:
    running = worker.execute("Hi", 2000)
    await running.read()
    began = time.monotonic()
    answer = await worker.stub.Drain(worker_pb2.DrainRequest(grace_ms=100))
    assert 0.1 <= time.monotonic() - began < 1
    assert answer.slots_used == 1
    running.cancel()
