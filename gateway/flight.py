"""One generation that several callers share: what it has produced, who has read how far.

Pure. Decides who flies it, whom its end concerns, and when it must wait: it is
never further than `window` bytes ahead of the *fastest* reader, so that a slow
one holds nobody, and one that nobody reads fills no memory. Who boards late
reads from the beginning. Knows neither tasks, messages nor time's passing.
"""

from dataclasses import dataclass
from itertools import count
from typing import Generic, TypeVar

M = TypeVar("M")


@dataclass(slots=True)
class _Seat:
    deadline: float
    position: int = 0


class Flight(Generic[M]):
    """The book of one flight.

    Args:
        window: bytes that may be ahead of the fastest reader.
        most: bytes of an answer that can still be boarded and kept. Of a longer one only
            what somebody has yet to read is held.
    """

    def __init__(self, window: int, most: int) -> None:
        self._window = window
        self._most = most
        self._ids = count(1)
        self._seats: dict[int, _Seat] = {}
        self._messages: dict[int, M] = {}  # by position, contiguous
        self._first = 0  # position of the first that is held
        self._sizes = [0]  # bytes before each position
        self.is_over = False

    @property
    def is_empty(self) -> bool:
        """Whether nobody is aboard."""
        return not self._seats

    @property
    def has_begun(self) -> bool:
        """Whether anything has been produced."""
        return len(self._sizes) > 1

    @property
    def is_open(self) -> bool:
        """Whether one may board: the beginning is still held, the end not yet reached."""
        return not self.is_over and self._sizes[-1] <= self._most

    @property
    def may_go_on(self) -> bool:
        """Whether the generation may produce more, or has to wait for a reader."""
        fastest = max((seat.position for seat in self._seats.values()), default=0)
        return self._sizes[-1] - self._sizes[fastest] < self._window

    def board(self, deadline: float) -> int:
        """Come aboard, to read until `deadline`; returns the seat."""
        seat = next(self._ids)
        self._seats[seat] = _Seat(deadline)
        return seat

    def leave(self, seat: int) -> None:
        """Give a seat up."""
        del self._seats[seat]

    def pilot(self, after: float | None = None) -> int | None:
        """Return the seat that flies: the one with most time.

        `after` is the deadline by which an earlier pilot had to give up: only who
        has more time can take over. None: nobody has.
        """
        seat = max(self._seats, key=lambda seat: self._seats[seat].deadline, default=None)
        if seat is None or (after is not None and self._seats[seat].deadline <= after):
            return None
        return seat

    def added(self, message: M, size: int) -> None:
        """Take up what was produced."""
        self._messages[len(self._sizes) - 1] = message
        self._sizes.append(self._sizes[-1] + size)
        self._forget()

    def next(self, seat: int) -> M | None:
        """Return what a seat reads next; None: nothing yet."""
        return self._messages.get(self._seats[seat].position)

    def read(self, seat: int) -> None:
        """Note that a seat has read one message."""
        self._seats[seat].position += 1

    def ended(self) -> tuple[M, ...] | None:
        """Close it; returns all that was produced, None where that was too much to hold."""
        whole = tuple(self._messages.values()) if self.is_open else None
        self.is_over = True
        return whole

    def _forget(self) -> None:
        if self._sizes[-1] <= self._most:
            return
        slowest = min((seat.position for seat in self._seats.values()), default=self._first)
        while self._first < slowest:
            del self._messages[self._first]
            self._first += 1

    def __repr__(self) -> str:
        state = "over" if self.is_over else "open" if self.is_open else "shut"
        seats = ", ".join(f"{seat}: {s.position}" for seat, s in self._seats.items())
        return (
            f"<Flight {state}, {len(self._sizes) - 1} messages, {self._sizes[-1]} bytes, "
            f"{len(self._messages)} held, read by ({seats})>"
        )
