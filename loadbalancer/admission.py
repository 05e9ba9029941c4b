"""Whether a ticket may wait at all.

Pure. Decides what a newcomer is measured as, why it is refused, and when it
should come back. Changes nothing: the desk acts on the answers.
"""

from dataclasses import dataclass

from loadbalancer.book import Book
from loadbalancer.drain import DrainRate
from loadbalancer.rules import Rules
from loadbalancer.tickets import Lane, Mark, RejectReason, Submitted, Ticket, TicketKey
from loadbalancer.waiting import Waiting

LEAST_RETRY_SECONDS = 0.1
MOST_RETRY_SECONDS = 60.0
UNKNOWN_RETRY_SECONDS = 1.0
MOST_TOKENS = (1 << 32) - 1
"""Of a prompt, as an estimate: what the wire holds."""
GENEROUS = 2
"""A prompt's length is an estimate: only what exceeds a context by this factor is too large."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why not, and after how many seconds it may be otherwise; 0: not known."""

    reason: RejectReason
    retry_after: float = 0.0


class Admission:
    """Questions about newcomers, answered from queue and book as they are."""

    def __init__(self, rules: Rules, book: Book, waiting: Waiting, drain: DrainRate) -> None:
        self._rules = rules
        self._book = book
        self._waiting = waiting
        self._drain = drain

    def measure(self, event: Submitted, now: float) -> Ticket:
        """The ticket that an event speaks of: its prompt in tokens, its lane."""
        roster = self._book.roster
        rates = roster.rates(event.model)
        tokens = min(MOST_TOKENS, max(1, round(event.prompt_bytes / rates.bytes_per_token)))
        excluded = roster.incarnations(event.excluded) if event.excluded else frozenset()
        lane = Lane(event.model, event.revision, excluded)
        servers = roster.servers(lane)
        if servers.count and tokens > servers.least_context:
            lane = lane._replace(context_tokens=min(tokens, servers.greatest_context))
        return Ticket(
            TicketKey(event.sender.stream, event.number),
            event.sender,
            event.tenant,
            lane,
            tokens,
            event.max_tokens,
            now,
            now + event.seconds_left,
            event.priority,
            event.returned,
            _marks(event, tokens),
            event.explains,
        )

    def refusal(self, ticket: Ticket, now: float) -> Refusal | None:
        """Why a ticket is refused, the queue's length aside.

        1. Nobody serves what it asks for, and nobody is awaited who might.
        2. It is longer than any context of those who serve it, estimates aside.
        3. It was never here before, and its deadline would come before its turn.
        """
        servers = self._book.roster.servers(ticket.lane)
        # 1
        if not servers.count:
            return self.unserved(ticket, now)
        # 2
        if ticket.prompt_tokens > GENEROUS * servers.greatest_context:
            return Refusal(RejectReason.TOO_LARGE)
        # 3
        if self._waiting and not ticket.returned:
            turn = self._drain.seconds_for(self._waiting.turns(ticket.tenant))
            if turn is not None and now + turn > ticket.deadline:
                return Refusal(RejectReason.EXPIRED, self.retry_after(ticket))
        return None

    def unserved(self, ticket: Ticket, now: float) -> Refusal | None:
        """What a ticket that nobody serves is told; None while there is hope."""
        roster = self._book.roster
        hope_ends = roster.servers(ticket.lane).hope_ends
        if ticket.lane.excluded:
            hope_ends = max(hope_ends, ticket.submitted_at + self._rules.no_workers_seconds)
        if now < hope_ends:
            return None
        anyone = ticket.lane._replace(excluded=frozenset())
        if roster.ready and not roster.servers(anyone).count:
            return Refusal(RejectReason.NO_SUCH_MODEL)
        return Refusal(RejectReason.NO_WORKERS, UNKNOWN_RETRY_SECONDS)

    def retry_after(self, ticket: Ticket) -> float:
        """Seconds after which a ticket such as this one would have had its turn."""
        turn = self._drain.seconds_for(self._waiting.turns(ticket.tenant))
        if turn is None:
            return UNKNOWN_RETRY_SECONDS
        return min(MOST_RETRY_SECONDS, max(LEAST_RETRY_SECONDS, turn))


def _marks(event: Submitted, prompt_tokens: int) -> tuple[Mark, ...]:
    """A prompt's marks in tokens; its last token is always computed, it chooses the answer's."""
    if not event.marks:
        return ()
    per_byte = prompt_tokens / max(1, event.prompt_bytes)
    longest = prompt_tokens - 1
    return tuple(Mark(name, min(longest, round(size * per_byte))) for name, size in event.marks)
