"""The leases in force, and what events and reports do to them.

Pure. Decides who is bound to which worker, and when that is over. Knows no queue
and no tenant's share. Whatever can end leases returns them, so that the desk can
tell their gateways; a lease that is over is unknown, so that what is told of it
late or twice changes nothing.
"""

from dataclasses import dataclass

import numpy as np

from loadbalancer.account import Account
from loadbalancer.affinity import Affinity
from loadbalancer.conduct import Conduct
from loadbalancer.loads import Candidate, Health, Load
from loadbalancer.policy import Choice, Floats, best, pick
from loadbalancer.rates import WorkerRates
from loadbalancer.roster import Roster
from loadbalancer.rules import Rules
from loadbalancer.tickets import (
    Ended,
    FirstTokenSent,
    Grant,
    Lane,
    Lease,
    Ticket,
    TicketKey,
)

MOST_CANDIDATES = 8
"""Workers that an explanation names."""
LONGEST_PREFILL = 60.0
"""Seconds for which a prompt is expected to be computed, however long is predicted."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What a report proves of leases: their worker started anew, or they are over."""

    gone: list[Lease]
    over: list[Lease]


class Book:
    """All leases, and the workers that hold them."""

    def __init__(self, rules: Rules, rng: np.random.Generator, first_lease: int, now: float):
        self.roster = Roster(rules, now)
        self.affinity = Affinity(rules.marks_remembered)
        self._rules = rules
        self._rng = rng
        self.next_lease = first_lease
        self._holders: dict[int, Account] = {}
        self._by_ticket: dict[TicketKey, int] = {}
        self._examined_at = now

    def __len__(self) -> int:
        """Leases in force."""
        return len(self._holders)

    def __repr__(self) -> str:
        return f"<Book {len(self)} leases {self.roster!r}>"

    def lease_of(self, key: TicketKey) -> int | None:
        """The lease in force of a ticket."""
        return self._by_ticket.get(key)

    def pick(
        self, ticket: Ticket, window: float = 1.0, kept: Floats | None = None
    ) -> Choice | None:
        """The best worker with room for a ticket now.

        `window`: the part that may be full; `kept`: added to each worker's penalty,
        infinite where room is kept for tickets that come first.
        """
        penalty, tokens, booked = self._asked(ticket)
        if kept is not None:
            penalty = penalty + kept
        if window < 1:
            penalty = np.where(self.roster.columns.in_hand < window, penalty, np.inf)
        return pick(self.roster.columns, penalty, tokens, booked, self._rng)

    def kept_for(self, lane: Lane, kept: Floats | None) -> Floats:
        """What room is kept once a ticket of this lane waits for some, beside what was before."""
        mine = np.where(self.roster.servers(lane).penalty < np.inf, np.inf, 0.0)
        return mine if kept is None else mine + kept

    def grant(self, ticket: Ticket, choice: Choice, now: float) -> Grant:
        """Bind a ticket to the worker chosen."""
        account = self.roster.at(choice.row)
        booked = self.roster.servers(ticket.lane).booked(ticket)
        held = self.affinity.held(ticket.marks, choice.row)
        lease = Lease(self.next_lease, ticket, account.id, account.epoch, now, booked, held)
        # Events and reports may disagree about the prompt for as long as about the lease.
        until = now + min(choice.seconds, LONGEST_PREFILL) + self._rules.grace_seconds
        self.affinity.granted(choice.row, ticket.marks, until)
        self.next_lease += 1
        self._holders[lease.id] = account
        self._by_ticket[ticket.key] = lease.id
        account.granted(lease, choice.seconds)
        self.roster.changed(account)
        self.roster.post()
        model, revision = account.serves or ("", "")
        waited = now - ticket.submitted_at
        return Grant(lease, account.address, model, revision, waited, choice.seconds)

    def first_token(self, event: FirstTokenSent, now: float) -> FirstTokenSent | None:
        """A lease's prompt is computed; None where that is known, or the lease is over.

        Returns what of it can be: no prompt has more tokens than its worker's context.
        """
        account = self._holders.get(event.lease_id)
        if account is None or not account.first_token(event.lease_id, now):
            return None
        prompt = min(event.prompt_tokens, account.context_tokens)
        event = FirstTokenSent(event.lease_id, prompt, min(event.cached_tokens, prompt))
        account.prompt_tokens += event.prompt_tokens
        account.cached_tokens += event.cached_tokens
        self.roster.changed(account)
        return event

    def ended(self, event: Ended, now: float) -> Ended | None:
        """A lease is over; None where it was before.

        Returns what of it can be: no answer has more tokens than were asked for.
        """
        account = self._holders.pop(event.lease_id, None)
        if account is None:
            return None
        most = account.holdings[event.lease_id].lease.ticket.max_tokens
        if event.completion_tokens > most:
            event = event._replace(completion_tokens=most)
        lease = account.ended(event.lease_id, event.outcome, now, event.completion_tokens)
        del self._by_ticket[lease.ticket.key]
        if account.conduct.is_bad:
            self.roster.set_aside(account, now)
        self.roster.changed(account)
        return event

    def joined(self, worker_id: str, address: str, now: float) -> None:
        """Discovery lists a worker, for the first time or again."""
        self.roster.settle(self.roster.admit(worker_id, address, now), now)

    def left(self, worker_id: str, now: float) -> None:
        """Discovery lists it no more: it finishes what it has."""
        if account := self.roster.get(worker_id):
            account.is_leaving = True
            self.roster.settle(account, now)

    def lost(self, worker_id: str, now: float) -> list[Lease]:
        """Its stream of reports broke: its leases are over, and it gets no more."""
        account = self.roster.get(worker_id)
        if account is None:
            return []
        leases = self._strike(account.lost())
        self.affinity.forget(account.row)
        self.roster.settle(account, now)
        return leases

    def forgotten(self, worker_id: str, now: float) -> list[Lease]:
        """It is looked for no more."""
        leases = self.lost(worker_id, now)
        if self.roster.get(worker_id):
            self.roster.dismiss(worker_id)
        return leases

    def reported(self, load: Load, now: float) -> Proof:
        """A report came; late, doubled, strangers' and absurd ones change nothing."""
        account = self.roster.get(load.worker_id)
        if account is None or not load.is_credible or not account.is_news(load):
            return Proof([], [])
        gone: list[Lease] = []
        before = (account.epoch, account.serves)
        if load.epoch != account.epoch:
            gone = self._strike(account.lost())
            self.affinity.forget(account.row)
            account.epoch = load.epoch
            account.rates, account.conduct = WorkerRates(), Conduct()
        over = self._strike(account.reported(load, now))
        self.affinity.reported(account.row, load.prefix_marks_held, now)
        self.roster.learn(account, load)
        if before != (account.epoch, account.serves):
            self.roster.reckon(now)
        self.roster.settle(account, now)
        return Proof(gone, over)

    def examine(self, now: float) -> list[Lease]:
        """Look for workers that have stalled; returns their leases, which are over.

        Where we were not there to listen ourselves (stopped, asleep), nobody's
        silence in that time is held against it.
        """
        late = now - self._examined_at - self._rules.examine_seconds
        self._examined_at = now
        leases: list[Lease] = []
        for account in self.roster:
            if late > self._rules.examine_seconds:
                account.excuse(late)
            self.roster.settle(account, now)
            if account.health is Health.STALLED and account.holdings:
                leases += self._strike(account.cleared())
                self.roster.changed(account)
        self.roster.forget_models(now)
        return leases

    def _asked(self, ticket: Ticket) -> tuple[Floats, float | Floats, int]:
        """What a pick wants of a ticket: where it may go, what is left to compute there, room."""
        servers = self.roster.servers(ticket.lane)
        left = self.affinity.left(ticket.marks, ticket.prompt_tokens, len(servers.penalty))
        tokens = float(ticket.prompt_tokens) if left is None else left
        return servers.penalty, tokens, servers.booked(ticket)

    def candidates(self, ticket: Ticket, choice: Choice) -> tuple[Candidate, ...]:
        """The workers that have room for a ticket, the best first, the one chosen among them."""
        penalty, tokens, booked = self._asked(ticket)
        found = best(self.roster.columns, penalty, tokens, booked, MOST_CANDIDATES)
        if choice.row not in [candidate.row for candidate in found]:
            found[-1] = choice
        return tuple(self._candidate(ticket, told, choice) for told in found)

    def _candidate(self, ticket: Ticket, told: Choice, chosen: Choice) -> Candidate:
        account = self.roster.at(told.row)
        return Candidate(
            worker_id=account.id,
            seconds=told.seconds,
            held_tokens=self.affinity.held(ticket.marks, told.row),
            slots_free=account.slots_free,
            kv_free=account.kv_free,
            is_chosen=told.row == chosen.row,
        )

    def _strike(self, leases: list[Lease]) -> list[Lease]:
        """Take leases that are over out of the indexes."""
        for lease in leases:
            del self._holders[lease.id]
            del self._by_ticket[lease.ticket.key]
        return leases
