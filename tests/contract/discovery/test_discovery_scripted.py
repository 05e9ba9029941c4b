"""What a real Consul does rarely, told by a stand-in over HTTP."""

import asyncio
import itertools
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from random import Random

import pytest

from services.discovery.endpoint import WORKER, Discovery, Endpoint, Registration
from services.discovery.open import open_discovery
from tests.contract.discovery.conftest import Logs
from tests.contract.discovery.worlds import consul_settings
from tests.tools.scripted_consul import ScriptedConsul, instance, scripted_consul

FAILED = "registry failed, last known state stands"
A, B, C = (Endpoint(name, f"10.0.0.1:{port}") for name, port in zip("abc", (1, 2, 3), strict=True))


def entry(endpoint: Endpoint) -> dict[str, object]:
    host, port = endpoint.address.split(":")
    return instance(f"{WORKER}:{endpoint.id}", host, int(port), endpoint.tags)


@dataclass
class Watched:
    consul: ScriptedConsul
    discovery: Discovery
    fleets: AsyncGenerator[tuple[Endpoint, ...], None]

    async def next(self) -> tuple[Endpoint, ...]:
        async with asyncio.timeout(10):
            return await anext(self.fleets)


@asynccontextmanager
async def watching(*known: Endpoint, **settings: object) -> AsyncIterator[Watched]:
    async with scripted_consul() as consul:
        await consul.say(WORKER, [entry(each) for each in known], index=100)
        async with (
            open_discovery(consul_settings(consul.address, **settings), Random(1)) as discovery,
            aclosing(discovery.resolver.watch(WORKER)) as fleets,
        ):
            watched = Watched(consul, discovery, fleets)
            assert await watched.next() == known
            yield watched


async def test_the_index_is_asked_on_with_and_the_wait_is_bounded() -> None:
    async with watching(A) as watched:
        await watched.consul.say(WORKER, [entry(A), entry(B)], index=107)
        assert await watched.next() == (A, B)
        reading = asyncio.ensure_future(watched.next())
        await watched.consul.asked_again()
        assert [index for index, _ in watched.consul.asked] == [None, "100", "107"]
        assert {wait for _, wait in watched.consul.asked[1:]} == {"10000ms"}
        await watched.consul.say(WORKER, [entry(B)])
        assert await reading == (B,)


async def test_an_index_that_goes_back_is_dropped_and_nobody_is_missed() -> None:
    async with watching(A, B) as watched:
        reading = asyncio.ensure_future(watched.next())
        await watched.consul.asked_again()
        # Began anew: a lower index, and only one has come back as yet, with a new one.
        await watched.consul.say(WORKER, [entry(A), entry(C)], index=3)
        await watched.consul.wake()
        assert await reading == (A, B, C)
        again = asyncio.ensure_future(watched.next())
        await watched.consul.asked_again(2)
        assert [index for index, _ in watched.consul.asked[-2:]] == [None, "3"]
        again.cancel()
        await asyncio.wait({again})


async def test_a_sudden_nobody_is_asked_about_again_before_it_is_believed() -> None:
    async with watching(A, B, discovery_grace_seconds=0.6) as watched:
        before = len(watched.consul.asked)
        await watched.consul.say(WORKER, [])
        assert await watched.next() == ()
        assert len(watched.consul.asked) - before >= 3


async def test_a_flapping_registry_changes_nothing() -> None:
    async with watching(A, B) as watched:
        reading = asyncio.ensure_future(watched.next())
        for told in itertools.islice(itertools.cycle([[], [entry(A), entry(B)]]), 12):
            await watched.consul.asked_again()
            await watched.consul.say(WORKER, told)
        assert not reading.done()
        await watched.consul.asked_again()
        await watched.consul.say(WORKER, [entry(A), entry(B), entry(C)])
        assert await reading == (A, B, C)


@pytest.mark.parametrize("body", ["", "nonsense", "{}", "[{}]", '[{"Service": {"ID": "a"}}]', "3"])
async def test_a_malformed_answer_is_a_failure_like_any_other(logs: Logs, body: str) -> None:
    async with watching(A) as watched:
        reading = asyncio.ensure_future(watched.next())
        await watched.consul.asked_again()
        watched.consul.body = body
        await watched.consul.wake()
        told = await logs.seen(lambda entry: entry["event"] == FAILED)
        assert told["reason"] == "the agent's answer cannot be read"
        watched.consul.body = None
        await watched.consul.say(WORKER, [entry(A), entry(B)])
        assert await reading == (A, B)


async def test_a_permission_that_is_taken_away_is_no_empty_fleet(logs: Logs) -> None:
    async with watching(A, discovery_grace_seconds=0.1) as watched:
        reading = asyncio.ensure_future(watched.next())
        await watched.consul.asked_again()
        watched.consul.allows = False
        await watched.consul.say(WORKER, [])
        told = await logs.seen(lambda entry: entry["event"] == FAILED)
        assert told["reason"] == f"the token may not read service {WORKER}"
        await watched.consul.asked_again(4)
        assert not reading.done()
        watched.consul.allows = True
        await watched.consul.say(WORKER, [entry(A), entry(B)])
        assert await reading == (A, B)


async def test_what_has_no_address_of_its_own_is_at_its_node() -> None:
    async with watching() as watched:
        await watched.consul.say(WORKER, [instance("by-hand", "", 7, ["zone=z"])])
        assert await watched.next() == (Endpoint("by-hand", "192.0.2.1:7", ("zone=z",)),)


async def test_a_registration_says_what_consul_needs_and_comes_back_when_lost() -> None:
    mine = Registration(WORKER, Endpoint("me", "[::1]:7", ("model=m",)), "10.0.0.1:8")
    async with watching() as watched:
        consul = watched.consul
        async with watched.discovery.registrar.registered(mine):
            assert await watched.next() == (mine.endpoint,)
            assert consul.registered == [
                {
                    "name": WORKER,
                    "id": f"{WORKER}:me",
                    "address": "::1",
                    "port": 7,
                    "tags": ["model=m"],
                    "checks": [
                        {
                            "CheckID": f"service:{WORKER}:me",
                            "Name": "gRPC health",
                            "GRPC": "10.0.0.1:8",
                            "GRPCUseTLS": False,
                            "Interval": "1s",
                            "Timeout": "0.5s",
                            "Status": "passing",
                            "DeregisterCriticalServiceAfter": "60s",
                        }
                    ],
                }
            ]
            async with asyncio.timeout(10), asyncio.TaskGroup() as group:
                group.create_task(consul.registered_again())
                await asyncio.sleep(0)  # let it begin to listen
                await consul.say(WORKER, [])
        assert consul.deregistered == [f"{WORKER}:me"]


async def test_the_registration_of_a_newer_process_is_not_undone() -> None:
    older, newer = (Registration(WORKER, Endpoint("me", f"h:{n}"), "h:9") for n in (1, 2))
    async with watching() as watched:
        registered = watched.discovery.registrar.registered
        async with registered(older):
            assert await watched.next() == (older.endpoint,)
            leaving = registered(newer)
            await leaving.__aenter__()
            assert await watched.next() == (newer.endpoint,)
        assert watched.consul.deregistered == []
        await leaving.__aexit__(None, None, None)
        assert watched.consul.deregistered == [f"{WORKER}:me"]
