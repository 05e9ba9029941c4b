"""Two balancers and one lock, on real sockets: who grants, and what the other says."""

import urllib.request
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import grpc
from evenflow.v1 import balancer_pb2
from grpc_health.v1 import health_pb2, health_pb2_grpc

from loadbalancer.app import SERVICE, serve
from loadbalancer.dispatcher import first_lease
from loadbalancer.settings import BalancerSettings
from services.discovery.endpoint import Discovery
from services.discovery.memory import MemoryRegistry
from services.discovery.memory_lock import MemoryLock
from services.runtime.status import read_fault
from services.runtime.transport import open_channel
from tests.rooms.loadbalancer.players import Stage


class Pool:
    """Balancers of one registry, which come and go."""

    def __init__(self) -> None:
        self.registry = MemoryRegistry()
        self._lock = MemoryLock()

    @asynccontextmanager
    async def balancer(self, name: str, **settings: object) -> AsyncIterator[Stage]:
        given = {"listen": "127.0.0.1:0", "metrics_listen": None, "instance_id": name, **settings}
        discovery = Discovery(self.registry, self.registry, self._lock)
        async with (
            serve(BalancerSettings(**given), discovery) as running,  # type: ignore[arg-type]
            open_channel(running.address, None) as channel,
        ):
            yield Stage(running, self.registry, channel)


async def serves(stage: Stage, service: str) -> bool:
    async with open_channel(stage.running.address, None) as channel:
        stub = health_pb2_grpc.HealthStub(channel)
        answer = await stub.Check(health_pb2.HealthCheckRequest(service=service))
    return answer.status == health_pb2.HealthCheckResponse.SERVING


async def test_a_standby_refuses_and_says_who_is_active():
    pool = Pool()
    async with pool.balancer("a") as a, pool.balancer("b") as b:
        active = await a.snapshot(lambda s: not s.standby)
        assert (active.balancer_id, active.term, active.shards) == ("a", 1, 1)
        waiting = await b.snapshot()
        assert (waiting.balancer_id, waiting.standby, waiting.term) == ("b", True, 0)
        assert waiting.active_address == a.running.address
        call = b.stub.Dispatch()
        await call.write(balancer_pb2.DispatchRequest(gateway_id="g"))
        try:
            assert await call.read() is grpc.aio.EOF
            raise AssertionError("a standby has taken a stream")
        except grpc.aio.AioRpcError as error:
            fault = read_fault(error)
        assert (fault.code, fault.reason) == (grpc.StatusCode.UNAVAILABLE, "STANDBY")
        assert fault.metadata == {"address": a.running.address}
        assert [await serves(s, SERVICE) for s in (a, b)] == [True, False]
        assert [await serves(s, "") for s in (a, b)] == [True, True]


async def test_who_takes_over_knows_what_runs_before_it_grants():
    pool = Pool()
    async with AsyncExitStack() as first, AsyncExitStack() as second:
        a = await first.enter_async_context(pool.balancer("a"))
        worker = await a.worker("w1", slots_total=2)
        second.push_async_callback(worker.die)
        b = await second.enter_async_context(pool.balancer("b"))
        gateway = await first.enter_async_context(a.gateway())
        await gateway.submit(1)
        lease = (await gateway.granted()).lease_id
        assert lease == first_lease(1)
        await worker.report(lease_ids=[lease])
        await b.snapshot(lambda s: any(w.load.slots_used == 1 for w in s.workers))
        await first.aclose()
        await b.snapshot(lambda s: not s.standby and s.term == 2)
        async with b.gateway() as again:
            await again.submit(1, 2)
            granted = await again.granted()
            assert granted.lease_id == first_lease(2)
            # One slot is taken by what the other has granted: the second ticket waits.
            await b.snapshot(lambda s: [q.waiting for q in s.queues] == [1])
            await worker.report(lease_ids=[granted.lease_id])
            assert (await again.granted()).ticket_id == 2


async def test_a_worker_that_says_nothing_delays_a_takeover_for_a_second_at_most():
    pool = Pool()
    async with AsyncExitStack() as first, AsyncExitStack() as second:
        a = await first.enter_async_context(pool.balancer("a"))
        worker = await a.worker("w1")
        b = await second.enter_async_context(pool.balancer("b"))
        await b.until("w1", balancer_pb2.WorkerState.HEALTH_READY)
        await worker.die()
        await b.until("w1", balancer_pb2.WorkerState.HEALTH_CONNECTING)
        await first.aclose()
        await b.snapshot(lambda s: not s.standby)


async def test_metrics_tell_who_is_active():
    pool = Pool()
    async with (
        pool.balancer("a", metrics_listen="127.0.0.1:0") as a,
        pool.balancer("b", metrics_listen="127.0.0.1:0") as b,
    ):
        await a.snapshot(lambda s: not s.standby)
        pages = []
        for stage in (a, b):
            url = f"http://{stage.running.metrics_address}/metrics"
            pages.append(urllib.request.urlopen(url, timeout=5).read().decode().splitlines())  # noqa: ASYNC210
    assert "evenflow_balancer_active 1.0" in pages[0]
    assert "evenflow_balancer_term 1.0" in pages[0]
    assert "evenflow_balancer_takeovers 1.0" in pages[0]
    assert "evenflow_balancer_active 0.0" in pages[1]


async def test_without_a_lock_every_balancer_is_active():
    pool = Pool()
    async with pool.balancer("a", lock_key=None) as a, pool.balancer("b", lock_key=None) as b:
        for stage in (a, b):
            snapshot = await stage.snapshot(lambda s: not s.standby)
            assert snapshot.term == 0
