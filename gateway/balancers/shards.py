"""A gateway's way to a fleet that several active balancers share.

Carries out `outlook.py`'s order: a ticket goes to one shard, and on to the next
where that one has nobody for it. With one shard none of this is used.
"""

import random
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING

from gateway.balancers.outlook import Outlook, order
from gateway.dispatch import Dispatch
from gateway.errors import Refusal, Refused
from gateway.fleet import Fleet
from gateway.lease import Lease
from gateway.tickets import Ticket

if TYPE_CHECKING:  # known to type checkers only
    from evenflow.v1.balancer_pb2_grpc import BalancerServiceAsyncStub

# What another shard may have an answer to.
_ELSEWHERE = {
    Refusal.QUEUE_FULL,
    Refusal.UNKNOWN_MODEL,
    Refusal.NO_WORKERS,
    Refusal.TOO_LARGE,
    Refusal.NO_BALANCER,
}


class Shard:
    """One shard's stream, and what it is known to have in hand."""

    def __init__(self, dispatch: Dispatch) -> None:
        self.dispatch = dispatch
        self.outlook = Outlook()

    def told(self, fleet: Fleet) -> None:
        """Take note of the shard's fleet."""
        self.outlook.told(fleet)
        self.dispatch.told(fleet)

    async def converse(self, stub: "BalancerServiceAsyncStub") -> None:
        """Speak with the shard's balancer until the stream breaks (see `Dispatch`)."""
        await self.dispatch.converse(stub)


class Shards:
    """Leases from whichever shard has room."""

    def __init__(self, shards: Sequence[Shard], rng: random.Random) -> None:
        self._shards = shards
        self._rng = rng

    @asynccontextmanager
    async def lease(self, ticket: Ticket) -> AsyncIterator[Lease]:
        """Wait for a worker of any shard; the lease is given back when the block ends.

        Raises:
            Refused: there is none for this ticket; the first shard's reason.
        """
        async with AsyncExitStack() as stack:
            yield await self._enter(stack, ticket)

    async def _enter(self, stack: AsyncExitStack, ticket: Ticket) -> Lease:
        outlooks = [shard.outlook for shard in self._shards]
        first: Refused | None = None
        for number in order(outlooks, ticket.model, self._rng):
            outlooks[number].sent()
            try:
                return await stack.enter_async_context(self._shards[number].dispatch.lease(ticket))
            except Refused as refused:
                first = first or refused
                if refused.refusal not in _ELSEWHERE:
                    break
        raise first or RuntimeError("no shard at all")
