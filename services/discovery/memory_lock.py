"""Locks in memory, for all candidates of one event loop: embedded meshes and tests.

Decides that whoever came first holds a lock until it leaves; then the next does.
"""

import itertools
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from services.discovery.endpoint import Registration, Standing
from services.discovery.seat import Seat


class MemoryLock:
    """A Lock for everyone in this event loop."""

    def __init__(self) -> None:
        self._terms = itertools.count(1)
        self._lines: defaultdict[str, dict[Seat, str]] = defaultdict(dict)

    @asynccontextmanager
    async def contended(self, key: str, registration: Registration) -> AsyncIterator[Seat]:
        """Stand in line for a key (see `Lock`)."""
        seat, line = Seat(), self._lines[key]
        line[seat] = registration.endpoint.address
        self._seat_first(line)
        try:
            yield seat
        finally:
            del line[seat]
            seat.take(Standing())
            self._seat_first(line)

    def _seat_first(self, line: dict[Seat, str]) -> None:
        if not line:
            return
        first, address = next(iter(line.items()))
        if not first.standing.is_held:
            first.take(Standing(is_held=True, term=next(self._terms), holder=address))
        for other in itertools.islice(line, 1, None):
            other.take(replace(other.standing, holder=address))
