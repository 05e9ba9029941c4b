"""Connections to workers: one an address, kept while it is of use.

Decides when a connection is opened, that a request goes out only over one that
stands (so that a request that cannot reach its worker has not touched it), and
when an unused one is closed. Knows no calls.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Hashable
from contextlib import asynccontextmanager, suppress
from types import TracebackType
from typing import Self

import grpc

from services.runtime.lifecycle import background


class Unreachable(Exception):
    """No connection to this address came about."""


class _Entry:
    """A channel, and who uses it."""

    def __init__(self, channel: grpc.aio.Channel, generation: Hashable) -> None:
        self.channel = channel
        self.generation = generation
        self.users = 0
        self.unused_since = 0.0
        self.is_gone = False


class Channels:
    """Channels by address; an async context manager that closes them all.

    Args:
        connect: opens a channel; raises OSError where files are missing.
        generation: tells apart what channels show; those of an earlier one are
            left to the requests that they carry.
        patience: seconds that a connection may take to come about.
        idle: seconds after which one that nobody uses is closed.
    """

    def __init__(
        self,
        connect: Callable[[str], grpc.aio.Channel],
        generation: Callable[[], Hashable],
        *,
        patience: float,
        idle: float,
    ) -> None:
        self._connect = connect
        self._generation = generation
        self._patience = patience
        self._idle = idle
        self._clock = asyncio.get_running_loop().time
        self._entries: dict[str, _Entry] = {}
        self._left: set[_Entry] = set()
        self._has_gone = asyncio.Event()
        self._sweeping = background("channels", self._sweep())

    async def __aenter__(self) -> Self:
        await self._sweeping.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._sweeping.__aexit__(kind, error, trace)
        entries, self._entries = self._entries, {}
        for entry in (*entries.values(), *self._left):
            await entry.channel.close()

    @asynccontextmanager
    async def use(self, address: str) -> AsyncIterator[grpc.aio.Channel]:
        """Hold a channel that is connected.

        Raises:
            Unreachable: it could not be.
        """
        entry = self._entry(address)
        entry.users += 1
        try:
            await self._connected(entry.channel, address)
            yield entry.channel
        finally:
            entry.users -= 1
            entry.unused_since = self._clock()
            if entry.is_gone:
                self._has_gone.set()

    def retain(self, addresses: frozenset[str]) -> None:
        """Close what leads to no address of these, as soon as nobody uses it."""
        for address, entry in self._entries.items():
            entry.is_gone = address not in addresses
            if entry.is_gone and not entry.users:
                self._has_gone.set()

    def _entry(self, address: str) -> _Entry:
        entry, generation = self._entries.get(address), self._generation()
        if entry is not None and entry.generation != generation:
            entry.is_gone = True
            self._left.add(entry)
            self._has_gone.set()
            entry = None
        if entry is None:
            try:
                channel = self._connect(address)
            except OSError:  # files of its TLS, in the middle of being changed
                raise Unreachable(address) from None
            entry = self._entries[address] = _Entry(channel, generation)
        return entry

    async def _connected(self, channel: grpc.aio.Channel, address: str) -> None:
        state = channel.get_state(try_to_connect=True)
        if state is grpc.ChannelConnectivity.READY:
            return
        try:
            async with asyncio.timeout(self._patience):
                while state is not grpc.ChannelConnectivity.READY:
                    await channel.wait_for_state_change(state)
                    state = channel.get_state(try_to_connect=True)
                    # One that stood at the start is old; this failure is of our own attempt.
                    if state is grpc.ChannelConnectivity.TRANSIENT_FAILURE:
                        raise Unreachable(address)
        except TimeoutError:
            raise Unreachable(address) from None

    async def _sweep(self) -> None:
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._idle):
                    await self._has_gone.wait()
            self._has_gone.clear()
            unused_before = self._clock() - self._idle
            for address, entry in list(self._entries.items()):
                # While one is closed, another may have taken the place of the next.
                is_idle = self._entries.get(address) is entry and not entry.users
                if is_idle and (entry.is_gone or entry.unused_since <= unused_before):
                    del self._entries[address]
                    await entry.channel.close()
            for entry in [entry for entry in self._left if not entry.users]:
                self._left.discard(entry)
                await entry.channel.close()

    def __repr__(self) -> str:
        users = sum(entry.users for entry in self._entries.values())
        return f"<Channels {len(self._entries)} open, {users} users>"
