import asyncio
from collections.abc import Callable, Iterator, MutableMapping
from typing import Any

import pytest
import structlog

Entry = MutableMapping[str, Any]


class Logs:
    """What was logged; can be waited for."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self._news = asyncio.Event()

    def __call__(self, _logger: object, method: str, event: Entry) -> Entry:
        self.entries.append({**event, "level": method})
        self._news.set()
        raise structlog.DropEvent

    def events(self) -> list[str]:
        return [entry["event"] for entry in self.entries]

    async def seen(self, wanted: Callable[[Entry], bool]) -> Entry:
        async with asyncio.timeout(10):
            while True:
                self._news.clear()
                for entry in self.entries:
                    if wanted(entry):
                        return entry
                await self._news.wait()


@pytest.fixture
def logs() -> Iterator[Logs]:
    captured = Logs()
    # In place, as bound loggers hold on to this very list.
    processors = structlog.get_config()["processors"]
    before = list(processors)
    processors[:] = [captured]
    yield captured
    processors[:] = before
