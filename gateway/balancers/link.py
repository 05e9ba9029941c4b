"""The connections to the balancers: all are watched, the active one is spoken with.

Decides whom to connect to (all that discovery lists, and whom it no longer lists
for as long as the stream lives) and when to try again. A balancer that sends its
fleet is alive; which of those is the one to speak with is `terms.py`'s matter.
The last snapshot stands while there is none. Knows no ticket.
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
from gateway.balancers.terms import Claim, Terms
from gateway.fleet import Fleet

if TYPE_CHECKING:  # known to type checkers only
    from evenflow.v1.balancer_pb2_grpc import BalancerServiceAsyncStub

log = structlog.get_logger(__name__)

_FIRST_PAUSE, _LONGEST_PAUSE = 0.05, 1.0
_TERM_MEMORY = 30.0


class Jitter(Protocol):
    """A source of random numbers, `random.Random` for one."""

    def uniform(self, a: float, b: float, /) -> float:
        """Return a number between `a` and `b`."""
        ...


class Conversing(Protocol):
    """One shard's side of the conversation; `Dispatch` for one."""

    def told(self, fleet: Fleet) -> None:
        """Take note of the fleet."""
        ...

    async def converse(self, stub: "BalancerServiceAsyncStub") -> None:
        """Speak with a balancer until the stream breaks."""
        ...


