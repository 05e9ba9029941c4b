"""A registry in memory, for one process: embedded meshes and tests.

Decides nothing: what is put is seen, what is removed is gone, at once.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager

from services.discovery.endpoint import Endpoint, Registration, snapshot


class MemoryRegistry:
    """Resolver and Registrar for everyone in this event loop."""

    def __init__(self) -> None:
        self._endpoints: defaultdict[str, dict[str, Endpoint]] = defaultdict(dict)
        self._watchers: defaultdict[str, set[asyncio.Event]] = defaultdict(set)

    def __repr__(self) -> str:
        known, watchers = (
            sum(map(len, held.values())) for held in (self._endpoints, self._watchers)
        )
        return f"<MemoryRegistry {known} known, {watchers} watching>"

    def put(self, service: str, endpoint: Endpoint) -> None:
        """Make an endpoint known; it takes the place of one with the same id."""
        self._endpoints[service][endpoint.id] = endpoint
        self._changed(service)

    def remove(self, service: str, endpoint_id: str) -> None:
        """Forget an endpoint; nothing happens if it isn't known."""
        if self._endpoints[service].pop(endpoint_id, None) is not None:
            self._changed(service)

    async def watch(self, service: str) -> AsyncGenerator[tuple[Endpoint, ...], None]:
        """Yield what is known now, then each change (see `Resolver`)."""
        changed = asyncio.Event()
        self._watchers[service].add(changed)
        told: tuple[Endpoint, ...] | None = None
        try:
            while True:
                changed.clear()
                fleet = snapshot(self._endpoints[service].values())
                if fleet != told:
                    told = fleet
                    yield fleet
                await changed.wait()
        finally:
            self._watchers[service].discard(changed)

    @asynccontextmanager
    async def registered(self, registration: Registration) -> AsyncIterator[None]:
        """Keep the endpoint known while the block runs (see `Registrar`)."""
        service, endpoint = registration.service, registration.endpoint
        self.put(service, endpoint)
        try:
            yield
        finally:
            # Only our own: a newer process may have taken the id meanwhile.
            if self._endpoints[service].get(endpoint.id) is endpoint:
                self.remove(service, endpoint.id)

    def _changed(self, service: str) -> None:
        for changed in self._watchers[service]:
            changed.set()
