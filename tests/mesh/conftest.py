"""A whole mesh of scripted workers: gateway and balancer here, workers as processes."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import grpc
import pytest
from evenflow.v1 import (
    balancer_pb2,
    balancer_pb2_grpc,
    generation_pb2,
    inference_pb2,
    inference_pb2_grpc,
)

from services.cli.mesh.fleet_events import FleetEvent
from services.cli.mesh.plan import plan
from services.cli.mesh.running import Mesh, embedded
from services.runtime.transport import open_channel

SLOTS = 8


class Poker:
    """What a test does to a mesh, and what it sees of it."""

    def __init__(self, mesh: Mesh, caller: grpc.aio.Channel, balancer: grpc.aio.Channel) -> None:
        self.mesh = mesh
        self.inference = inference_pb2_grpc.InferenceServiceStub(caller)
        self.balancer = balancer_pb2_grpc.BalancerServiceStub(balancer)
        self.caller = caller

    def generate(
        self,
        prompt: str,
        max_tokens: int = 16,
        *,
        timeout: float = 60,
        tenant: str = "default",
        sampling: generation_pb2.Sampling | None = None,
    ) -> Any:
        """A call that streams the continuation of `prompt`; `sampling` wins over `max_tokens`."""
        request = inference_pb2.GenerateRequest(
            prompt=inference_pb2.PromptTask(text=prompt),
            sampling=sampling or generation_pb2.Sampling(max_tokens=max_tokens),
        )
        metadata = (("evenflow-tenant", tenant),)
        return self.inference.Generate(request, timeout=timeout, metadata=metadata)

    async def answer(self, prompt: str, max_tokens: int = 16, **rest: Any) -> tuple[str, str]:
        """The whole answer's text, and the worker that gave it."""
        text, worker, finished = [], "", False
        async for response in self.generate(prompt, max_tokens, **rest):
            text.append(response.delta.text)
            worker = response.started.worker_id or worker
            finished = finished or response.HasField("finished")
        assert finished
        return "".join(text), worker

    async def until(
        self, holds: Callable[[balancer_pb2.FleetSnapshot], bool]
    ) -> balancer_pb2.FleetSnapshot:
        """The first fleet snapshot of which `holds` is true."""
        call = self.balancer.WatchFleet(balancer_pb2.WatchFleetRequest(interval_ms=100), timeout=60)
        try:
            async for snapshot in call:
                if holds(snapshot):
                    return snapshot
        finally:
            call.cancel()
        raise AssertionError("the balancer's snapshots have ended")

    async def until_idle(self) -> balancer_pb2.FleetSnapshot:
        """Wait until no ticket waits, no lease is out and no slot is taken."""
        return await self.until(is_idle)


def is_idle(snapshot: balancer_pb2.FleetSnapshot) -> bool:
    return not any(queue.waiting for queue in snapshot.queues) and all(
        worker.leases == 0 and worker.booked_tokens == 0 and worker.load.slots_used == 0
        for worker in snapshot.workers
    )


@asynccontextmanager
async def scripted_mesh(
    workers: int = 2,
    heard: Callable[[FleetEvent], None] = lambda event: None,
    *,
    worker_settings: dict[str, object] | None = None,
    **options: Any,
) -> AsyncIterator[Poker]:
    made = plan(
        workers=workers,
        engine="scripted",
        worker_settings={"slots": SLOTS, "scripted_step_ms": 5, **(worker_settings or {})},
        **options,
    )
    async with (
        embedded(made, heard) as mesh,
        open_channel(mesh.gateway.address, None, internal=False) as caller,
        open_channel(mesh.balancer.address, None) as balancer,
    ):
        await mesh.ready()
        yield Poker(mesh, caller, balancer)


@pytest.fixture
def open_mesh() -> Callable[..., AbstractAsyncContextManager[Poker]]:
    """Opens a mesh made to measure."""
    return scripted_mesh


@pytest.fixture
async def poker() -> AsyncIterator[Poker]:
    """A mesh of two workers with eight slots each."""
    async with scripted_mesh() as poker:
        yield poker