class _Peer:
    """A balancer that is watched; the events are of one connection."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.is_listed = True
        self.task: asyncio.Task[None] | None = None
        self.connects()

    def connects(self) -> None:
        """Begin anew."""
        self.shard: int | None = None  # known once it is heard
        self.fleet = Fleet()
        self.heard = asyncio.Event()
        self.chosen = asyncio.Event()
        self.dropped = asyncio.Event()


class BalancerLink:
    """Keeps each shard in conversation with its active balancer, and the fleet's last snapshot.

    Args:
        addresses: full lists of balancers' addresses, a new one on each change.
        connect: opens a channel to an address.
        shards: what speaks with each shard's balancer, and is told its snapshots.
        on_fleet: is told the whole fleet each time.
        patience: seconds until a balancer that says nothing is given up.
        jitter: keeps gateways from coming back all at once.
    """

    def __init__(
        self,
        addresses: AsyncGenerator[Sequence[str], None],
        connect: Callable[[str], grpc.aio.Channel],
        shards: Sequence[Conversing],
        on_fleet: Callable[[Fleet], None],
        *,
        patience: float,
        jitter: Jitter,
    ) -> None:
        self._stream_of_addresses = addresses
        self._connect = connect
        self._shards = shards
        self._on_fleet = on_fleet
        self._patience = patience
        self._jitter = jitter
        self._clock = asyncio.get_running_loop().time
        self._peers: dict[str, _Peer] = {}
        self._terms = [Terms(_TERM_MEMORY) for _ in shards]
        self._floors = [asyncio.Lock() for _ in shards]  # one speaks at a time
        self._fleets = [Fleet() for _ in shards]
        self._has_changed = asyncio.Event()
        self._told_losses: set[str] = set()
        self.fleet = Fleet()
        self.met = asyncio.Event()

    async def keep(self) -> None:
        """Stay connected. Never returns."""
        async with asyncio.TaskGroup() as group, aclosing(self._stream_of_addresses) as snapshots:
            async for addresses in snapshots:
                self._follow(addresses, group)
            await asyncio.Event().wait()  # a fixed list has no changes

    def _follow(self, addresses: Sequence[str], group: asyncio.TaskGroup) -> None:
        for peer in list(self._peers.values()):
            peer.is_listed = peer.address in addresses
            if not peer.is_listed and not peer.heard.is_set() and peer.task is not None:
                del self._peers[peer.address]
                peer.task.cancel()
        for address in addresses:
            if address not in self._peers:
                peer = self._peers[address] = _Peer(address)
                peer.task = group.create_task(self._keep(peer), name=f"balancer {address}")
        self._has_changed.set()
        self._has_changed = asyncio.Event()

    async def _keep(self, peer: _Peer) -> None:
        pause = _FIRST_PAUSE
        try:
            while peer.is_listed:
                peer.connects()
                try:
                    async with self._connect(peer.address) as channel:
                        await self._attend(BalancerServiceStub(channel), peer)
                except* (grpc.aio.AioRpcError, OSError, asyncio.InvalidStateError) as group:
                    self._tell_loss(peer, _why(group))
                if peer.task is not None and peer.task.cancelling():
                    # Before Python 3.13 a task group forgets that it was cancelled where a
                    # task in it fails at the same time.
                    raise asyncio.CancelledError
                if peer.heard.is_set():
                    pause = _FIRST_PAUSE
                    self._forget_claim(peer)
                await self._rest(pause)
                pause = min(pause * 2, _LONGEST_PAUSE)
        finally:
            if self._peers.get(peer.address) is peer:
                del self._peers[peer.address]

    async def _attend(self, stub: "BalancerServiceAsyncStub", peer: _Peer) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(self._watch_fleet(stub, peer), name="fleet")
            async with asyncio.timeout(self._patience):
                await peer.heard.wait()
            await peer.chosen.wait()
            group.create_task(self._converse(stub, peer), name="dispatch")
            await peer.dropped.wait()
            raise ConnectionError("another balancer is active")

    async def _watch_fleet(self, stub: "BalancerServiceAsyncStub", peer: _Peer) -> None:
        call = stub.WatchFleet(balancer_pb2.WatchFleetRequest())
        try:
            async for snapshot in call:
                self._take_in(peer, snapshot)
        finally:
            call.cancel()
        raise ConnectionError("the balancer ended WatchFleet")

    async def _converse(self, stub: "BalancerServiceAsyncStub", peer: _Peer) -> None:
        shard = peer.shard or 0
        async with self._floors[shard]:
            log.info("balancer met", address=peer.address)
            self._told_losses.discard(peer.address)
            self._tell_fleet(peer)
            self.met.set()
            await self._shards[shard].converse(stub)

    def _take_in(self, peer: _Peer, snapshot: balancer_pb2.FleetSnapshot) -> None:
        if snapshot.shard >= len(self._shards):
            raise ConnectionError(f"its shard {snapshot.shard} is none of {len(self._shards)}")
        peer.shard = snapshot.shard
        terms = self._terms[peer.shard]
        if not snapshot.standby:
            peer.fleet = wire.fleet_of(snapshot)
        terms.told(peer.address, Claim(not snapshot.standby, snapshot.term), self._clock())
        self._choose(peer.shard)
        if peer.chosen.is_set() and not peer.dropped.is_set():
            self._tell_fleet(peer)
        peer.heard.set()

    def _tell_fleet(self, peer: _Peer) -> None:
        shard = peer.shard or 0
        self._fleets[shard] = peer.fleet
        self.fleet = Fleet.together(self._fleets)
        self._shards[shard].told(peer.fleet)
        self._on_fleet(self.fleet)

    def _forget_claim(self, peer: _Peer) -> None:
        if peer.shard is not None:
            self._terms[peer.shard].lost(peer.address)
            self._choose(peer.shard)

    def _choose(self, shard: int) -> None:
        """Have the one speak that should, and nobody else."""
        choice = self._terms[shard].choice
        for peer in self._peers.values():
            if peer.shard == shard:
                if peer.address == choice:
                    peer.chosen.set()
                elif peer.chosen.is_set():
                    peer.dropped.set()

    async def _rest(self, pause: float) -> None:
        """Let a pause pass, or less where discovery has news."""
        with suppress(TimeoutError):
            async with asyncio.timeout(self._jitter.uniform(pause / 2, pause)):
                await self._has_changed.wait()

    def _tell_loss(self, peer: _Peer, error: str) -> None:
        """Warn once, not at every try."""
        write = log.debug if peer.address in self._told_losses else log.warning
        write("balancer lost", address=peer.address, error=error)
        self._told_losses.add(peer.address)


def _why(group: BaseExceptionGroup[BaseException]) -> str:
    """Name the first cause: a status code, or an exception's class."""
    error: BaseException = group
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error.code().name if isinstance(error, grpc.aio.AioRpcError) else type(error).__name__
