"""A candidate's standing, and whoever waits for it to change."""

import asyncio

from services.discovery.endpoint import Standing


class Seat:
    """What a contest is told and tells: the newest standing, not each."""

    def __init__(self) -> None:
        self.standing = Standing()
        self._changed = asyncio.Event()

    def take(self, standing: Standing) -> bool:
        """It stands so from now on; whether that is news."""
        if standing == self.standing:
            return False
        self.standing = standing
        self._changed.set()
        self._changed = asyncio.Event()
        return True

    def is_sure(self, now: float) -> bool:
        """Whoever gives and takes the seat does so at once."""
        return True

    async def until_sure(self) -> None:
        """It is."""

    async def changed_from(self, standing: Standing) -> Standing:
        """Wait until it stands otherwise (see `Contest`)."""
        while self.standing == standing:
            await self._changed.wait()
        return self.standing
