"""The desk: events in, effects out.

Pure. Decides, in one synchronous step, what becomes of tickets and leases; every
other pure file of this room answers a question of this one. Knows no stream, no
clock and no lock: one loop calls it, and carries out what it returns.
"""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from loadbalancer.admission import Admission, Refusal
from loadbalancer.book import Book
from loadbalancer.charges import Charges
from loadbalancer.drain import DrainRate
from loadbalancer.loads import FleetView, TenantView
from loadbalancer.matching import Matching
from loadbalancer.rules import Rules
from loadbalancer.tickets import (
    Cancelled,
    Effect,
    Ended,
    Event,
    FirstTokenSent,
    Lease,
    LoadReported,
    Outcome,
    Reject,
    RejectReason,
    Revoke,
    RevokeReason,
    StreamEnded,
    Submitted,
    Ticket,
    WorkerForgotten,
    WorkerJoined,
    WorkerLeft,
    WorkerLost,
)
from loadbalancer.waiting import Waiting


class Desk:
    """Binds tickets to workers.

    `first_lease` is where the lease ids of this balancer's life begin; `now` is
    its birth on the clock that all later calls speak of.
    """

    def __init__(
        self, rules: Rules, rng: np.random.Generator, first_lease: int, now: float
    ) -> None:
        self._rules = rules
        self._book = Book(rules, rng, first_lease, now)
        self._waiting = Waiting(rules, self._prefill_seconds)
        self._drain = DrainRate(now)
        self._admission = Admission(rules, self._book, self._waiting, self._drain)
        self._charges = Charges(rules, self._waiting.charge)
        self._matching = Matching(self._book, self._waiting, self._charges)
        self._round_at = now
        self.grants_total = 0
        self.rejections_total = 0
        self.revocations_total = 0
        self.overdue_leases_total = 0
        self._handlers: dict[type, Callable[[Any, float], list[Effect]]] = {
            Submitted: self._submitted,
            Cancelled: self._cancelled,
            FirstTokenSent: self._first_token_sent,
            Ended: self._ended,
            StreamEnded: self._stream_ended,
            LoadReported: self._load_reported,
            WorkerJoined: self._worker_joined,
            WorkerLeft: self._worker_left,
            WorkerLost: self._worker_lost,
            WorkerForgotten: self._worker_forgotten,
        }

    def __repr__(self) -> str:
        return f"<Desk {self._waiting!r} {self._book!r}>"

    def decide(self, events: Iterable[Event], now: float) -> list[Effect]:
        """Take in what happened and return what to do about it, in this order.

        1. Time has passed: the drain rate takes note whether tickets waited.
        2. The round, twice a second: workers that have stalled lose their leases;
           lanes that nobody will serve any more lose their tickets.
        3. Every event changes queue and book. It may refuse a ticket (see
           `_submitted`) or end leases, never grant; a full queue is first matched.
        4. Tickets whose deadline has come leave.
        5. While some lane has a ticket and a worker with room for it: grant.
        """
        # 1
        self._drain.passed(now, waiting=len(self._waiting) > 0 and self._book.roster.ready > 0)
        # 2
        effects: list[Effect] = []
        if now >= self._round_at + self._rules.examine_seconds:
            effects += self._go_round(now)
        # 3
        for event in events:
            effects += self._handlers[type(event)](event, now)
        # 4
        for ticket in self._waiting.remove_expired(now):
            refusal = Refusal(RejectReason.EXPIRED, self._admission.retry_after(ticket))
            effects.append(self._reject(ticket, refusal))
        # 5
        effects += self._match(now)
        return effects

    @property
    def next_timer(self) -> float | None:
        """When `decide` should be called even if nothing happens."""
        deadline = self._waiting.next_deadline
        if not self._book.roster and deadline is None:
            return None
        next_round = self._round_at + self._rules.examine_seconds
        return next_round if deadline is None else min(deadline, next_round)

    def begin_term(self, first_lease: int) -> None:
        """Number the leases of a new term from here on; those of another one stay as they are."""
        self._book.next_lease = first_lease

    def view(self, now: float) -> FleetView:
        """Fleet and queue as an onlooker sees them; tenants with something waiting."""
        shares = self._waiting.shares
        return FleetView(
            workers=self._book.roster.views(now),
            queues=tuple(
                TenantView(tenant, shares.waiting[tenant], shares.served[tenant])
                for tenant in sorted(shares.waiting)
            ),
            oldest_wait_seconds=self._waiting.oldest_wait(now),
            grants_total=self.grants_total,
            rejections_total=self.rejections_total,
            revocations_total=self.revocations_total,
            recent_grants=self._matching.recent.grants,
        )

    @property
    def waiting(self) -> int:
        """Tickets that wait."""
        return len(self._waiting)

    @property
    def leases(self) -> int:
        """Leases in force."""
        return len(self._book)

    @property
    def workers(self) -> int:
        """Workers known, whatever their health."""
        return len(self._book.roster)

    @property
    def ready_workers(self) -> int:
        """Workers that get grants."""
        return self._book.roster.ready

    @property
    def paused_workers(self) -> int:
        """Workers that get none for a while because they failed what they got."""
        return self._book.roster.paused

    @property
    def fleet_version(self) -> int:
        """Rises with each change of membership or health."""
        return self._book.roster.version

    # What happened to tickets.

    def _submitted(self, event: Submitted, now: float) -> list[Effect]:
        """A ticket comes. It waits, unless one of these is so.

        1. It waits or holds a lease already: it was told twice.
        2. `admission` refuses it.
        3. The queue is full, even after matching, and it never held a place; then
           the tenant with most waiting gives up a ticket, which may be this one.
        """
        ticket = self._admission.measure(event, now)
        # 1
        if ticket.key in self._waiting or self._book.lease_of(ticket.key) is not None:
            return []
        # 2
        if refusal := self._admission.refusal(ticket, now):
            return [self._reject(ticket, refusal)]
        # 3
        effects: list[Effect] = []
        if self._waiting.is_full and not ticket.returned:
            effects += self._match(now)
            if self._waiting.is_full:
                victim = self._waiting.remove_last_of_greediest(ticket.tenant) or ticket
                refusal = Refusal(RejectReason.QUEUE_FULL, self._admission.retry_after(victim))
                effects.append(self._reject(victim, refusal))
                if victim is ticket:
                    return effects
        self._waiting.add(ticket)
        return effects

    def _cancelled(self, event: Cancelled, now: float) -> list[Effect]:
        lease_id = self._book.lease_of(event.key)
        if self._waiting.remove(event.key) is None and lease_id is not None:
            return self._ended(Ended(lease_id, outcome=Outcome.ABANDONED), now)
        return []

    def _first_token_sent(self, event: FirstTokenSent, now: float) -> list[Effect]:
        if told := self._book.first_token(event, now):
            self._charges.first_token(told)
        return []

    def _ended(self, event: Ended, now: float) -> list[Effect]:
        if told := self._book.ended(event, now):
            self._charges.ended(told)
        return []

    def _stream_ended(self, event: StreamEnded, now: float) -> list[Effect]:
        self._waiting.remove_stream(event.stream)
        return []

    # What happened to workers.

    def _load_reported(self, event: LoadReported, now: float) -> list[Effect]:
        proof = self._book.reported(event.load, now)
        self._charges.forgotten(proof.over)
        self.overdue_leases_total += len(proof.over)
        return self._revoke(proof.gone, RevokeReason.WORKER_GONE)

    def _worker_joined(self, event: WorkerJoined, now: float) -> list[Effect]:
        self._book.joined(event.worker_id, event.address, now)
        return []

    def _worker_left(self, event: WorkerLeft, now: float) -> list[Effect]:
        self._book.left(event.worker_id, now)
        return []

    def _worker_lost(self, event: WorkerLost, now: float) -> list[Effect]:
        return self._revoke(self._book.lost(event.worker_id, now), RevokeReason.WORKER_GONE)

    def _worker_forgotten(self, event: WorkerForgotten, now: float) -> list[Effect]:
        return self._revoke(self._book.forgotten(event.worker_id, now), RevokeReason.WORKER_GONE)

    # What follows.

    def _go_round(self, now: float) -> list[Effect]:
        """Look for workers that have stalled, and for tickets that wait for nobody."""
        self._round_at = now
        effects = self._revoke(self._book.examine(now), RevokeReason.WORKER_STALLED)
        for lane in list(self._waiting.lanes):
            if self._book.roster.servers(lane).count:
                continue
            for ticket in self._waiting.tickets_in(lane):
                if refusal := self._admission.unserved(ticket, now):
                    self._waiting.remove(ticket.key)
                    effects.append(self._reject(ticket, refusal))
        return effects

    def _match(self, now: float) -> list[Effect]:
        grants = self._matching.match(now)
        self._drain.granted(len(grants))
        self.grants_total += len(grants)
        return list(grants)

    def _prefill_seconds(self, ticket: Ticket) -> float:
        rates = self._book.roster.rates(ticket.lane.model)
        held = self._book.affinity.longest(ticket.marks)
        return (ticket.prompt_tokens - held) / rates.prefill_tokens_per_second

    def _reject(self, ticket: Ticket, refusal: Refusal) -> Reject:
        self.rejections_total += 1
        return Reject(ticket.sender, ticket.number, refusal.reason, refusal.retry_after)

    def _revoke(self, leases: list[Lease], reason: RevokeReason) -> list[Effect]:
        self.revocations_total += len(leases)
        self._charges.taken_back(leases)
        return [Revoke(lease.ticket.sender, lease.id, reason) for lease in leases]
