"""The gateway's end of BalancerService.Dispatch: a ticket goes in, a lease comes out.

Carries out what the Docket decides: tells the balancer in batches, wakes the
requests that wait, gives every lease back. Knows neither where the balancer is
nor how often it was lost (`link.py`), nor what runs under a lease.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, TypeAlias

import grpc
from evenflow.v1 import balancer_pb2

from gateway import wire
from gateway.docket import Docket
from gateway.errors import Refusal, Refused
from gateway.tickets import Decision, Grant, Outcome, Rejection, Revocation, Ticket

if TYPE_CHECKING:  # known to type checkers only
    from evenflow.v1.balancer_pb2_grpc import BalancerServiceAsyncStub

Call: TypeAlias = (
    "grpc.aio.StreamStreamCall[balancer_pb2.DispatchRequest, balancer_pb2.DispatchResponse]"
)

_MOST_EVENTS = 1000  # a message; keeps it well below the receive limit

_MESSAGES = {
    Refusal.QUEUE_FULL: "the queue is full",
    Refusal.DEADLINE: "no worker has room before the deadline",
    Refusal.UNKNOWN_MODEL: "no worker serves this model",
    Refusal.NO_WORKERS: "no worker is there",
    Refusal.TOO_LARGE: "the prompt and max_tokens exceed what any worker has room for",
}


class Lease:
    """A worker, granted. Ends once; leaving `Dispatch.lease` ends it as abandoned."""

    def __init__(self, grant: Grant, dispatch: "Dispatch") -> None:
        self.grant = grant
        self.is_revoked = False
        self._dispatch = dispatch
        self._scope: asyncio.Timeout | None = None

    def first_token(self) -> None:
        """Tell that the worker has sent its first token."""
        self._dispatch.docket.first_token(self.grant.ticket_id)
        self._dispatch.wake()

    def end(self, outcome: Outcome, tokens: int) -> None:
        """Tell how it ended."""
        self._dispatch.docket.ended(self.grant.ticket_id, tokens, outcome)
        self._dispatch.wake()

    def revoke(self) -> None:
        """Take it back: what runs under it is cancelled."""
        self.is_revoked = True
        if self._scope is not None:
            self._scope.reschedule(asyncio.get_running_loop().time())

    @asynccontextmanager
    async def until_revoked(self) -> AsyncIterator[None]:
        """Cancel the block when the lease is revoked; TimeoutError comes out of it."""
        async with asyncio.timeout(None) as self._scope:
            try:
                if self.is_revoked:
                    self.revoke()
                yield
            finally:
                self._scope = None

    def __repr__(self) -> str:
        return f"<Lease {self.grant.lease_id} on {self.grant.worker_id}>"


class Dispatch:
    """Tickets in, leases out, over whichever stream is open.

    Args:
        gateway_id: this gateway's id in discovery.
        grace: seconds that tickets wait for a balancer that is not there.
    """

    def __init__(self, gateway_id: str, grace: float) -> None:
        self._gateway_id = gateway_id
        self._clock = asyncio.get_running_loop().time
        self.docket = Docket(self._clock(), grace)
        self._answers: dict[int, asyncio.Future[Lease | Refused]] = {}  # by ticket
        self._leases: dict[int, Lease] = {}  # by ticket
        self._news = asyncio.Event()
        self._patience: asyncio.TimerHandle | None = None
        self._watch_patience()

    @asynccontextmanager
    async def lease(self, ticket: Ticket) -> AsyncIterator[Lease]:
        """Wait for a worker; the lease is given back when the block ends.

        Raises:
            Refused: there is none for this ticket.
        """
        ticket_id = self.docket.submit(ticket)
        answer: asyncio.Future[Lease | Refused] = asyncio.get_running_loop().create_future()
        self._answers[ticket_id] = answer
        self._refuse_overdue(self._clock())
        self.wake()
        try:
            lease = await answer
            if isinstance(lease, Refused):
                raise lease
            yield lease
        finally:
            del self._answers[ticket_id]
            self._leases.pop(ticket_id, None)
            self.docket.leave(ticket_id)
            self.wake()

    async def converse(self, stub: "BalancerServiceAsyncStub") -> None:
        """Speak with a balancer until the stream breaks. Never returns otherwise.

        Raises:
            grpc.aio.AioRpcError: the stream broke.
            ConnectionError: the balancer ended it.
        """
        call = stub.Dispatch()
        try:
            await call.write(balancer_pb2.DispatchRequest(gateway_id=self._gateway_id))
            self.docket.opened()
            self._watch_patience()
            async with asyncio.TaskGroup() as group:
                group.create_task(self._tell(call), name="dispatch-tell")
                async for response in call:
                    for decision in wire.decisions(response):
                        self._carry_out(decision)
                raise ConnectionError("the balancer ended the stream")
        finally:
            call.cancel()
            self.docket.closed(self._clock())
            self._watch_patience()

    def wake(self) -> None:
        """Have news told, if there are any."""
        if self.docket.has_news:
            self._news.set()

    async def _tell(self, call: Call) -> None:
        while True:
            events = self.docket.drain(self._clock(), _MOST_EVENTS)
            if events:
                await call.write(wire.dispatch_request(events))
            else:
                self._news.clear()
                await self._news.wait()

    def _carry_out(self, decision: Decision) -> None:
        match decision:
            case Grant(ticket_id, lease_id):
                if self.docket.granted(ticket_id, lease_id):
                    lease = self._leases[ticket_id] = Lease(decision, self)
                    self._answer(ticket_id, lease)
            case Rejection(ticket_id, refusal, retry_after):
                if self.docket.rejected(ticket_id):
                    self._answer(ticket_id, Refused(refusal, _MESSAGES[refusal], retry_after))
            case Revocation(lease_id):
                revoked = self.docket.revoked(lease_id)
                if revoked is not None:
                    self._leases[revoked].revoke()
        self.wake()

    def _answer(self, ticket_id: int, answer: Lease | Refused) -> None:
        future = self._answers[ticket_id]
        if not future.done():  # done: cancelled in this turn of the loop, and about to leave
            future.set_result(answer)

    def _watch_patience(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None
        gives_up = self.docket.gives_up_at()
        if gives_up is not None:
            loop = asyncio.get_running_loop()
            self._patience = loop.call_at(gives_up, self._refuse_overdue, gives_up)

    def _refuse_overdue(self, now: float) -> None:
        for ticket_id in self.docket.overdue(now):
            refused = Refused(Refusal.NO_BALANCER, "no balancer is reachable", retry_after=1.0)
            self._answer(ticket_id, refused)
