"""A registry of each kind with something behind it, for the conformance suite.

A world knows instances by number; each says under which endpoint its registry
shows one. The suite itself knows no registry.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from random import Random

import aiohttp
import dns.rcode

from services.discovery.endpoint import WORKER, Discovery, Endpoint
from services.discovery.memory import MemoryRegistry
from services.discovery.open import open_discovery
from services.discovery.settings import DiscoverySettings
from services.discovery.static import StaticResolver, WrittenElsewhere
from tests.tools.consul_agent import ConsulAgent, consul_agent
from tests.tools.dns_server import DnsServer, dns_server
from tests.tools.scripted_consul import ScriptedConsul, instance, scripted_consul

DOMAIN = "mesh.test"
PORT = 50053


class World:
    """The instances 1 to 9 of the worker service, and the registry that knows some of them."""

    registers = True
    """Whether a Registrar makes a process known."""

    def __init__(self, discovery: Discovery) -> None:
        self.discovery = discovery

    def endpoint(self, number: int) -> Endpoint:
        return Endpoint(f"w{number}", f"127.0.0.{number}:{PORT}", ("zone=test",))

    async def add(self, number: int) -> None:
        raise NotImplementedError

    async def remove(self, number: int) -> None:
        raise NotImplementedError

    async def add_twin(self, number: int) -> None:
        """Name an instance a second time, more recently."""
        raise NotImplementedError

    async def break_down(self) -> None:
        """Let the registry fail; returns when a watcher has met that."""
        raise NotImplementedError

    async def mend(self) -> None:
        raise NotImplementedError


class Memory(World):
    def __init__(self, registry: MemoryRegistry) -> None:
        super().__init__(Discovery(registry, registry))
        self._registry = registry

    async def add(self, number: int) -> None:
        self._registry.put(WORKER, self.endpoint(number))

    async def remove(self, number: int) -> None:
        self._registry.remove(WORKER, self.endpoint(number).id)

    async def add_twin(self, number: int) -> None:
        self._registry.put(WORKER, Endpoint(self.endpoint(number).id, "127.0.0.99:1"))
        await self.add(number)


class Static(World):
    """The list is written before anybody looks; `add` writes it."""

    registers = False

    def __init__(self) -> None:
        self._listed: list[Endpoint] = []
        super().__init__(Discovery(self, WrittenElsewhere()))

    def watch(self, service: str):
        return StaticResolver({WORKER: self._listed}).watch(service)

    async def add(self, number: int) -> None:
        self._listed.append(self.endpoint(number))

    async def add_twin(self, number: int) -> None:
        self._listed.append(Endpoint(self.endpoint(number).id, "127.0.0.99:1"))
        await self.add(number)


class Addresses(World):
    registers = False

    def __init__(self, discovery: Discovery, server: DnsServer) -> None:
        super().__init__(discovery)
        self._server = server
        server.records[(f"{WORKER}.{DOMAIN}", "A")] = self._listed = []

    def endpoint(self, number: int) -> Endpoint:
        return Endpoint(f"127.0.0.{number}:{PORT}", f"127.0.0.{number}:{PORT}")

    async def add(self, number: int) -> None:
        self._listed.append(f"127.0.0.{number}")

    async def remove(self, number: int) -> None:
        self._listed.remove(f"127.0.0.{number}")

    async def add_twin(self, number: int) -> None:
        await self.add(number)

    async def break_down(self) -> None:
        self._server.rcode = dns.rcode.SERVFAIL
        # Asked again after an answer: that answer has arrived.
        await self._server.asked_again()
        await self._server.asked_again()

    async def mend(self) -> None:
        self._server.rcode = dns.rcode.NOERROR


class Srv(Addresses):
    def __init__(self, discovery: Discovery, server: DnsServer) -> None:
        super().__init__(discovery, server)
        server.records = {(f"_grpc._tcp.{WORKER}.{DOMAIN}", "SRV"): self._listed}

    def endpoint(self, number: int) -> Endpoint:
        return Endpoint(f"w{number}.{DOMAIN}:70{number}", f"127.0.0.{number}:70{number}")

    async def add(self, number: int) -> None:
        self._server.records[(f"w{number}.{DOMAIN}", "A")] = [f"127.0.0.{number}"]
        self._listed.append(f"0 0 70{number} w{number}.{DOMAIN}.")

    async def remove(self, number: int) -> None:
        self._listed.remove(f"0 0 70{number} w{number}.{DOMAIN}.")

    async def add_twin(self, number: int) -> None:
        self._listed.append(f"10 10 70{number} w{number}.{DOMAIN}.")


class Scripted(World):
    def __init__(self, discovery: Discovery, scripted: ScriptedConsul) -> None:
        super().__init__(discovery)
        self._scripted = scripted
        self._entries: list[dict[str, object]] = []

    async def add(self, number: int) -> None:
        endpoint = self.endpoint(number)
        host, port = endpoint.address.split(":")
        await self._say(
            [*self._entries, instance(f"{WORKER}:{endpoint.id}", host, int(port), endpoint.tags, 9)]
        )

    async def remove(self, number: int) -> None:
        gone = f"{WORKER}:{self.endpoint(number).id}"
        await self._say([entry for entry in self._entries if entry["Service"]["ID"] != gone])

    async def add_twin(self, number: int) -> None:
        await self._say(
            [*self._entries, instance(self.endpoint(number).id, "127.0.0.99", 1, modified=3)]
        )

    async def _say(self, entries: list[dict[str, object]]) -> None:
        self._entries = entries
        await self._scripted.say(WORKER, entries)

    async def break_down(self) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(self._scripted.asked_again(2))
            await asyncio.sleep(0)  # let it begin to listen
            await self._scripted.fail(500)

    async def mend(self) -> None:
        self._scripted.fails_with = None


class Real(World):
    """Instances registered in the catalog by hand, on a node of their own each."""

    def __init__(self, discovery: Discovery, agent: ConsulAgent) -> None:
        super().__init__(discovery)
        self._agent = agent

    async def add(self, number: int) -> None:
        endpoint = self.endpoint(number)
        await self._register(f"node{number}", endpoint)

    async def remove(self, number: int) -> None:
        await self._put("/v1/catalog/deregister", {"Node": f"node{number}"})

    async def add_twin(self, number: int) -> None:
        endpoint = self.endpoint(number)
        await self._register("node-of-old", Endpoint(endpoint.id, "127.0.0.99:1"))
        await self._register(f"node{number}", Endpoint(endpoint.id, endpoint.address))
        await self.add(number)  # changed last

    async def break_down(self) -> None:
        await self._agent.kill()
        await knocked_at(self._agent.http)

    async def mend(self) -> None:
        await self._agent.start()

    async def _register(self, node: str, endpoint: Endpoint) -> None:
        host, port = endpoint.address.split(":")
        service = {"ID": f"{WORKER}:{endpoint.id}", "Service": WORKER, "Tags": endpoint.tags}
        where = {"Address": host, "Port": int(port)}
        await self._put(
            "/v1/catalog/register", {"Node": node, "Address": host, "Service": {**service, **where}}
        )

    async def _put(self, path: str, body: dict[str, object]) -> None:
        async with aiohttp.ClientSession(raise_for_status=True) as session:
            await session.put(f"http://{self._agent.http}{path}", json=body)


@asynccontextmanager
async def memory() -> AsyncIterator[World]:
    yield Memory(MemoryRegistry())


@asynccontextmanager
async def static() -> AsyncIterator[World]:
    yield Static()


@asynccontextmanager
async def dns_a() -> AsyncIterator[World]:
    async with dns_server() as server, open_discovery(dns_settings(server, "a")) as discovery:
        yield Addresses(discovery, server)


@asynccontextmanager
async def dns_srv() -> AsyncIterator[World]:
    async with dns_server() as server, open_discovery(dns_settings(server, "srv")) as discovery:
        yield Srv(discovery, server)


@asynccontextmanager
async def scripted() -> AsyncIterator[World]:
    async with (
        scripted_consul() as server,
        open_discovery(consul_settings(server.address), Random(1)) as discovery,
    ):
        yield Scripted(discovery, server)


@asynccontextmanager
async def real() -> AsyncIterator[World]:
    async with (
        consul_agent() as agent,
        open_discovery(consul_settings(agent.http), Random(1)) as discovery,
    ):
        yield Real(discovery, agent)


WORLDS: dict[str, Callable[[], AbstractAsyncContextManager[World]]] = {
    "memory": memory,
    "static": static,
    "dns-a": dns_a,
    "dns-srv": dns_srv,
    "consul-scripted": scripted,
    "consul": real,
}


async def knocked_at(address: str) -> None:
    """Stand where an agent stood until somebody comes; who comes is sent away."""
    met = asyncio.Event()

    async def meet(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()
        met.set()

    host, port = address.split(":")
    async with await asyncio.start_server(meet, host, int(port)):
        await met.wait()


def dns_settings(server: DnsServer, record: str) -> DiscoverySettings:
    return DiscoverySettings(
        discovery="dns",
        dns_domain=DOMAIN,
        dns_record=record,
        dns_servers=(server.address,),
        dns_worker_port=PORT,
        dns_poll_seconds=0.1,
    )


def consul_settings(address: str, **more: object) -> DiscoverySettings:
    given = {"discovery": "consul", "consul_address": address, "consul_renew_seconds": 0.2}
    return DiscoverySettings(**{**given, **more})  # type: ignore[arg-type]
