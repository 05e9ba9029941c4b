"""Who a balancer talks to, on real sockets: workers that report as told, gateways."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import grpc
from evenflow.v1 import balancer_pb2, balancer_pb2_grpc, worker_pb2, worker_pb2_grpc

from loadbalancer.app import serve
from loadbalancer.settings import BalancerSettings
from services.discovery.endpoint import WORKER, Discovery, Endpoint
from services.discovery.memory import MemoryRegistry
from services.runtime.lifecycle import Running
from services.runtime.transport import MIB, open_channel, server_options


class FakeWorker(worker_pb2_grpc.WorkerServiceServicer):
    """Speaks WatchLoad: the current report at once, then each that `report` makes."""

    def __init__(self, worker_id: str, **declared: Any) -> None:
        self.load = worker_pb2.LoadReport(
            worker_id=worker_id,
            epoch=1,
            model="m",
            model_revision="r1",
            context_tokens=2048,
            slots_total=2,
            prefill_tokens_per_second=10_000,
            decode_step_seconds=0.01,
            bytes_per_token=4,
        )
        self.address = ""
        self.watched = asyncio.Event()
        self._changed = asyncio.Condition()
        self._server: grpc.aio.Server | None = None
        self._declare(declared)

    async def WatchLoad(
        self, request: worker_pb2.WatchLoadRequest, context: Any
    ) -> AsyncIterator[worker_pb2.LoadReport]:
        self.watched.set()
        seen = -1
        while True:
            async with self._changed:
                if self.load.sequence == seen:
                    await self._changed.wait()
                seen = self.load.sequence
                report = worker_pb2.LoadReport()
                report.CopyFrom(self.load)
            yield report

    async def report(self, **changed: Any) -> None:
        """The load has changed; everyone who watches is told."""
        async with self._changed:
            self._declare(changed)
            self._changed.notify_all()

    def _declare(self, changed: dict[str, Any]) -> None:
        leases = changed.pop("lease_ids", None)
        self.load.MergeFrom(worker_pb2.LoadReport(**changed))
        if leases is not None:
            del self.load.lease_ids[:]
            self.load.lease_ids.extend(leases)
            self.load.slots_used = len(leases)
        self.load.sequence += 1
        self.load.step_count += 1

    async def start(self, port: int = 0) -> None:
        self._server = grpc.aio.server(options=server_options(public=False, max_receive_bytes=MIB))
        worker_pb2_grpc.add_WorkerServiceServicer_to_server(self, self._server)
        self.address = f"127.0.0.1:{self._server.add_insecure_port(f'127.0.0.1:{port}')}"
        await self._server.start()

    async def die(self) -> None:
        """Gone at once, as by SIGKILL."""
        if self._server is not None:
            await self._server.stop(0)
            self._server = None


class Gateway:
    """One Dispatch stream."""

    def __init__(self, call: Any, gateway_id: str) -> None:
        self.call = call
        self.gateway_id = gateway_id
        self._decisions: list[balancer_pb2.Decision] = []

    async def say(self, *events: balancer_pb2.TicketEvent) -> None:
        await self.call.write(
            balancer_pb2.DispatchRequest(gateway_id=self.gateway_id, events=events)
        )

    async def submit(self, *ticket_ids: int, **asked: Any) -> None:
        given = {
            "tenant": "t",
            "model": "m",
            "prompt_bytes": 40,
            "max_tokens": 10,
            "time_left_ms": 60_000,
            **asked,
        }
        tickets = [balancer_pb2.Submitted(ticket_id=i, **given) for i in ticket_ids]
        await self.say(*(balancer_pb2.TicketEvent(submitted=ticket) for ticket in tickets))

    async def end(self, lease_id: int, **how: Any) -> None:
        await self.say(balancer_pb2.TicketEvent(ended=balancer_pb2.Ended(lease_id=lease_id, **how)))

    async def decision(self) -> balancer_pb2.Decision:
        """The next one, however they are batched."""
        while not self._decisions:
            response = await self.call.read()
            assert response is not grpc.aio.EOF, "the balancer has ended the stream"
            self._decisions.extend(response.decisions)
        return self._decisions.pop(0)

    async def granted(self) -> balancer_pb2.Granted:
        decision = await self.decision()
        assert decision.WhichOneof("decision") == "granted", decision
        return decision.granted

    async def rejected(self) -> balancer_pb2.Rejected:
        decision = await self.decision()
        assert decision.WhichOneof("decision") == "rejected", decision
        return decision.rejected

    async def revoked(self) -> balancer_pb2.Revoked:
        decision = await self.decision()
        assert decision.WhichOneof("decision") == "revoked", decision
        return decision.revoked


class Stage:
    """A balancer, its registry, and a channel to it."""

    def __init__(
        self, running: Running, registry: MemoryRegistry, channel: grpc.aio.Channel
    ) -> None:
        self.running = running
        self.registry = registry
        self.stub: Any = balancer_pb2_grpc.BalancerServiceStub(channel)
        self.workers: list[FakeWorker] = []

    async def worker(self, worker_id: str, **declared: Any) -> FakeWorker:
        """A worker that the balancer has heard."""
        worker = FakeWorker(worker_id, **declared)
        self.workers.append(worker)
        await worker.start()
        self.registry.put(WORKER, Endpoint(worker_id, worker.address))
        await self.until(worker_id, balancer_pb2.WorkerState.HEALTH_READY)
        return worker

    @asynccontextmanager
    async def gateway(self, gateway_id: str = "gateway-1") -> AsyncIterator[Gateway]:
        call = self.stub.Dispatch()
        gateway = Gateway(call, gateway_id)
        await gateway.say()
        try:
            yield gateway
        finally:
            call.cancel()

    async def snapshot(
        self, holds: Callable[[balancer_pb2.FleetSnapshot], bool] = lambda _: True
    ) -> balancer_pb2.FleetSnapshot:
        """The first snapshot of which `holds` is true."""
        call = self.stub.WatchFleet(balancer_pb2.WatchFleetRequest(interval_ms=100), timeout=20)
        snapshot: balancer_pb2.FleetSnapshot
        try:
            async for snapshot in call:
                if holds(snapshot):
                    return snapshot
        finally:
            call.cancel()
        raise AssertionError("the snapshots have ended")

    async def until(self, worker_id: str, health: int) -> balancer_pb2.FleetSnapshot:
        """Wait until a worker's health is this."""
        return await self.snapshot(
            lambda s: any(w.worker_id == worker_id and w.health == health for w in s.workers)
        )


@asynccontextmanager
async def on_stage(**settings: Any) -> AsyncIterator[Stage]:
    """A balancer of its own."""
    given = {"listen": "127.0.0.1:0", "metrics_listen": None, **settings}
    registry = MemoryRegistry()
    async with (
        serve(BalancerSettings(**given), Discovery(registry, registry)) as running,
        open_channel(running.address, None) as channel,
    ):
        stage = Stage(running, registry, channel)
        try:
            yield stage
        finally:
            for worker in stage.workers:
                await worker.die()
