"""What every Lock keeps, in memory and by the real Consul."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager

import pytest

from services.discovery.endpoint import Contest, Discovery, Standing
from services.discovery.open import open_discovery
from services.discovery.settings import DiscoverySettings
from tests.contract.discovery.health_worker import worker
from tests.contract.discovery.worlds import consul_settings
from tests.tools.consul_agent import consul_agent

KEY = "evenflow/tests"


@asynccontextmanager
async def memory() -> AsyncIterator[Discovery]:
    async with open_discovery(DiscoverySettings(discovery="memory")) as discovery:
        yield discovery


@asynccontextmanager
async def consul() -> AsyncIterator[Discovery]:
    async with consul_agent() as agent, open_discovery(consul_settings(agent.http)) as discovery:
        yield discovery


Opening = Callable[[], AbstractAsyncContextManager[Discovery]]


@pytest.fixture(params=[memory, pytest.param(consul, marks=pytest.mark.consul)])
async def discovery(request: pytest.FixtureRequest) -> AsyncIterator[Discovery]:
    if request.param is consul:
        request.getfixturevalue("real_consul")
    opening: Opening = request.param
    async with opening() as discovery:
        yield discovery


@asynccontextmanager
async def candidate(discovery: Discovery, name: str, key: str = KEY) -> AsyncIterator[Contest]:
    assert discovery.lock is not None
    async with AsyncExitStack() as stack:
        instance = await stack.enter_async_context(worker(name))
        await instance.set_serving(True)
        await stack.enter_async_context(discovery.registrar.registered(instance.registration))
        yield await stack.enter_async_context(discovery.lock.contended(key, instance.registration))


async def until(contest: Contest, holds: Callable[[Standing], bool]) -> Standing:
    async with asyncio.timeout(20):
        while not holds(contest.standing):
            await contest.changed_from(contest.standing)
        return contest.standing


def is_held(standing: Standing) -> bool:
    return standing.is_held


async def test_one_holds_it_and_the_others_know_who(discovery):
    async with candidate(discovery, "a") as a:
        first = await until(a, is_held)
        await a.until_sure()
        async with candidate(discovery, "b") as b:
            assert await until(b, lambda s: s.holder != "") == Standing(False, 0, first.holder)
            assert a.standing == first


async def test_who_leaves_hands_it_over_in_a_later_term(discovery):
    async with AsyncExitStack() as later:
        async with candidate(discovery, "a") as a:
            first = await until(a, is_held)
            b = await later.enter_async_context(candidate(discovery, "b"))
            await until(b, lambda s: s.holder == first.holder)
        assert not a.standing.is_held
        second = await until(b, is_held)
        assert second.term > first.term
        assert second.holder != first.holder


async def test_each_key_has_a_holder_of_its_own(discovery):
    async with candidate(discovery, "a") as a, candidate(discovery, "b", f"{KEY}/other") as b:
        assert (await until(a, is_held)).is_held
        assert (await until(b, is_held)).is_held


async def test_many_contend_and_one_at_a_time_holds(discovery):
    async with AsyncExitStack() as stack:
        names = [f"candidate-{n}" for n in range(4)]
        left = {n: stack.enter_async_context(candidate(discovery, n)) for n in names}
        contests = {name: await entering for name, entering in left.items()}
        watched = [asyncio.create_task(until(contest, is_held)) for contest in contests.values()]
        await asyncio.wait(watched, return_when=asyncio.FIRST_COMPLETED)
        holders = [c for c in contests.values() if c.standing.is_held]
        assert len(holders) == 1
        for task in watched:
            task.cancel()
        await asyncio.wait(watched)
