"""Sends a trace at its times, whatever has become of what was sent before.

Decides when each request goes out and what is written down of its answer. Knows
no proxy: to each way belongs a call that takes a request and yields messages.
"""

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, TypeAlias

import grpc
from evenflow.v1 import (
    generation_pb2,
    inference_pb2,
    inference_pb2_grpc,
    worker_pb2,
    worker_pb2_grpc,
)

from benchmarks.live.engine import written
from benchmarks.simulation.trace import Request
from benchmarks.simulation.world import Record
from services.runtime.transport import open_channel

TIMEOUT_SECONDS = 300.0
CONNECTIONS = 4
"""A way. So many streams as run here are refused on one connection by grpcio's own servers."""
Ask: TypeAlias = Callable[[Request], Any]


class Way:
    """One way to the workers, in a world where all takes `slowness` times as long.

    Records are in that world's time. `late`: how long after its time each request
    went out, in ours.
    """

    def __init__(self, asks: Sequence[Ask], slowness: float) -> None:
        self._asks = itertools.cycle(asks)
        self._slowness = slowness
        self._clock = asyncio.get_running_loop().time
        self.late: list[float] = []
        self.errors: dict[str, int] = {}

    async def send(self, requests: Sequence[Request], since: float) -> list[Record]:
        """The whole trace; returns when all answers have ended."""
        records = [Record(request) for request in requests]
        async with asyncio.TaskGroup() as group:
            for record in records:
                due = since + record.request.arrives_at * self._slowness
                await asyncio.sleep(max(0.0, due - self._clock()))
                self.late.append(self._clock() - due)
                group.create_task(self._ask(record, since))
        return records

    async def _ask(self, record: Record, since: float) -> None:
        call = next(self._asks)(record.request)
        try:
            async for message in call:
                if message.HasField("started"):
                    record.first_token_at = (self._clock() - since) / self._slowness
                    record.worker = int(message.started.worker_id.rpartition("-")[2])
                elif message.HasField("finished"):
                    record.ended_at = (self._clock() - since) / self._slowness
        except grpc.aio.AioRpcError as error:
            name = error.code().name
            self.errors[name] = self.errors.get(name, 0) + 1
        finally:
            call.cancel()


@asynccontextmanager
async def through_gateway(address: str, slowness: float) -> AsyncIterator[Way]:
    """As callers of the mesh."""
    async with _channels(address) as channels:
        asks = [_generating(inference_pb2_grpc.InferenceServiceStub(c)) for c in channels]
        yield Way(asks, slowness)


@asynccontextmanager
async def through_proxy(address: str, slowness: float) -> AsyncIterator[Way]:
    """As callers of a worker, through whatever stands before it."""
    async with _channels(address) as channels:
        asks = [_executing(worker_pb2_grpc.WorkerServiceStub(c)) for c in channels]
        yield Way(asks, slowness)


@asynccontextmanager
async def _channels(address: str) -> AsyncIterator[list[grpc.aio.Channel]]:
    async with AsyncExitStack() as stack:
        channels = [
            await stack.enter_async_context(open_channel(address, None, internal=False))
            for _ in range(CONNECTIONS)
        ]
        async with asyncio.timeout(20):
            await asyncio.gather(*(channel.channel_ready() for channel in channels))
        yield channels


def _generating(stub: Any) -> Ask:
    def ask(request: Request) -> Any:
        task = inference_pb2.PromptTask(text=written(request))
        sampling = generation_pb2.Sampling(max_tokens=request.max_tokens)
        message = inference_pb2.GenerateRequest(prompt=task, sampling=sampling)
        return stub.Generate(message, timeout=TIMEOUT_SECONDS)

    return ask


def _executing(stub: Any) -> Ask:
    def ask(request: Request) -> Any:
        sampling = generation_pb2.Sampling(max_tokens=request.max_tokens)
        message = worker_pb2.ExecuteRequest(prompt=written(request), sampling=sampling)
        return stub.Execute(message, timeout=TIMEOUT_SECONDS)

    return ask
