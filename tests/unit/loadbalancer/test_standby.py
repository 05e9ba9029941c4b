"""A balancer that is stopped or loses its lock, by a lock that does as it is told."""

import asyncio

import numpy as np
import pytest
from prometheus_client import CollectorRegistry

from loadbalancer.desk import Desk
from loadbalancer.dispatcher import Dispatcher
from loadbalancer.loads import Load
from loadbalancer.metrics import BalancerMetrics
from loadbalancer.rules import Rules
from loadbalancer.standby import Standby
from loadbalancer.tickets import Grant, LoadReported, Submitted, WorkerJoined
from services.discovery.endpoint import Standing
from services.discovery.seat import Seat
from services.runtime.lifecycle import background


class Word(Seat):
    """A contest whose certainty comes and goes by hand."""

    def __init__(self) -> None:
        super().__init__()
        self.certain = asyncio.Event()
        self.certain.set()
        self.was_asked = asyncio.Event()

    def is_sure(self, now: float) -> bool:
        return self.certain.is_set()

    async def until_sure(self) -> None:
        self.was_asked.set()
        await self.certain.wait()


class Scene:
    def __init__(self) -> None:
        self.standby = Standby("b")
        desk = Desk(Rules(), np.random.default_rng(1), 1, asyncio.get_running_loop().time())
        self.dispatcher = Dispatcher(desk, BalancerMetrics(CollectorRegistry(), desk), self.standby)
        self.contest = Word()
        self.roles: asyncio.Queue[bool] = asyncio.Queue()

    async def told(self, is_active: bool) -> None:
        self.roles.put_nowait(is_active)

    async def become_active(self) -> None:
        self.dispatcher.tell(WorkerJoined("w", "127.0.0.1:1"))
        load = Load(worker_id="w", epoch=1, model="m", slots_total=8)
        self.dispatcher.tell(LoadReported(load))
        self.contest.take(Standing(is_held=True, term=5, holder="here"))
        assert await self.roles.get()


@pytest.fixture
async def scene():
    scene = Scene()
    async with (
        background("dispatcher", scene.dispatcher.run()),
        background("standby", scene.standby.follow(scene.contest, scene.dispatcher, scene.told)),
        asyncio.timeout(20),
    ):
        await scene.become_active()
        yield scene


async def test_it_grants_once_every_worker_known_has_told_what_it_holds():
    """Else all that waits would go to whoever reports first."""
    scene = Scene()
    async with (
        background("dispatcher", scene.dispatcher.run()),
        background("standby", scene.standby.follow(scene.contest, scene.dispatcher, scene.told)),
        asyncio.timeout(20),
    ):
        for worker_id in ("w1", "w2"):
            scene.dispatcher.tell(WorkerJoined(worker_id, f"127.0.0.1:{worker_id[1]}"))
        await scene.dispatcher.moved_since(0, timeout=10)
        assert len(scene.dispatcher.view().workers) == 2
        scene.contest.take(Standing(is_held=True, term=5, holder="here"))
        for worker_id in ("w1", "w2"):
            for _ in range(20):
                await asyncio.sleep(0)
            assert not scene.dispatcher.role.is_active
            load = Load(worker_id=worker_id, epoch=1, model="m", slots_total=8)
            scene.dispatcher.tell(LoadReported(load))
        assert await scene.roles.get()


async def test_nothing_is_granted_while_the_lock_may_be_anothers(scene):
    with scene.dispatcher.stream("g") as outlet:
        scene.contest.certain.clear()
        scene.dispatcher.tell(Submitted(outlet.sender, 1, "t", "m", 40, 10, 60.0))
        await scene.contest.was_asked.wait()
        taking = asyncio.create_task(outlet.take())
        await asyncio.sleep(0)
        assert not taking.done()
        scene.contest.certain.set()
        (grant,) = await taking
        assert isinstance(grant, Grant)
        assert grant.lease.id >> 40 == 5


async def test_who_learns_that_another_is_active_sends_its_gateways_away_ungranted(scene):
    with scene.dispatcher.stream("g") as outlet:
        scene.contest.certain.clear()
        scene.dispatcher.tell(Submitted(outlet.sender, 1, "t", "m", 40, 10, 60.0))
        await scene.contest.was_asked.wait()
        scene.contest.take(Standing(holder="elsewhere"))
        scene.contest.certain.set()
        assert await outlet.take() == []
        assert outlet.is_closed
    assert not await scene.roles.get()
    role = scene.dispatcher.role
    assert (role.is_active, role.term, role.active_address) == (False, 0, "elsewhere")
    assert scene.dispatcher.view().grants_total == 0


async def test_a_term_lost_and_won_again_unseen_is_another_term(scene):
    with scene.dispatcher.stream("g") as outlet:
        scene.contest.take(Standing(is_held=True, term=7, holder="here"))
        assert not await scene.roles.get()
        assert await scene.roles.get()
        assert outlet.is_closed
    assert scene.dispatcher.role.term == 7
    assert scene.standby.takeovers == 2


async def test_its_end_is_told_once_whoever_noticed_it_first(scene):
    scene.contest.take(Standing(holder="elsewhere"))
    scene.dispatcher.stand_by()
    assert not await scene.roles.get()
    scene.contest.take(Standing(is_held=True, term=9, holder="here"))
    assert await scene.roles.get()
    assert scene.roles.empty()
