"""What DNS alone does: SRV targets, truncation, TTLs, name errors, both address families."""

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import replace

import dns.rcode
import pytest

from services.discovery.endpoint import WORKER, Endpoint
from services.discovery.open import open_discovery
from services.discovery.settings import DiscoverySettings
from tests.contract.discovery.conftest import Logs
from tests.contract.discovery.worlds import DOMAIN, dns_settings
from tests.tools.dns_server import DnsServer, dns_server

NAME = f"{WORKER}.{DOMAIN}"
SRV_NAME = f"_grpc._tcp.{NAME}"


@pytest.fixture
async def server() -> AsyncIterator[DnsServer]:
    async with dns_server() as running:
        yield running


@asynccontextmanager
async def watching(
    settings: DiscoverySettings,
) -> AsyncIterator[AsyncGenerator[tuple[Endpoint, ...], None]]:
    async with (
        asyncio.timeout(20),
        open_discovery(settings) as discovery,
        aclosing(discovery.resolver.watch(WORKER)) as fleets,
    ):
        yield fleets


@pytest.mark.parametrize("encloses", [True, False])
async def test_srv_targets_are_looked_up_where_their_addresses_do_not_come_along(
    server: DnsServer, encloses: bool
) -> None:
    server.encloses = encloses
    server.records = {
        (SRV_NAME, "SRV"): [
            "0 0 71 four.mesh.test.",
            "0 0 72 six.mesh.test.",
            "0 0 73 gone.mesh.test.",
        ],
        ("four.mesh.test", "A"): ["10.0.0.4"],
        ("six.mesh.test", "AAAA"): ["fd00::6"],
    }
    async with watching(dns_settings(server, "srv")) as fleets:
        assert await anext(fleets) == (
            Endpoint("four.mesh.test:71", "10.0.0.4:71"),
            Endpoint("six.mesh.test:72", "[fd00::6]:72"),
        )
    enclosed = {kind for name, kind, _ in server.asked if name == "four.mesh.test"} == set()
    assert enclosed == encloses


async def test_addresses_of_the_other_family(server: DnsServer) -> None:
    server.records = {(NAME, "AAAA"): ["fd00::2", "fd00::1"]}
    async with watching(dns_settings(server, "aaaa")) as fleets:
        assert [each.address for each in await anext(fleets)] == [
            "[fd00::1]:50053",
            "[fd00::2]:50053",
        ]


async def test_a_fleet_too_large_for_a_datagram_is_whole(server: DnsServer) -> None:
    server.records = {(NAME, "A"): [f"10.0.{n // 250}.{n % 250 + 1}" for n in range(600)]}
    async with watching(dns_settings(server, "a")) as fleets:
        assert len(await anext(fleets)) == 600
    assert [transport for _, _, transport in server.asked][:2] == ["udp", "tcp"]


@pytest.mark.parametrize("exists", [True, False])
async def test_nobody_has_two_forms(server: DnsServer, exists: bool) -> None:
    server.records = {(NAME, "TXT"): ['"no address"']} if exists else {}
    async with watching(dns_settings(server, "a")) as fleets:
        assert await anext(fleets) == ()


async def test_a_name_that_vanishes_is_doubted_first(server: DnsServer) -> None:
    server.records = {(NAME, "A"): ["10.0.0.1"]}
    settings = replace(dns_settings(server, "a"), discovery_grace_seconds=0.5)
    async with watching(settings) as fleets:
        assert await anext(fleets) == (Endpoint("10.0.0.1:50053", "10.0.0.1:50053"),)
        server.records = {}
        began = time.monotonic()
        assert await anext(fleets) == ()
        assert time.monotonic() - began > 0.4


async def test_a_ttl_shorter_than_the_poll_is_honoured_and_a_longer_one_is_not_waited_for(
    server: DnsServer,
) -> None:
    for ttl, poll in ((1, 60.0), (3600, 1.0)):
        server.ttl = ttl
        server.records = {(NAME, "A"): ["10.0.0.1"]}
        settings = replace(dns_settings(server, "a"), dns_poll_seconds=poll)
        async with watching(settings) as fleets:
            await anext(fleets)
            began = time.monotonic()
            server.records = {(NAME, "A"): ["10.0.0.2", "10.0.0.1"]}
            assert len(await anext(fleets)) == 2
            assert 0.8 < time.monotonic() - began < 3


@pytest.mark.parametrize("rcode", [dns.rcode.SERVFAIL, dns.rcode.REFUSED])
async def test_a_server_that_refuses_is_a_fault(
    server: DnsServer, logs: Logs, rcode: dns.rcode.Rcode
) -> None:
    server.rcode = rcode
    async with watching(dns_settings(server, "a")) as fleets:
        reading = asyncio.ensure_future(anext(fleets))
        told = await logs.seen(lambda entry: entry["event"].startswith("registry failed"))
        assert dns.rcode.to_text(rcode) in told["reason"]
        assert not reading.done()
        server.rcode = dns.rcode.NOERROR
        server.records = {(NAME, "A"): ["10.0.0.1"]}
        assert len(await reading) == 1


async def test_a_server_that_is_not_there_is_a_fault(server: DnsServer, logs: Logs) -> None:
    settings = replace(dns_settings(server, "a"), dns_servers=("127.0.0.1:9",))
    async with watching(settings) as fleets:
        reading = asyncio.ensure_future(anext(fleets))
        await logs.seen(lambda entry: entry["event"].startswith("registry failed"))
        assert not reading.done()
        reading.cancel()
        await asyncio.wait({reading})
