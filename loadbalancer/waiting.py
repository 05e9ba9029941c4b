"""The queue: which ticket comes next.

Pure. Decides the order: returned tickets first, then by tenant as `shares` tells,
and inside a tenant's share by when a ticket is due: short prefill early, none
later than its patience, its priority and its deadline allow. Knows no worker:
the desk asks lane by lane, since tickets of one lane can go to the same workers.

A ticket's due time is fixed when it comes, so the lists stay sorted by themselves
and ageing costs nothing: whoever comes late enough is due later.
"""

from bisect import bisect_left, insort
from collections.abc import Callable, Collection
from typing import TypeAlias, TypeVar

from loadbalancer.rules import Rules
from loadbalancer.shares import Shares
from loadbalancer.tickets import Lane, Ticket, TicketKey

Entry: TypeAlias = tuple[float, TicketKey]
Rank: TypeAlias = tuple[int, float, float]
E = TypeVar("E", bound=tuple[float, object])


def due(ticket: Ticket, prefill_seconds: float, rules: Rules) -> float:
    """When the ticket's turn among its tenant's comes.

    It lets shorter ones pass for a multiple of its own prefill, later or earlier
    by its priority, but never for longer than a part of its slack.
    """
    passes = rules.patience * prefill_seconds - rules.priority_seconds * ticket.priority
    slack = max(0.0, ticket.deadline - ticket.submitted_at - prefill_seconds)
    return ticket.submitted_at + min(passes, rules.slack_share * slack)


class Waiting:
    """All waiting tickets. `prefill_seconds` estimates a ticket's prefill on the fleet."""

    def __init__(self, rules: Rules, prefill_seconds: Callable[[Ticket], float]) -> None:
        self._rules = rules
        self._prefill_seconds = prefill_seconds
        self._shares = Shares(rules.tenants_remembered, rules.tenant_weights)
        self._tickets: dict[TicketKey, tuple[Ticket, Entry]] = {}
        self._lanes: dict[Lane, _Lane] = {}
        self._deadlines: list[Entry] = []

    def __len__(self) -> int:
        """Tickets that wait."""
        return len(self._tickets)

    def __contains__(self, key: TicketKey) -> bool:
        return key in self._tickets

    def __repr__(self) -> str:
        told = (f" {t}:{n}" for t, n in sorted(self._shares.waiting.items()))
        return f"<Waiting{''.join(told)}>"

    @property
    def is_full(self) -> bool:
        """Whether one more ticket would be too many."""
        return len(self._tickets) >= self._rules.queue_limit

    @property
    def lanes(self) -> Collection[Lane]:
        """Lanes in which tickets wait."""
        return self._lanes.keys()

    @property
    def shares(self) -> Shares:
        """What each tenant was served; to be read only."""
        return self._shares

    @property
    def next_deadline(self) -> float | None:
        """When the next ticket expires."""
        return self._deadlines[0][0] if self._deadlines else None

    def oldest_wait(self, now: float) -> float:
        """How long the oldest waiting ticket has waited."""
        first, _ = next(iter(self._tickets.values()), (None, None))
        return 0.0 if first is None else now - first.submitted_at

    def turns(self, tenant: str) -> int:
        """About how many tickets have their turn until a new one of this tenant has."""
        waiting = self._shares.waiting
        tenants = len(waiting) + (tenant not in waiting)
        return min(len(self._tickets) + 1, (waiting.get(tenant, 0) + 1) * tenants)

    def add(self, ticket: Ticket) -> None:
        """A ticket waits from now on."""
        entry = (due(ticket, self._prefill_seconds(ticket), self._rules), ticket.key)
        self._tickets[ticket.key] = (ticket, entry)
        insort(self._deadlines, (ticket.deadline, ticket.key))
        self._shares.came(ticket.tenant)
        lane = self._lanes.get(ticket.lane)
        if lane is None:
            lane = self._lanes[ticket.lane] = _Lane(self._shares)
        lane.add(ticket, entry)

    def remove(self, key: TicketKey) -> Ticket | None:
        """The ticket waits no more, whatever the reason; None if it did not wait."""
        found = self._tickets.pop(key, None)
        if found is None:
            return None
        ticket, entry = found
        _discard(self._deadlines, (ticket.deadline, key))
        lane = self._lanes[ticket.lane]
        lane.remove(ticket, entry)
        if lane.is_empty:
            del self._lanes[ticket.lane]
        self._shares.left(ticket.tenant)
        return ticket

    def remove_stream(self, stream: int) -> None:
        """All tickets of a gateway's stream wait no more."""
        for key in [key for key in self._tickets if key.stream == stream]:
            self.remove(key)

    def tickets_in(self, lane: Lane) -> list[Ticket]:
        """The tickets that wait in a lane, oldest first."""
        return [ticket for ticket, _ in self._tickets.values() if ticket.lane == lane]

    def remove_expired(self, now: float) -> list[Ticket]:
        """Tickets whose deadline has come wait no more."""
        expired: list[Ticket] = []
        while self._deadlines and self._deadlines[0][0] <= now:
            if ticket := self.remove(self._deadlines[0][1]):
                expired.append(ticket)
        return expired

    def remove_last_of_greediest(self, newcomer: str) -> Ticket | None:
        """Make room for a ticket of `newcomer` where the queue is full.

        The tenant with most waiting gives up the ticket that it would need last;
        None where that is the newcomer itself, or nobody has anything to give.
        """
        waiting = self._shares.waiting
        greediest = max(waiting, key=waiting.__getitem__)
        if waiting[greediest] <= waiting.get(newcomer, 0) + 1:
            return None
        last = max((lane.last(greediest) for lane in self._lanes.values()), key=lambda e: e or ())
        return None if last is None else self.remove(last[1])

    def first(self, closed: Collection[Lane | tuple[Lane, str]]) -> Ticket | None:
        """The ticket whose turn it is, where neither lane nor tenant in that lane is closed."""
        best: tuple[Rank, TicketKey] | None = None
        for name, lane in self._lanes.items():
            front = None if name in closed else lane.front(name, closed)
            if front is not None:
                best = front if best is None else min(best, front)
        return None if best is None else self._tickets[best[1]][0]

    def charge(self, tenant: str, tokens: int) -> None:
        """So many tokens were served to a tenant; negative ones are given back."""
        before = self._shares.charge(tenant, tokens)
        for lane in self._lanes.values():
            lane.charged(tenant, before)


