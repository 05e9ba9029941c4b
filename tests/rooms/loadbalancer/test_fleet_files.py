"""A fleet whose TLS files are not there for a moment, as they are changed."""

import asyncio
from pathlib import Path

from loadbalancer.fleet import Fleet
from loadbalancer.tickets import Event, WorkerJoined
from services.discovery.endpoint import WORKER, Endpoint
from services.discovery.memory import MemoryRegistry
from services.runtime.lifecycle import background
from services.runtime.settings import TlsSettings


async def test_files_that_are_gone_for_a_moment_end_no_balancer(tmp_path: Path) -> None:
    told: asyncio.Queue[Event] = asyncio.Queue()
    registry = MemoryRegistry()
    fleet = Fleet(registry, TlsSettings(tls_ca=tmp_path / "ca.pem"), told.put_nowait)
    async with asyncio.timeout(10), background("fleet", fleet.run()):
        for name in ("w1", "w2", "w3"):
            endpoint = Endpoint(name, "127.0.0.1:9")
            registry.put(WORKER, endpoint)
            assert await told.get() == WorkerJoined(name, endpoint.address)
