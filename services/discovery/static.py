"""Discovery by a list in the settings.

Decides nothing: the list stands for as long as the process runs. Whether those
on it are alive, the live streams tell.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager

from services.discovery.endpoint import Endpoint, Registration, snapshot


class StaticResolver:
    """A Resolver over fixed endpoints by service."""

    def __init__(self, endpoints: Mapping[str, Iterable[Endpoint]]) -> None:
        self._fleets = {service: snapshot(listed) for service, listed in endpoints.items()}

    async def watch(self, service: str) -> AsyncGenerator[tuple[Endpoint, ...], None]:
        """Yield the list once, then wait until closed (see `Resolver`)."""
        yield self._fleets.get(service, ())
        await asyncio.get_running_loop().create_future()


class WrittenElsewhere:
    """A Registrar that does nothing, on purpose.

    Static lists and DNS are written by people and by orchestrators; a process
    has no way to add itself, and needs none.
    """

    @asynccontextmanager
    async def registered(self, registration: Registration) -> AsyncIterator[None]:
        """Run the block (see `Registrar`)."""
        yield
