"""Two balancers and the real Consul: the active one goes in every way, and nobody notices."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager

import grpc
import pytest
from evenflow.v1 import balancer_pb2, balancer_pb2_grpc, worker_pb2, worker_pb2_grpc

from loadbalancer.dispatcher import LEASES_OF_A_TERM
from services.runtime.transport import open_channel
from tests.mesh.test_degraded import Load, metric
from tests.tools.consul_agent import ConsulAgent, consul_agent
from tests.tools.part import Part, part

pytestmark = [pytest.mark.consul, pytest.mark.timeout(240)]

CALLERS = 16
PATIENCE = 60


class Watch:
    """What each balancer says of itself, and in which order workers meet leases of which term."""

    def __init__(self) -> None:
        self.said: dict[str, balancer_pb2.FleetSnapshot] = {}
        self.terms: set[int] = set()
        self.lease_terms: dict[str, list[set[int]]] = {}
        self._news = asyncio.Condition()

    async def follow_balancer(self, balancer: Part) -> None:
        """Read its snapshots for ever; while it cannot be heard it says nothing."""
        name = balancer.running.instance_id
        request = balancer_pb2.WatchFleetRequest(interval_ms=100)
        async with open_channel(balancer.address, None) as channel:
            stub = balancer_pb2_grpc.BalancerServiceStub(channel)
            while True:
                try:
                    async for snapshot in stub.WatchFleet(request, wait_for_ready=True):
                        async with self._news:
                            self.said[name] = snapshot
                            self.terms.add(snapshot.term)
                            self._news.notify_all()
                except grpc.aio.AioRpcError:
                    pass
                self.said.pop(name, None)

    async def follow_worker(self, worker: Part) -> None:
        """Note the terms of leases as they show up, for ever."""
        seen: set[int] = set()
        terms = self.lease_terms.setdefault(worker.running.instance_id, [])
        async with open_channel(worker.address, None) as channel:
            stub = worker_pb2_grpc.WorkerServiceStub(channel)
            async for report in stub.WatchLoad(worker_pb2.WatchLoadRequest()):
                new = set(report.lease_ids) - seen
                seen |= new
                if new:
                    terms.append({lease >> LEASES_OF_A_TERM for lease in new})

    async def until(self, holds: Callable[["Watch"], bool]) -> None:
        async with asyncio.timeout(PATIENCE), self._news:
            await self._news.wait_for(lambda: holds(self))

    def active(self, but: str = "") -> balancer_pb2.FleetSnapshot | None:
        """Who says that it is, of all but one; never two of one term."""
        says = [s for name, s in self.said.items() if not s.standby and name != but]
        assert len({s.term for s in says}) == len(says)
        return max(says, key=lambda s: s.term, default=None)

    def check_order(self) -> None:
        """On no worker does a lease of a former term show up after one of a later."""
        for history in self.lease_terms.values():
            granted = [terms & self.terms for terms in history]
            latest = 0
            for terms in granted:
                assert all(term >= latest for term in terms), history
                latest = max({latest, *terms})


class Scene:
    def __init__(self, watch: Watch, load: Load, gateway: Part, balancers: dict[str, Part]) -> None:
        self.watch, self.load, self.gateway, self.balancers = watch, load, gateway, balancers


@asynccontextmanager
async def scene(agent: ConsulAgent) -> AsyncIterator[Scene]:
    """Two workers, two balancers, a gateway under load; one balancer has granted already."""
    found = {"discovery": "consul", "consul_address": agent.http}
    async with AsyncExitStack() as stack:

        async def started(module: str, **settings: object) -> Part:
            return await stack.enter_async_context(part(module, **found, **settings))

        engine = {"engine": "scripted", "slots": 8, "scripted_step_ms": 5}
        parts = await asyncio.gather(
            started("services.worker", instance_id="w1", **engine),
            started("services.worker", instance_id="w2", **engine),
            started("loadbalancer", instance_id="b1"),
            started("loadbalancer", instance_id="b2"),
            started("gateway", instance_id="g1", metrics_listen="127.0.0.1:0"),
        )
        gateway, watch = parts[4], Watch()
        watching = await stack.enter_async_context(asyncio.TaskGroup())
        followed = [
            watching.create_task(follow)
            for follow in (
                *map(watch.follow_worker, parts[:2]),
                *map(watch.follow_balancer, parts[2:4]),
            )
        ]
        await watch.until(lambda w: len(w.said) == 2 and w.active() is not None)
        calling = await stack.enter_async_context(asyncio.TaskGroup())
        load = Load(gateway)
        for number in range(CALLERS):
            calling.create_task(load.call(number))
        await load.more(100)
        await watch.until(lambda w: w.active().grants_total > 0)
        yield Scene(watch, load, gateway, dict(zip(("b1", "b2"), parts[2:4], strict=True)))
        load.is_over = True
        for task in followed:
            task.cancel()
        watch.check_order()


WAYS = {"killed": signal.SIGKILL, "stopped": signal.SIGTERM, "frozen": signal.SIGSTOP}


@pytest.mark.parametrize("way", WAYS)
async def test_the_active_one_goes_and_the_other_takes_over(real_consul: None, way: str) -> None:
    clock = asyncio.get_running_loop().time
    async with consul_agent() as agent, scene(agent) as at:
        before = at.watch.active()
        victim = before.balancer_id
        gone_at = clock()
        os.kill(at.balancers[victim].pid, WAYS[way])
        await at.watch.until(lambda w: w.active(but=victim) is not None)
        taken = clock() - gone_at
        await at.watch.until(lambda w: w.active(but=victim).grants_total > 0)
        gap = clock() - gone_at
        after = at.watch.active(but=victim)
        assert after.term > before.term
        await at.load.more(200)
        pause = at.load.longest_pause(gone_at, clock())
        if way == "frozen":
            os.kill(at.balancers[victim].pid, signal.SIGCONT)
            await at.watch.until(lambda w: victim in w.said and w.said[victim].standby)
            granted = at.watch.said[victim].grants_total
            await at.load.more(100)
            await at.watch.until(lambda w: victim in w.said and w.said[victim].standby)
            assert at.watch.said[victim].grants_total == granted
            assert at.watch.active().term == after.term
        assert await metric(at.gateway, "evenflow_gateway_degraded") == 0
    sys.stdout.write(
        f"active balancer {way}: another is active after {taken:.2f} s and grants after "
        f"{gap:.2f} s, longest pause between two answers' beginnings {pause * 1e3:.0f} ms, "
        f"{at.load.answers} answers in all, none wrong\n"
    )


async def test_the_active_one_stays_while_consul_is_dead(real_consul: None) -> None:
    async with consul_agent() as agent, scene(agent) as at:
        before = at.watch.active()
        await agent.kill()
        await at.load.more(300)
        said = at.watch.active()
        assert (said.balancer_id, said.term) == (before.balancer_id, before.term)
        assert said.grants_total > before.grants_total
        await agent.start()  # it has lost the lock and all else it knew
        await at.watch.until(lambda w: (said := w.active()) and said.term > before.term)
        await at.load.more(100)
        await at.watch.until(lambda w: sum(not s.standby for s in w.said.values()) == 1)
