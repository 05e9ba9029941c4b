"""The gateway's end of BalancerService.Dispatch: a ticket goes in, a lease comes out.

Carries out what the Docket decides: tells the balancer in batches, wakes the
requests that wait, gives every lease back; and what Degraded decides while no
balancer is reachable. Knows neither where the balancer is nor how often it was
lost (`link.py`), nor what runs under a lease.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, TypeAlias

import grpc
import structlog
from evenflow.v1 import balancer_pb2

from gateway import wire
from gateway.alone.degraded import Degraded
from gateway.balancers.docket import Docket
from gateway.errors import Refusal, Refused
from gateway.fleet import Fleet
from gateway.lease import Lease
from gateway.metrics import GatewayMetrics
from gateway.tickets import Decision, Grant, Outcome, Rejection, Revocation, Ticket

if TYPE_CHECKING:  # known to type checkers only
    from evenflow.v1.balancer_pb2_grpc import BalancerServiceAsyncStub

Call: TypeAlias = (
    "grpc.aio.StreamStreamCall[balancer_pb2.DispatchRequest, balancer_pb2.DispatchResponse]"
)

log = structlog.get_logger(__name__)

_MOST_EVENTS = 1000  # a message; keeps it well below the receive limit

_MESSAGES = {
    Refusal.QUEUE_FULL: "the queue is full",
    Refusal.DEADLINE: "no worker has room before the deadline",
    Refusal.UNKNOWN_MODEL: "no worker serves this model",
    Refusal.NO_WORKERS: "no worker is there",
    Refusal.TOO_LARGE: "the prompt and max_tokens exceed what any worker has room for",
}


class Dispatch:
    """Tickets in, leases out, over whichever stream is open; without one, by itself.

    Args:
        gateway_id: this gateway's id in discovery.
        grace: seconds that tickets wait for a balancer that is not there.
        degraded: grants while it is not.
        metrics: counts those grants.
    """

    def __init__(
        self, gateway_id: str, grace: float, degraded: Degraded, metrics: GatewayMetrics
    ) -> None:
        self._gateway_id = gateway_id
        self._clock = asyncio.get_running_loop().time
        self._degraded = degraded
        self._metrics = metrics
        self.docket = Docket(self._clock(), grace)
        self._answers: dict[int, asyncio.Future[Lease | Refused]] = {}  # by ticket
        self._leases: dict[int, Lease] = {}  # by ticket
        self._news = asyncio.Event()
        self._timer: asyncio.TimerHandle | None = None
        self._is_leaving = False
        self._go_on_alone()

    @property
    def is_degraded(self) -> bool:
        """Whether leases come from this gateway itself."""
        return self._degraded.is_on(self._clock())

    @asynccontextmanager
    async def lease(self, ticket: Ticket) -> AsyncIterator[Lease]:
        """Wait for a worker; the lease is given back when the block ends.

        Raises:
            Refused: there is none for this ticket.
        """
        ticket_id = self.docket.submit(ticket)
        answer: asyncio.Future[Lease | Refused] = asyncio.get_running_loop().create_future()
        self._answers[ticket_id] = answer
        self._degraded.submitted(ticket_id, ticket, self._clock())
        self._go_on_alone()
        self.wake()
        try:
            lease = await answer
            if isinstance(lease, Refused):
                raise lease
            yield lease
        finally:
            del self._answers[ticket_id]
            self._degraded.left(ticket_id)
            left = self._leases.pop(ticket_id, None)
            if left is not None:
                left.end(Outcome.ABANDONED, 0)
            self.docket.leave(ticket_id)
            self.wake()

    def told(self, fleet: Fleet) -> None:
        """Take note of the fleet: a day without a balancer may come."""
        self._degraded.told(fleet, self._clock())

    def close(self) -> None:
        """Grant nothing by itself any more: the gateway leaves."""
        self._is_leaving = True

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
            self._cease()
            async with asyncio.TaskGroup() as group:
                group.create_task(self._tell(call), name="dispatch-tell")
                async for response in call:
                    for decision in wire.decisions(response):
                        self._carry_out(decision)
                raise ConnectionError("the balancer ended the stream")
        finally:
            call.cancel()
            self.docket.closed(self._clock())
            self._begin()

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
                ticket = self.docket.granted(ticket_id, lease_id)
                if ticket is not None:
                    self._degraded.granted(decision, ticket, self._clock())
                    self._bind(decision)
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

    def _bind(self, grant: Grant) -> None:
        lease = Lease(grant, self._first_token, self._ended)
        self._leases[grant.ticket_id] = lease
        self._answer(grant.ticket_id, lease)

    def _first_token(self, grant: Grant, prompt_tokens: int, cached_tokens: int) -> None:
        self.docket.first_token(grant.ticket_id, prompt_tokens, cached_tokens)
        self.wake()

    def _ended(self, grant: Grant, outcome: Outcome, tokens: int) -> None:
        """Give a lease back; once it is, nothing changes any more."""
        self.docket.ended(grant.ticket_id, tokens, outcome)
        self._degraded.ended(grant.lease_id, outcome, self._clock())
        self._go_on_alone()
        self.wake()

    # While no balancer is there.

    def _begin(self) -> None:
        now, is_new = self._clock(), self._degraded.began_at is None
        self._degraded.began(self.docket.tickets, now)
        if self._is_leaving or not self._degraded.is_on(now):
            self._degraded.ceased()
        elif is_new:
            log.warning(
                "went on without a balancer",
                workers=self._degraded.workers,
                waiting=self.docket.waiting,
                leases=len(self._leases),
            )
        self._go_on_alone()

    def _cease(self) -> None:
        began_at, count = self._degraded.began_at, self._degraded.grants
        self._degraded.ceased()
        if began_at is not None:
            state = "waiting for a balancer" if self.docket.away_since else "balancer there"
            seconds = round(self._clock() - began_at, 3)
            log.warning("granted by itself no more", state=state, count=count, seconds=seconds)
        self._go_on_alone()

    def _go_on_alone(self) -> None:
        """Grant what can be granted here, refuse what has waited too long, and look again."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        gives_up = self.docket.gives_up_at()
        if gives_up is None or self._is_leaving:
            return
        now = self._clock()
        if self._degraded.began_at is not None and not self._degraded.is_on(now):
            self._cease()
            return
        for grant in self._degraded.decide(now):
            self._metrics.degraded_grants.inc()
            self.docket.granted_here(grant.ticket_id)
            self._bind(grant)
        for ticket_id in self.docket.overdue(now, spared=self._degraded.waiting):
            refused = Refused(Refusal.NO_BALANCER, "no balancer is reachable", retry_after=1.0)
            self._answer(ticket_id, refused)
        turns = [at for at in (gives_up, self._degraded.next_turn(now)) if at and at > now]
        if turns:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_at(min(turns), self._go_on_alone)
