"""Who holds the lock when the real Consul or its holder is ill."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from services.discovery.endpoint import Contest, Discovery, Standing
from services.discovery.open import open_discovery
from tests.contract.discovery.conftest import Logs
from tests.contract.discovery.health_worker import Worker, worker
from tests.contract.discovery.worlds import consul_settings, knocked_at
from tests.tools.consul_agent import ConsulAgent, consul_agent

pytestmark = pytest.mark.consul

KEY = "evenflow/tests"


@asynccontextmanager
async def candidate(discovery: Discovery, name: str) -> AsyncIterator[tuple[Worker, Contest]]:
    assert discovery.lock is not None
    async with worker(name) as instance:
        await instance.set_serving(True)
        async with (
            discovery.registrar.registered(instance.registration),
            discovery.lock.contended(KEY, instance.registration) as contest,
        ):
            yield instance, contest


async def until(contest: Contest, holds: Callable[[Standing], bool]) -> Standing:
    async with asyncio.timeout(30):
        while not holds(contest.standing):
            await contest.changed_from(contest.standing)
        return contest.standing


async def test_who_fails_the_health_check_loses_it_long_before_the_session_ends(
    consul_dev: ConsulAgent,
) -> None:
    async with (
        open_discovery(consul_settings(consul_dev.http)) as discovery,
        candidate(discovery, "a") as (instance, a),
    ):
        first = await until(a, lambda s: s.is_held)
        async with candidate(discovery, "b") as (_, b):
            await until(b, lambda s: s.holder == first.holder)
            began = asyncio.get_running_loop().time()
            await instance.set_serving(False)
            second = await until(b, lambda s: s.is_held)
            # The session itself would have lasted ten to twenty seconds.
            assert asyncio.get_running_loop().time() - began < 10
            assert second.term > first.term
            await until(a, lambda s: not s.is_held)
            await instance.set_serving(True)
            await until(a, lambda s: s.holder == second.holder)


async def test_a_holder_stays_one_while_consul_is_dead_and_terms_grow_though_it_forgets(
    real_consul: None,
) -> None:
    async with (
        consul_agent() as agent,
        open_discovery(consul_settings(agent.http)) as discovery,
        candidate(discovery, "a") as (_, a),
    ):
        first = await until(a, lambda s: s.is_held)
        async with candidate(discovery, "b") as (_, b):
            await until(b, lambda s: s.holder == first.holder)
            await agent.kill()
            for _ in range(3):  # the holder has asked in vain, and more than once
                await knocked_at(agent.http)
            assert a.standing == first
            assert not b.standing.is_held
            await agent.start()  # a development agent: it has lost all it knew
            async with asyncio.timeout(30):
                while not any(c.standing.is_held and c.standing != first for c in (a, b)):
                    waits = [asyncio.create_task(c.changed_from(c.standing)) for c in (a, b)]
                    await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
                    for wait in waits:
                        wait.cancel()
            (second,) = (c.standing for c in (a, b) if c.standing.is_held)
            assert second.term > first.term


async def test_who_was_away_is_not_sure_until_consul_has_been_asked(
    consul_dev: ConsulAgent,
) -> None:
    clock = asyncio.get_running_loop().time
    async with (
        open_discovery(consul_settings(consul_dev.http)) as discovery,
        candidate(discovery, "a") as (_, a),
    ):
        first = await until(a, lambda s: s.is_held)
        await a.until_sure()
        began = clock()
        while a.is_sure(clock()):  # the loop stands still, as by SIGSTOP
            assert clock() < began + 10
        async with asyncio.timeout(20):
            await a.until_sure()
        assert (await until(a, lambda s: s.is_held)).term >= first.term


async def test_a_token_that_may_not_lock_is_told_of(real_consul: None, logs: Logs) -> None:
    async with (
        consul_agent(acl=True) as agent,
        open_discovery(consul_settings(agent.http, consul_token="nobody")) as discovery,
        candidate(discovery, "a") as (_, a),
    ):
        entry = await logs.seen(lambda e: e.get("kind") == "consul lock")
        assert entry["level"] == "warning"
        assert not a.standing.is_held
