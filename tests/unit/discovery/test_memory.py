from contextlib import aclosing

from services.discovery.endpoint import WORKER, Endpoint, Registration
from services.discovery.memory import MemoryRegistry


async def test_of_two_processes_with_one_id_the_newer_keeps_it() -> None:
    registry = MemoryRegistry()
    older, newer = (Registration(WORKER, Endpoint("a", f"h:{n}"), "h:9") for n in (1, 2))
    async with aclosing(registry.watch(WORKER)) as fleets:
        async with registry.registered(older):
            registry.put(WORKER, newer.endpoint)
        assert await anext(fleets) == (newer.endpoint,)
        assert repr(registry) == "<MemoryRegistry 1 known, 1 watching>"
    assert repr(registry) == "<MemoryRegistry 1 known, 0 watching>"


async def test_a_slow_reader_gets_the_newest_not_each() -> None:
    registry = MemoryRegistry()
    async with aclosing(registry.watch(WORKER)) as fleets:
        assert await anext(fleets) == ()
        for n in (1, 2, 3):
            registry.put(WORKER, Endpoint("a", f"h:{n}"))
        assert await anext(fleets) == (Endpoint("a", "h:3"),)
