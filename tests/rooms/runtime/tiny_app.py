"""A smallest server process, for test_lifecycle: serves health, or starts for ever."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from prometheus_client import CollectorRegistry

from services.runtime.lifecycle import Running, announce, instance_id, main
from services.runtime.metrics import serving_metrics
from services.runtime.server import serving
from services.runtime.settings import ServerSettings, setting


@dataclass(frozen=True, kw_only=True)
class TinySettings(ServerSettings):
    start_hangs: bool = setting(False, "never finish starting")


@asynccontextmanager
async def serve(settings: TinySettings) -> AsyncIterator[Running]:
    registry = CollectorRegistry()
    async with (
        serving_metrics(settings.metrics_listen, registry) as metrics,
        serving(settings, [], public=False, registry=registry) as server,
    ):
        if settings.start_hangs:
            announce(settings.announce_fd, {"progress": "hanging", "fraction": 0.5})
            await asyncio.Event().wait()
        await server.set_serving(True)
        yield Running(server.address, metrics, instance_id(settings, "worker"))


if __name__ == "__main__":
    main("worker", TinySettings, serve)
