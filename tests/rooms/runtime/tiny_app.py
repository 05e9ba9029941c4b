"""A smallest server process, for test_lifecycle: serves health, starts for ever, or crashes.

Where it ends as it should it prints how many objects no collection goes through.
"""

import asyncio
import gc
import sys
import threading
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
    crashes: str = setting(
        "", "what fails once it serves", choices=("", "process", "thread", "task", "clean-up")
    )
    quotes: str = setting("", "what the crash's exception quotes")


class Untidy:
    """Fails as it goes."""

    def __init__(self, quoted: str) -> None:
        self._quoted = quoted

    def __del__(self) -> None:
        fail(self._quoted)


def fail(quoted: str) -> None:
    raise ValueError(quoted)


async def fail_later(quoted: str) -> None:
    fail(quoted)


async def crash(where: str, quoted: str) -> None:
    """Raise an exception that nobody catches; but for that of "process" life goes on."""
    match where:
        case "process":
            fail(quoted)
        case "thread":
            thread = threading.Thread(target=fail, args=(quoted,))
            thread.start()
            await asyncio.to_thread(thread.join)
        case "task":
            await asyncio.wait((asyncio.create_task(fail_later(quoted)),))
            gc.collect()  # a task that nobody asked for its exception tells it as it goes
        case "clean-up":
            Untidy(quoted)


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
        await crash(settings.crashes, settings.quotes)
        await server.set_serving(True)
        yield Running(server.address, metrics, instance_id(settings, "worker"))
        sys.stdout.write(f"{gc.get_freeze_count()}\n")


if __name__ == "__main__":
    main("worker", TinySettings, serve)
