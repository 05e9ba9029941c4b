"""Which waiting tickets are bound to which workers now.

Pure. Decides by the queue's order and the book's picks, and for whom room is kept
that no other may take. Knows neither events nor why a ticket may be refused.
"""

from loadbalancer.book import Book
from loadbalancer.charges import Charges
from loadbalancer.policy import Choice, Floats
from loadbalancer.recent import Recent
from loadbalancer.tickets import Grant, Lane, Ticket
from loadbalancer.waiting import Waiting


class Matching:
    """Takes tickets out of the queue and enters their leases. `recent`: the newest grants."""

    def __init__(self, book: Book, waiting: Waiting, charges: Charges) -> None:
        self._book = book
        self._waiting = waiting
        self._charges = charges
        self.recent = Recent()

    def match(self, now: float) -> list[Grant]:
        """Grant while some lane has a ticket and a worker with room.

        The first ticket of a lane for which nobody has room closes the lane for
        this time: those behind it must not take the room that it waits for, nor
        those of other lanes where it may go. One of a greedy tenant finds less
        room, and holds up that tenant's others alone.
        """
        grants: list[Grant] = []
        closed: set[Lane | tuple[Lane, str]] = set()
        kept: Floats | None = None
        self._book.roster.post()
        if not self._book.roster.ready:
            return grants
        while (ticket := self._waiting.first(closed)) is not None:
            window = self._charges.window(ticket)
            choice = self._book.pick(ticket, window, kept)
            if choice is not None:
                grants.append(self._grant(ticket, choice, now))
            elif window < 1:
                closed.add((ticket.lane, ticket.tenant))
            else:
                closed.add(ticket.lane)
                kept = self._book.kept_for(ticket.lane, kept)
        return grants

    def _grant(self, ticket: Ticket, choice: Choice, now: float) -> Grant:
        """Bind a ticket, and say why where somebody wants to know."""
        self._waiting.remove(ticket.key)
        is_told = self.recent.wants(now)
        candidates = self._book.candidates(ticket, choice) if ticket.explains or is_told else ()
        grant = self._book.grant(ticket, choice, now)
        self._charges.granted(grant.lease)
        if is_told:
            self.recent.granted(grant, candidates, now)
        return grant._replace(candidates=candidates) if ticket.explains else grant
