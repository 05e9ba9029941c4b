"""Discovery by Consul: blocking queries find the others, a health check stands for us.

Decides what we register, how often again, and which of Consul's answers make
its absences doubtful. Membership only: load and liveness are on our own
streams. How Consul is spoken to is `consul_client.py`'s matter.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import structlog

from services.discovery.believing import Believing, onward
from services.discovery.consul_client import ConsulClient, Healthy
from services.discovery.endpoint import Endpoint, Registration, snapshot
from services.discovery.errors import RegistryDenied, RegistryFault
from services.discovery.outage import Random
from services.discovery.settings import DiscoverySettings
from services.discovery.watching import Answer, Trouble, fleets
from services.runtime.lifecycle import background, to_its_end
from services.runtime.settings import split_address

log = structlog.get_logger(__name__)

# A query with an index from before the agent lost its data is woken by no change. Mostly
# its connection breaks; where it doesn't, this is how long it takes until we know.
WAIT_SECONDS = 10.0


class ConsulResolver:
    """A Resolver over the instances whose health checks pass."""

    def __init__(self, client: ConsulClient, settings: DiscoverySettings, rng: Random) -> None:
        self._client = client
        self._grace = settings.discovery_grace_seconds
        self._rng = rng

    def watch(self, service: str) -> AsyncGenerator[tuple[Endpoint, ...], None]:
        """Yield the fleet and each change to it (see `Resolver`)."""
        query = _Query(self._client, service)
        return fleets(query.ask, Believing(self._grace), Trouble(service, "consul", self._rng))


class _Query:
    """One service's blocking query: it remembers the index to ask on with."""

    def __init__(self, client: ConsulClient, service: str) -> None:
        self._client = client
        self._service = service
        self._index: int | None = None

    async def ask(self, patience: float) -> Answer:
        asked, self._index = self._index, None  # none again, unless an answer gives one
        told = await self._client.healthy(self._service, asked, min(patience, WAIT_SECONDS))
        if not told.instances:
            await self._check_permission(told)
        self._index = onward(asked, told.index)
        endpoints = _newest_of_each(self._service, told)
        return Answer(endpoints, began_anew=asked is not None and self._index is None)

    async def _check_permission(self, told: Healthy) -> None:
        """Tell "nobody is there" from "you may not know who is there"."""
        if told.is_filtered or not await self._client.may_read(self._service):
            raise RegistryDenied(f"the token may not read service {self._service}")


# An agent's ids are shared by all its services, ours belong to one; hence a prefix.
def _agent_id(registration: Registration) -> str:
    return f"{registration.service}:{registration.endpoint.id}"


def check_id(registration: Registration) -> str:
    """The id of the health check that stands for an instance."""
    return f"service:{_agent_id(registration)}"


def _newest_of_each(service: str, told: Healthy) -> tuple[Endpoint, ...]:
    """The endpoints under their own ids; of two agents' entries the one changed last stands."""
    oldest_first = sorted(told.instances, key=lambda instance: instance.modified)
    found = (instance.endpoint for instance in oldest_first)
    return snapshot(replace(each, id=each.id.removeprefix(f"{service}:")) for each in found)


class ConsulRegistrar:
    """A Registrar that registers, looks again and again whether that still stands, and deregisters.

    It registers anew only where the agent has lost it: each registration starts
    the health check's clock anew, and two processes with one id would take the
    place of each other for ever instead of the newer keeping it.
    """

    def __init__(self, client: ConsulClient, settings: DiscoverySettings, rng: Random) -> None:
        self._client = client
        self._settings = settings
        self._rng = rng

    @asynccontextmanager
    async def registered(self, registration: Registration) -> AsyncIterator[None]:
        """Keep the endpoint known while the block runs (see `Registrar`)."""
        leaving = asyncio.Event()
        async with background(
            "consul registration", self._keep_registered(registration, leaving)
        ) as keeping:
            try:
                yield
            finally:
                leaving.set()
                await to_its_end(self._leave(keeping, registration))

    async def _leave(self, keeping: asyncio.Task[Any], registration: Registration) -> None:
        # Not cancelled: a registration still under way could arrive after its undoing.
        await asyncio.wait((keeping,))
        await self._deregister(registration)

    async def _keep_registered(self, registration: Registration, leaving: asyncio.Event) -> None:
        trouble = Trouble(registration.service, "consul", self._rng)
        was_known = False
        while not leaving.is_set():
            try:
                if not was_known or await self._known_address(registration) is None:
                    await self._register(registration)
            except RegistryFault as fault:
                pause = trouble.failed(fault)
            else:
                was_known = True
                trouble.ended()
                pause = self._settings.consul_renew_seconds
            await _first_of(leaving, pause)

    async def _known_address(self, registration: Registration) -> str | None:
        return await self._client.registered_address(_agent_id(registration))

    async def _register(self, registration: Registration) -> None:
        settings = self._settings
        await self._client.register(
            registration.service,
            _agent_id(registration),
            split_address(registration.endpoint.address),
            registration.endpoint.tags,
            check={
                "CheckID": check_id(registration),
                "Name": "gRPC health",
                "GRPC": registration.health_address,
                "GRPCUseTLS": False,
                "Interval": f"{settings.consul_check_seconds:g}s",
                "Timeout": f"{settings.consul_check_timeout_seconds:g}s",
                # Until the first check; registering again leaves a failing check failing.
                "Status": "passing",
                "DeregisterCriticalServiceAfter": f"{settings.consul_forget_seconds:g}s",
            },
        )

    async def _deregister(self, registration: Registration) -> None:
        try:
            # A newer process may have taken our id; that registration is not ours to undo.
            if await self._known_address(registration) == registration.endpoint.address:
                await self._client.deregister(_agent_id(registration))
        except RegistryFault as fault:
            log.warning(
                "deregistration failed, the health check will end it",
                service=registration.service,
                reason=str(fault),
            )


async def _first_of(event: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return