class _Lane:
    """Tickets that can go to the same workers: the returned ones, and each tenant's."""

    def __init__(self, shares: Shares) -> None:
        self._shares = shares
        self._returned: list[Entry] = []
        self._tenants: dict[str, list[Entry]] = {}
        self._order: list[tuple[float, str]] = []

    @property
    def is_empty(self) -> bool:
        return not self._returned and not self._tenants

    def front(
        self, name: Lane, closed: Collection[Lane | tuple[Lane, str]]
    ) -> tuple[Rank, TicketKey] | None:
        """Its first ticket, and how that ranks among other lanes' first tickets."""
        if self._returned:
            due_at, key = self._returned[0]
            return (0, 0.0, due_at), key
        for counter, tenant in self._order:
            if not closed or (name, tenant) not in closed:
                due_at, key = self._tenants[tenant][0]
                return (1, counter, due_at), key
        return None

    def last(self, tenant: str) -> Entry | None:
        """What this tenant needs last; a returned ticket is not up for it."""
        entries = self._tenants.get(tenant)
        return entries[-1] if entries else None

    def add(self, ticket: Ticket, entry: Entry) -> None:
        if ticket.returned:
            insort(self._returned, entry)
            return
        tenant = ticket.tenant
        if tenant not in self._tenants:
            self._tenants[tenant] = []
            insort(self._order, (self._shares.counter(tenant), tenant))
        insort(self._tenants[tenant], entry)

    def remove(self, ticket: Ticket, entry: Entry) -> None:
        if ticket.returned:
            _discard(self._returned, entry)
            return
        tenant = ticket.tenant
        entries = self._tenants[tenant]
        _discard(entries, entry)
        if not entries:
            del self._tenants[tenant]
            _discard(self._order, (self._shares.counter(tenant), tenant))

    def charged(self, tenant: str, before: float) -> None:
        """A tenant's counter was `before` and is another now."""
        if tenant in self._tenants:
            _discard(self._order, (before, tenant))
            insort(self._order, (self._shares.counter(tenant), tenant))


def _discard(entries: list[E], entry: E) -> None:
    """Take one entry out of a sorted list."""
    del entries[bisect_left(entries, entry)]
