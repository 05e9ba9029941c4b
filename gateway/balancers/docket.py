"""The gateway's tickets and leases, and what the balancer is still to be told of them.

Pure. Decides what goes onto the Dispatch stream and in which order, what a lost
stream changes, and when waiting for a balancer has lasted too long. Knows
neither streams nor messages: `dispatch.py` carries out what it says.

A lost stream takes its leases' book-keeping with it (the balancer then goes by
the workers' reports), never the generations that run under them.
"""

from collections import deque
from collections.abc import Container, Mapping
from itertools import count

from gateway.tickets import Cancelled, Ended, FirstToken, Outcome, Submitted, Ticket, TicketEvent

_NAMES = 20  # workers' names that are about as long as an event is


class Docket:
    """Tickets that wait, leases in force, events to tell.

    `grace`: seconds that tickets wait for a balancer that is not there.
    """

    def __init__(self, now: float, grace: float) -> None:
        self._grace = grace
        self._ids = count(1)
        self._waiting: dict[int, Ticket] = {}
        self._ticket_of: dict[int, int] = {}  # by lease
        self._lease_of: dict[int, int] = {}  # by ticket
        self._untold: deque[TicketEvent | int] = deque()  # an int: that ticket's Submitted
        self.away_since: float | None = now

    @property
    def tickets(self) -> Mapping[int, Ticket]:
        """Tickets that wait, by id, oldest first."""
        return self._waiting

    @property
    def waiting(self) -> int:
        """Tickets that wait."""
        return len(self._waiting)

    @property
    def leases(self) -> int:
        """Leases of the stream that is open."""
        return len(self._ticket_of)

    @property
    def has_news(self) -> bool:
        """Whether there is something to tell."""
        return bool(self._untold)

    # What requests do.

    def submit(self, ticket: Ticket) -> int:
        """Let a ticket wait; returns its id."""
        ticket_id = next(self._ids)
        self._waiting[ticket_id] = ticket
        if self.away_since is None:
            self._untold.append(ticket_id)
        return ticket_id

    def first_token(self, ticket_id: int, prompt_tokens: int = 0, cached_tokens: int = 0) -> None:
        """Note that the worker has sent its first token."""
        lease_id = self._lease_of.get(ticket_id)
        if lease_id is not None:
            self._untold.append(FirstToken(lease_id, prompt_tokens, cached_tokens))

    def ended(self, ticket_id: int, tokens: int, outcome: Outcome) -> None:
        """Give a ticket's lease back, if it has one still."""
        lease_id = self._lease_of.pop(ticket_id, None)
        if lease_id is not None:
            del self._ticket_of[lease_id]
            self._untold.append(Ended(lease_id, tokens, outcome))

    def leave(self, ticket_id: int) -> None:
        """Forget a ticket in whatever state it is: nobody waits for it any more."""
        if self._waiting.pop(ticket_id, None) is not None and self.away_since is None:
            self._untold.append(Cancelled(ticket_id))
        self.ended(ticket_id, 0, Outcome.ABANDONED)

    # What the balancer decides.

    def granted(self, ticket_id: int, lease_id: int) -> Ticket | None:
        """Bind a ticket; None where nobody waits any more: the lease goes back at once."""
        ticket = self._waiting.pop(ticket_id, None)
        if ticket is None:
            self._untold.append(Ended(lease_id, 0, Outcome.ABANDONED))
            return None
        self._ticket_of[lease_id] = ticket_id
        self._lease_of[ticket_id] = lease_id
        return ticket

    def rejected(self, ticket_id: int) -> bool:
        """Take a ticket off; False where nobody waits any more."""
        return self._waiting.pop(ticket_id, None) is not None

    def revoked(self, lease_id: int) -> int | None:
        """End a lease that the balancer took back; returns its ticket, if one has it still."""
        ticket_id = self._ticket_of.pop(lease_id, None)
        if ticket_id is not None:
            del self._lease_of[ticket_id]
        return ticket_id

    # What is decided here, while no balancer is there.

    def granted_here(self, ticket_id: int) -> None:
        """Take a ticket off that has its lease from this gateway: no balancer hears of it."""
        del self._waiting[ticket_id]

    def overdue(self, now: float, spared: Container[int] = ()) -> tuple[int, ...]:
        """Take off the tickets, but those spared, that have waited too long for a balancer."""
        gives_up = self.gives_up_at()
        if gives_up is None or now < gives_up:
            return ()
        overdue = tuple(ticket_id for ticket_id in self._waiting if ticket_id not in spared)
        for ticket_id in overdue:
            del self._waiting[ticket_id]
        return overdue

    # What happens to the stream.

    def opened(self) -> None:
        """Tell a new stream of every ticket that waits, oldest first."""
        self.away_since = None
        self._untold = deque(self._waiting)

    def closed(self, now: float) -> None:
        """Forget what was to be told on the stream that is lost."""
        if self.away_since is None:
            self.away_since = now
        self._untold.clear()
        self._ticket_of.clear()
        self._lease_of.clear()

    def drain(self, now: float, limit: int) -> list[TicketEvent]:
        """Take up to `limit` events to tell, oldest first.

        Workers that a ticket excludes count too: in a large fleet they are most of a message.
        """
        events: list[TicketEvent] = []
        excluded = 0
        while self._untold and len(events) + excluded // _NAMES < limit:
            event = self._untold.popleft()
            if not isinstance(event, int):
                events.append(event)
            elif event in self._waiting:
                ticket = self._waiting[event]
                excluded += len(ticket.excluded)
                events.append(Submitted(event, ticket, max(0.0, ticket.deadline - now)))
        return events

    def gives_up_at(self) -> float | None:
        """When waiting for a balancer will have lasted too long; None: one is there."""
        return None if self.away_since is None else self.away_since + self._grace

    def __repr__(self) -> str:
        state = "open" if self.away_since is None else f"away since {self.away_since:g}"
        return (
            f"<Docket {state}, {self.waiting} waiting, {self.leases} leased, "
            f"{len(self._untold)} to tell>"
        )
