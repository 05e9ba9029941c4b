"""Which registry stands behind Discovery.

Decides by the settings' one word; the only file that knows all four.
"""

import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from services.discovery.consul import ConsulRegistrar, ConsulResolver
from services.discovery.consul_client import open_consul
from services.discovery.consul_lock import ConsulLock
from services.discovery.consul_locks import ConsulLocks
from services.discovery.dns import DnsResolver
from services.discovery.endpoint import Discovery
from services.discovery.memory import MemoryRegistry
from services.discovery.memory_lock import MemoryLock
from services.discovery.outage import Random
from services.discovery.settings import DiscoverySettings
from services.discovery.static import StaticResolver, WrittenElsewhere


@asynccontextmanager
async def open_discovery(
    settings: DiscoverySettings, rng: Random | None = None
) -> AsyncIterator[Discovery]:
    """Discovery as set; `rng` jitters the back-off. Waits for no registry."""
    rng = rng or random.Random()
    match settings.discovery:
        case "memory":
            registry = MemoryRegistry()
            yield Discovery(registry, registry, MemoryLock())
        case "static":
            yield Discovery(StaticResolver(settings.static_endpoints()), WrittenElsewhere())
        case "dns":
            yield Discovery(DnsResolver(settings, rng), WrittenElsewhere())
        case "consul":
            async with open_consul(settings) as client:
                yield Discovery(
                    ConsulResolver(client, settings, rng),
                    ConsulRegistrar(client, settings, rng),
                    ConsulLock(ConsulLocks(client), settings, rng),
                )
        case unknown:
            raise ValueError(f"no registry called {unknown!r}")
