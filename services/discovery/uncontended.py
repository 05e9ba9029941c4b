"""Locks where no registry keeps any: static lists and DNS.

Decides that everybody holds every lock, on purpose: there is nobody to agree
with, so whoever runs two instances by such a list has two that are active.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from services.discovery.endpoint import Registration, Standing


class Uncontended:
    """A Lock, and a Contest, that is held from the first moment to the last."""

    def __init__(self) -> None:
        self.standing = Standing(is_held=True)

    @asynccontextmanager
    async def contended(self, key: str, registration: Registration) -> AsyncIterator["Uncontended"]:
        """Hold it (see `Lock`)."""
        yield self

    def is_sure(self, now: float) -> bool:
        """Nobody can take it."""
        return True

    async def until_sure(self) -> None:
        """It is."""

    async def changed_from(self, standing: Standing) -> Standing:
        """Wait for ever."""
        if standing == self.standing:
            await asyncio.get_running_loop().create_future()
        return self.standing
