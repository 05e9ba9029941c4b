"""The worker's load, numbered and told to many.

Decides when: at once to a new watcher, soon after each change, and as a
heartbeat while nothing changes. Who reads slowly gets the newest report, not
each. Knows the load's parts only as the engine's `Load`.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from services.runtime.lifecycle import background
from services.worker.classifiers.classifier import ClassifierInfo
from services.worker.engines.engine import Engine, Load, ModelInfo

GAP_SECONDS = 0.05  # between two reports at least
HEARTBEAT_SECONDS = 0.9  # at most; "one a second" leaves room for a busy loop


@dataclass(frozen=True, slots=True)
class Identity:
    """Who reports: the worker's id, its process's incarnation, what it serves."""

    worker_id: str
    epoch: int
    model: ModelInfo
    classifiers: tuple[ClassifierInfo, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """The load at one moment; `sequence` rises by one with each report."""

    identity: Identity
    sequence: int
    load: Load
    draining: bool
    explanations_total: int = 0
    explanations_used: int = 0


class LoadBoard:
    """Where the newest report hangs."""

    def __init__(self, identity: Identity, engine: Engine) -> None:
        self._engine = engine
        self._changed = asyncio.Event()
        self._turned = asyncio.Event()  # set when `newest` is no longer the newest
        self._is_open = True
        self._draining = False
        self.newest = Report(identity, 1, engine.load(), draining=False)
        # How many explanations may run or wait, and do; whoever makes them puts this here.
        self.explanations: Callable[[], tuple[int, int]] = _none_are_made
        engine.on_change = self._changed.set

    def drain(self) -> None:
        """Report from now on that no new sequences are taken."""
        self._draining = True
        self._changed.set()

    def changed(self) -> None:
        """Report soon: what is told beside the engine's load may differ."""
        self._changed.set()

    async def watch(self) -> AsyncGenerator[Report, None]:
        """Yield the load as it is now, then each report that follows, until the board closes."""
        if self._changed.is_set():
            self._hang()
        while self._is_open:
            turned = self._turned
            yield self.newest
            await turned.wait()

    def close(self) -> None:
        """End all watches."""
        self._is_open = False
        self._turned.set()

    async def publish(self) -> None:
        """Hang up report after report; runs while the board is open."""
        while self._is_open:
            await asyncio.sleep(GAP_SECONDS)
            with suppress(TimeoutError):
                async with asyncio.timeout(HEARTBEAT_SECONDS - GAP_SECONDS):
                    await self._changed.wait()
            self._hang()

    def _hang(self) -> None:
        self._changed.clear()
        last, load = self.newest, self._engine.load()
        made = self.explanations()
        self.newest = Report(last.identity, last.sequence + 1, load, self._draining, *made)
        turned, self._turned = self._turned, asyncio.Event()
        turned.set()


def _none_are_made() -> tuple[int, int]:
    return 0, 0


@asynccontextmanager
async def publishing(identity: Identity, engine: Engine) -> AsyncIterator[LoadBoard]:
    """Keep a board for an engine."""
    board = LoadBoard(identity, engine)
    async with background("load", board.publish()):
        try:
            yield board
        finally:
            board.close()
