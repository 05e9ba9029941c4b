"""A stream to the balancer that breaks: no time passes until this gateway grants by itself."""

import asyncio
import random

import pytest
from evenflow.v1 import balancer_pb2
from prometheus_client import CollectorRegistry

from gateway.alone.degraded import Degraded
from gateway.dispatch import Dispatch
from gateway.fleet import Fleet, WorkerView
from gateway.lease import Lease
from gateway.metrics import GatewayMetrics
from gateway.tasks.task import Priority
from gateway.tickets import Ticket


class Call:
    """A Dispatch stream whose balancer says nothing, until it breaks."""

    def __init__(self) -> None:
        self.submitted = asyncio.Event()
        self.broken = asyncio.Event()

    def Dispatch(self) -> "Call":  # the stub is its own call
        return self

    async def write(self, request: balancer_pb2.DispatchRequest) -> None:
        if request.events:
            self.submitted.set()

    async def __aiter__(self):
        await self.broken.wait()
        raise ConnectionResetError
        yield

    def cancel(self) -> None:
        pass


async def test_what_waits_is_granted_in_the_moment_in_which_the_stream_breaks() -> None:
    degraded = Degraded(random.Random(1), first_lease=1, longest=300.0)
    dispatch = Dispatch("g", 5.0, degraded, GatewayMetrics(CollectorRegistry()))
    worker = WorkerView("w", "w:1", True, model="m", context_tokens=1000, slots=1)
    dispatch.told(Fleet((worker,)))
    ticket = Ticket("t", "m", "", 40, 10, priority=Priority.NORMAL, deadline=1e9)

    async def leased() -> Lease:
        async with dispatch.lease(ticket) as lease:
            return lease

    call = Call()
    async with asyncio.timeout(20):
        conversing = asyncio.create_task(dispatch.converse(call))
        waiting = asyncio.create_task(leased())
        await call.submitted.wait()
        assert not waiting.done()
        call.broken.set()
        with pytest.raises(ExceptionGroup):
            await conversing
        for _ in range(3):  # turns of the loop, not time
            await asyncio.sleep(0)
        assert waiting.done()
        assert (await waiting).grant.worker_id == "w"
    assert dispatch.is_degraded
