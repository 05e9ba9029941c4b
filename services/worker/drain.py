"""How a worker leaves without anybody losing by it.

Decides the order: report it, leave the fleet, let those who run end within the
grace. Once begun it is never taken back. Whoever answers for the worker's
membership waits for `begun`, and says `left` when health and registry know.
"""

import asyncio
from contextlib import aclosing, suppress

import structlog

from services.worker.load import LoadBoard

log = structlog.get_logger(__name__)


class Drain:
    """The way out, for the Drain call and for the process's end alike."""

    def __init__(self, board: LoadBoard) -> None:
        self._board = board
        self.begun = asyncio.Event()
        self.left = asyncio.Event()

    async def run(self, grace_seconds: float) -> int:
        """Drain, and return how many sequences still run when the grace is over. Idempotent."""
        if not self.begun.is_set():
            self.begun.set()
            self._board.drain()
            log.info("draining", count=self._board.newest.load.slots_used, seconds=grace_seconds)
        with suppress(TimeoutError):
            async with asyncio.timeout(grace_seconds):
                await self.left.wait()
                return await self._until_idle()
        return self._board.newest.load.slots_used

    async def _until_idle(self) -> int:
        async with aclosing(self._board.watch()) as reports:
            async for report in reports:
                if report.draining and report.load.slots_used == 0:
                    return 0
        return self._board.newest.load.slots_used
