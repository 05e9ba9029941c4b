"""A scripted worker on a loopback port, in this process."""

import itertools
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager
from dataclasses import dataclass
from typing import Any

import grpc
import pytest
from evenflow.v1 import generation_pb2, worker_pb2, worker_pb2_grpc

from services.discovery.endpoint import WORKER, Discovery, Endpoint
from services.discovery.memory import MemoryRegistry
from services.runtime.lifecycle import Running
from services.runtime.transport import open_channel
from services.worker.app import serve
from services.worker.settings import WorkerSettings


@dataclass(frozen=True)
class Worker:
    """What a test needs of a running worker."""

    running: Running
    registry: MemoryRegistry
    channel: grpc.aio.Channel
    requests: "itertools.count[int]"

    @property
    def stub(self) -> Any:
        return worker_pb2_grpc.WorkerServiceStub(self.channel)

    def execute(self, prompt: str, max_tokens: int, **fields: Any) -> Any:
        sampling = generation_pb2.Sampling(max_tokens=max_tokens, **fields.pop("sampling", {}))
        number = next(self.requests)
        request = worker_pb2.ExecuteRequest(
            request_id=f"r-{number}", lease_id=number, prompt=prompt, sampling=sampling, **fields
        )
        return self.stub.Execute(request)

    async def refusal(self, **fields: Any) -> grpc.aio.AioRpcError:
        """The error of an Execute that must send nothing at all."""
        call = self.stub.Execute(worker_pb2.ExecuteRequest(**fields))
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await call.read()
        return caught.value

    async def reported(
        self, wanted: Callable[[worker_pb2.LoadReport], bool]
    ) -> worker_pb2.LoadReport:
        """The first report that is as wanted."""
        call = self.stub.WatchLoad(worker_pb2.WatchLoadRequest())
        report: worker_pb2.LoadReport
        try:
            async for report in call:
                if wanted(report):
                    return report
        finally:
            call.cancel()
        raise AssertionError("the reports have ended")

    async def load(self) -> worker_pb2.LoadReport:
        """The report now."""
        return await self.reported(lambda _: True)

    async def fleet(self) -> tuple[Endpoint, ...]:
        """Who is registered now."""
        async with aclosing(self.registry.watch(WORKER)) as snapshots:
            return await anext(snapshots)


Start = Callable[..., AbstractAsyncContextManager[Worker]]


@pytest.fixture
def start() -> Start:
    """Starts a worker with settings of its own: a step takes no time but what they say."""

    @asynccontextmanager
    async def started(**settings: Any) -> AsyncIterator[Worker]:
        given = {
            "listen": "127.0.0.1:0",
            "metrics_listen": None,
            "engine": "scripted",
            "scripted_step_ms": 1.0,
            "scripted_row_ms": 0.0,
            "scripted_prefill_rate": 0.0,
            "drain_seconds": 5.0,
        } | settings
        registry = MemoryRegistry()
        async with (
            serve(WorkerSettings(**given), Discovery(registry, registry)) as running,
            open_channel(running.address, None) as channel,
        ):
            yield Worker(running, registry, channel, itertools.count(1))

    return started


@pytest.fixture
async def worker(start: Start) -> AsyncIterator[Worker]:
    """A worker of 8 slots with a step of 1 ms."""
    async with start() as running:
        yield running
