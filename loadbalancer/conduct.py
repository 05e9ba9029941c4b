"""Whether a worker's grants come to something.

Pure. Decides when a worker that fails what it is given gets nothing for a while:
one that fails at once is always idle, and would draw grant after grant. One failure
may be the request's doing; several in a row are the worker's. After the pause it is
tried with one ticket at a time, the next when that has its first token; where one
fails it is paused for twice as long, and the first answer completed restores it.
Knows neither tickets nor the rest of the fleet.
"""

import math

from loadbalancer.tickets import Outcome

TOLERATED_FAILURES = 3
"""So many in a row, with nothing completed between them, and it is set aside."""
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0
"""Seconds for which it gets nothing at first, and at most."""


class Conduct:
    """How the leases of one incarnation have ended.

    `trial` is the lease that it is tried with: until that has its first token it gets no other.
    """

    def __init__(self) -> None:
        self._failures = 0
        self._pauses = 0
        self._paused_until = -math.inf
        self.trial: int | None = None
        self.is_paused = False

    def __repr__(self) -> str:
        state = "paused" if self.is_paused else "tried" if self._pauses else "trusted"
        return f"<Conduct {state}, {self._failures} failures in a row, {self._pauses} pauses>"

    @property
    def is_bad(self) -> bool:
        """Whether it should get nothing for a while, and is not yet kept from it."""
        return self._failures >= (1 if self._pauses else TOLERATED_FAILURES)

    def granted(self, lease_id: int) -> None:
        """It has been given one more."""
        if self._pauses:
            self.trial = lease_id

    def began(self, lease_id: int) -> None:
        """A lease has its first token."""
        if lease_id == self.trial:
            self.trial = None

    def ended(self, outcome: Outcome, *, has_begun: bool) -> None:
        """A lease has ended, with or without a first token.

        Completed without one it proves nothing: the request was wrong in itself, or needed
        no answer. Nor does a failure of what was in hand when it was paused.
        """
        if outcome is Outcome.COMPLETED and has_begun:
            self._failures, self._pauses = 0, 0
            self.trial, self.is_paused = None, False
        elif outcome is Outcome.FAILED and not self.is_paused:
            self._failures += 1

    def pause(self, now: float) -> None:
        """It gets nothing for a while."""
        self._paused_until = now + min(FIRST_PAUSE * 2.0**self._pauses, LONGEST_PAUSE)
        self._failures, self.is_paused = 0, True
        self._pauses = min(self._pauses + 1, 16)

    def excuse(self) -> None:
        """It cannot be spared: what it did is forgotten."""
        self._failures = 0

    def passed(self, now: float) -> None:
        """Time went on."""
        if self.is_paused and now >= self._paused_until:
            self.is_paused = False
