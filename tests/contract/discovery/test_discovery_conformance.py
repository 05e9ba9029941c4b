"""What every Resolver and Registrar promises, on a registry of each kind."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing

import pytest
from structlog.testing import capture_logs

from services.discovery.endpoint import GATEWAY, WORKER, Endpoint, Registration
from tests.contract.discovery.health_worker import worker
from tests.contract.discovery.worlds import WORLDS, World

Snapshots = AsyncGenerator[tuple[Endpoint, ...], None]

KINDS = {
    kind: pytest.param(kind, marks=pytest.mark.consul if kind == "consul" else ())
    for kind in WORLDS
}
CHANGING = [param for kind, param in KINDS.items() if kind != "static"]
FAILING = [param for kind, param in KINDS.items() if kind not in ("static", "memory")]
# Tasks of the servers behind the registries, which serve on while a watch has gone.
SERVERS = ("RequestHandler.", "_Datagrams.", "ConsulAgent.")


@pytest.fixture(params=KINDS.values())
async def world(request: pytest.FixtureRequest) -> AsyncIterator[World]:
    if request.param == "consul":
        request.getfixturevalue("real_consul")
    async with WORLDS[request.param]() as world:
        yield world


def of(world: World, *numbers: int) -> tuple[Endpoint, ...]:
    return tuple(world.endpoint(number) for number in numbers)


async def seen(snapshots: Snapshots, wanted: tuple[Endpoint, ...]) -> None:
    """Read on until the fleet is as wanted. Each snapshot must be in order, each id once."""
    async with asyncio.timeout(10):
        async for fleet in snapshots:
            ids = [endpoint.id for endpoint in fleet]
            assert ids == sorted(set(ids))
            if fleet == wanted:
                return


def tasks_since(before: set[asyncio.Task[object]]) -> list[str]:
    names = [getattr(t.get_coro(), "__qualname__", "") for t in asyncio.all_tasks() - before]
    return [name for name in names if not name.startswith(SERVERS)]


async def test_the_first_snapshot_is_full_and_sorted(world: World) -> None:
    for number in (3, 1, 2):
        await world.add(number)
    async with aclosing(world.discovery.resolver.watch(WORKER)) as fleets:
        async with asyncio.timeout(10):
            first = await anext(fleets)
        assert first == of(world, 1, 2, 3)


async def test_nobody_is_an_answer_too(world: World) -> None:
    async with aclosing(world.discovery.resolver.watch(GATEWAY)) as fleets:
        async with asyncio.timeout(10):
            assert await anext(fleets) == ()


@pytest.mark.parametrize("world", CHANGING, indirect=True)
async def test_changes_are_seen_by_every_watcher(world: World) -> None:
    await world.add(1)
    watch = world.discovery.resolver.watch
    async with aclosing(watch(WORKER)) as fleets, aclosing(watch(WORKER)) as others:
        for each in (fleets, others):
            await seen(each, of(world, 1))
        await world.add(2)
        for each in (fleets, others):
            await seen(each, of(world, 1, 2))
        await world.remove(1)
        for each in (fleets, others):
            await seen(each, of(world, 2))


async def test_of_two_with_one_id_the_newer_stands(world: World) -> None:
    await world.add(1)
    await world.add(2)
    await world.add_twin(2)
    async with aclosing(world.discovery.resolver.watch(WORKER)) as fleets:
        await seen(fleets, of(world, 1, 2))


async def test_a_watch_that_is_cancelled_or_closed_leaves_no_task(world: World) -> None:
    await world.add(1)
    before = asyncio.all_tasks()
    fleets = world.discovery.resolver.watch(WORKER)
    await seen(fleets, of(world, 1))
    waiting = asyncio.ensure_future(anext(fleets))
    done, _ = await asyncio.wait({waiting}, timeout=0.3)
    assert not done, "nothing has changed"
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    with pytest.raises(StopAsyncIteration):
        await anext(fleets)
    async with aclosing(world.discovery.resolver.watch(WORKER)) as again:
        await seen(again, of(world, 1))
    assert tasks_since(before) == []


@pytest.mark.parametrize("world", FAILING, indirect=True)
async def test_a_registry_that_fails_tells_nothing_new_and_is_logged_once(world: World) -> None:
    await world.add(1)
    await world.add(2)
    async with aclosing(world.discovery.resolver.watch(WORKER)) as fleets:
        await seen(fleets, of(world, 1, 2))
        with capture_logs() as logs:
            reading = asyncio.ensure_future(anext(fleets))
            await asyncio.sleep(0)
            await world.break_down()
            await world.mend()
            await world.add(3)
            async with asyncio.timeout(10):
                assert await reading == of(world, 1, 2, 3)
    told = [(log["log_level"], log["event"]) for log in logs]
    assert told == [
        ("warning", "registry failed, last known state stands"),
        ("info", "registry recovered"),
    ]


async def test_a_registration_lasts_as_long_as_its_block(world: World) -> None:
    await world.add(1)
    before = asyncio.all_tasks()
    async with (
        worker("me") as me,
        aclosing(world.discovery.resolver.watch(WORKER)) as fleets,
    ):
        await seen(fleets, of(world, 1))
        async with world.discovery.registrar.registered(me.registration):
            if world.registers:
                await seen(fleets, (me.endpoint, *of(world, 1)))
        if world.registers:
            await seen(fleets, of(world, 1))
    assert tasks_since(before) == []


async def test_what_the_block_raises_comes_out_as_it_is(world: World) -> None:
    registration = Registration(WORKER, Endpoint("me", "127.0.0.1:7"), "127.0.0.1:8")
    with pytest.raises(ZeroDivisionError):
        async with world.discovery.registrar.registered(registration):
            raise ZeroDivisionError
