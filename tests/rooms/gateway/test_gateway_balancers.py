"""A gateway between several balancers, each of which says by itself what it is."""

import asyncio

import grpc
import pytest
from evenflow.v1 import balancer_pb2 as b
from evenflow.v1 import generation_pb2 as g
from evenflow.v1 import inference_pb2 as i

from services.discovery.endpoint import BALANCER, Endpoint
from tests.rooms.gateway.conftest import FakeBalancer, Mesh


class Contender(FakeBalancer):
    """Says that it is what it is told to be."""

    def __init__(self, mesh: Mesh, **role: object) -> None:
        super().__init__(mesh.balancer)
        self.workers = mesh.workers
        self._last_lease = 1 << 40
        self._role = role
        self._has_changed = asyncio.Event()
        self.is_watched = False

    def become(self, **role: object) -> None:
        self._role = role
        self._has_changed.set()
        self._has_changed = asyncio.Event()

    async def WatchFleet(self, request, context):
        while True:
            changed = self._has_changed
            snapshot = self._snapshot()
            snapshot.MergeFrom(b.FleetSnapshot(**self._role))
            yield snapshot
            self.is_watched = True
            await self.happened()
            await changed.wait()


async def joined(mesh: Mesh, **role: object) -> Contender:
    """Another balancer of the same workers; the gateway has heard it."""
    other = Contender(mesh, **role)
    await mesh.hosting.start(other)
    mesh.registry.put(BALANCER, Endpoint("balancer-2", other.address))
    await other.until(lambda: other.is_watched)
    return other


async def answer(mesh: Mesh) -> int:
    """Ask; the tokens that came."""
    task = i.PromptTask(text="x")
    request = i.GenerateRequest(prompt=task, sampling=g.Sampling(max_tokens=5))
    call = mesh.stub.Generate(request, timeout=30)
    return sum([len(message.delta.token_ids) async for message in call])


async def test_whoever_stands_by_is_asked_once_it_takes_over(mesh):
    other = await joined(mesh, standby=True)
    assert await answer(mesh) == 5
    assert (len(mesh.balancer.submitted), other.gateways) == (1, [])
    # The first does not notice, as if it had been stopped.
    other.become(term=1)
    await other.until(lambda: len(other.gateways) == 1)
    assert await answer(mesh) == 5
    assert (len(mesh.balancer.submitted), len(other.submitted)) == (1, 1)


async def test_tickets_that_wait_go_to_whoever_takes_over(mesh):
    other = await joined(mesh, standby=True)
    mesh.balancer.decide = mesh.balancer.hold
    waiting = asyncio.create_task(answer(mesh))
    await mesh.balancer.until(lambda: len(mesh.balancer.submitted) == 1)
    other.become(term=1)
    assert await waiting == 5


async def test_one_of_a_former_term_is_not_spoken_with(mesh):
    first = await joined(mesh, term=7)
    await first.until(lambda: len(first.gateways) == 1)
    await mesh.hosting.kill(mesh.balancer)
    zombie = await joined(mesh, term=6)
    await mesh.hosting.kill(first)
    later = Contender(mesh, term=8)
    await mesh.hosting.start(later)
    mesh.registry.put(BALANCER, Endpoint("balancer-3", later.address))
    await later.until(lambda: len(later.gateways) == 1)
    assert await answer(mesh) == 5
    assert len(later.submitted) == 1
    assert zombie.gateways == []


async def test_a_ticket_that_one_shard_has_nobody_for_goes_to_the_next(start_mesh):
    async with start_mesh(balancer_shards=2) as mesh:
        other = await joined(mesh, shard=1, shards=2)
        await other.until(lambda: len(other.gateways) == 1)
        first = mesh.balancer
        first.decide = lambda s: first.reject(s, b.Rejected.REASON_NO_WORKERS)
        assert [await answer(mesh) for _ in range(8)] == [5] * 8
        assert len(other.submitted) == 8
        assert first.submitted, "both are asked first now and then"


async def test_what_no_shard_has_a_worker_for_is_refused(start_mesh):
    async with start_mesh(balancer_shards=2) as mesh:
        other = await joined(mesh, shard=1, shards=2)
        await other.until(lambda: len(other.gateways) == 1)
        for shard in (mesh.balancer, other):
            shard.decide = lambda s, it=shard: it.reject(s, b.Rejected.REASON_NO_WORKERS)
        with pytest.raises(grpc.aio.AioRpcError) as error:
            await answer(mesh)
        assert error.value.code() is grpc.StatusCode.UNAVAILABLE
        assert (len(mesh.balancer.submitted), len(other.submitted)) == (1, 1)
