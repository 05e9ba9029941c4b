"""How fast the queue drains.

Pure. Decides the rate at which waiting tickets get grants, from the last few
dozen: a number of grants and not of seconds, so that it fits both answers of a
second and of a minute. Knows no ticket. Quiet time, in which nobody had to wait,
says nothing about the rate and is left out.
"""

from collections import deque

LAST_GRANTS = 64
LEARNT_AFTER_GRANTS = 8


class DrainRate:
    """Grants a second while tickets wait and workers are there; one meter for the queue."""

    def __init__(self, now: float) -> None:
        self._at = now
        self._busy_seconds = 0.0
        self._granted_at: deque[float] = deque(maxlen=LAST_GRANTS)

    def passed(self, now: float, *, waiting: bool) -> None:
        """Time went on to `now`; `waiting` tells whether tickets waited meanwhile."""
        if waiting:
            self._busy_seconds += now - self._at
        self._at = now

    def granted(self, count: int) -> None:
        """So many tickets got a grant."""
        self._granted_at.extend([self._busy_seconds] * min(count, LAST_GRANTS))

    def seconds_for(self, turns: int) -> float | None:
        """Seconds until so many more tickets have had their turn; None: not known yet."""
        known = len(self._granted_at)
        if known < LEARNT_AFTER_GRANTS:
            return None
        return turns * (self._busy_seconds - self._granted_at[0]) / known
