"""The connection to the balancer: found, kept, found again.

Decides which balancer to speak with and when to try the next: one that sends
its fleet is alive, and as long as its streams live nobody else is asked. The
last snapshot stands while there is no balancer. Knows no ticket.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing, suppress
from typing import TYPE_CHECKING, Protocol

import grpc
import structlog
from evenflow.v1 import balancer_pb2
from evenflow.v1.balancer_pb2_grpc import BalancerServiceStub

from gateway import wire
from gateway.dispatch import Dispatch
from gateway.fleet import Fleet
from services.runtime.lifecycle import background

if TYPE_CHECKING:  # known to type checkers only
    from evenflow.v1.balancer_pb2_grpc import BalancerServiceAsyncStub

log = structlog.get_logger(__name__)

_FIRST_PAUSE, _LONGEST_PAUSE = 0.05, 1.0


class Jitter(Protocol):
    """A source of random numbers, `random.Random` for one."""

    def uniform(self, a: float, b: float, /) -> float:
        """Return a number between `a` and `b`."""
        ...


class BalancerLink:
    """Keeps `dispatch` in conversation with a balancer, and the fleet's last snapshot.

    Args:
        addresses: full lists of balancers' addresses, a new one on each change.
        connect: opens a channel to an address.
        dispatch: speaks over it.
        on_fleet: is told each snapshot.
        patience: seconds until a balancer that says nothing is given up.
        jitter: keeps gateways from coming back all at once.
    """

    def __init__(
        self,
        addresses: AsyncGenerator[Sequence[str], None],
        connect: Callable[[str], grpc.aio.Channel],
        dispatch: Dispatch,
        on_fleet: Callable[[Fleet], None],
        *,
        patience: float,
        jitter: Jitter,
    ) -> None:
        self._stream_of_addresses = addresses
        self._connect = connect
        self._dispatch = dispatch
        self._on_fleet = on_fleet
        self._patience = patience
        self._jitter = jitter
        self._addresses: Sequence[str] = ()
        self._turn = 0
        self._pause = _FIRST_PAUSE
        self._has_changed = asyncio.Event()
        self._has_told_loss = False
        self.fleet = Fleet()
        self.met = asyncio.Event()

    async def keep(self) -> None:
        """Stay connected. Never returns."""
        async with background("balancer-addresses", self._follow_addresses()):
            while True:
                address = await self._next_address()
                try:
                    async with self._connect(address) as channel:
                        await self._attend(BalancerServiceStub(channel), address)
                except* (grpc.aio.AioRpcError, OSError, asyncio.InvalidStateError) as group:
                    self._tell_loss(address, _why(group))
                await self._rest()

    async def _attend(self, stub: "BalancerServiceAsyncStub", address: str) -> None:
        async with asyncio.TaskGroup() as group:
            alive = asyncio.Event()
            group.create_task(self._watch_fleet(stub, alive), name="fleet")
            async with asyncio.timeout(self._patience):
                await alive.wait()
            log.info("balancer met", address=address)
            self._has_told_loss = False
            self._pause = _FIRST_PAUSE
            self.met.set()
            await self._dispatch.converse(stub)

    async def _watch_fleet(self, stub: "BalancerServiceAsyncStub", alive: asyncio.Event) -> None:
        call = stub.WatchFleet(balancer_pb2.WatchFleetRequest())
        try:
            async for snapshot in call:
                self.fleet = wire.fleet_of(snapshot)
                self._on_fleet(self.fleet)
                alive.set()
        finally:
            call.cancel()
        raise ConnectionError("the balancer ended WatchFleet")

    async def _follow_addresses(self) -> None:
        async with aclosing(self._stream_of_addresses) as snapshots:
            async for addresses in snapshots:
                self._addresses = addresses
                self._has_changed.set()
        await asyncio.Event().wait()  # a fixed list has no changes

    async def _next_address(self) -> str:
        while not self._addresses:
            self._has_changed.clear()
            await self._has_changed.wait()
        self._turn += 1
        return self._addresses[self._turn % len(self._addresses)]

    async def _rest(self) -> None:
        """Let a growing pause pass, or less where another balancer shows up."""
        self._has_changed.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout(self._jitter.uniform(self._pause / 2, self._pause)):
                await self._has_changed.wait()
        self._pause = min(self._pause * 2, _LONGEST_PAUSE)

    def _tell_loss(self, address: str, error: str) -> None:
        """Warn once, not at every try."""
        write = log.debug if self._has_told_loss else log.warning
        write("balancer lost", address=address, error=error)
        self._has_told_loss = True


def _why(group: BaseExceptionGroup[BaseException]) -> str:
    """Name the first cause: a status code, or an exception's class."""
    error: BaseException = group
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error.code().name if isinstance(error, grpc.aio.AioRpcError) else type(error).__name__
