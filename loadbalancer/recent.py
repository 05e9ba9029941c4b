"""The newest grants, as an onlooker is told of them.

Pure. Decides which grants are remembered with their reasons. To say why costs more
than to decide, so that of many grants a few a second are looked into; where there
are few, all are. Knows no fleet.
"""

from collections import deque

from loadbalancer.loads import Candidate, GrantView
from loadbalancer.tickets import Grant

TOLD = 8
"""Grants that an onlooker is told of."""
STANDS_SECONDS = 1.0
"""For so long a grant is told of before a newer one takes its place."""


class Recent:
    """At most eight grants, newest first."""

    def __init__(self) -> None:
        self._grants: deque[tuple[float, GrantView]] = deque(maxlen=TOLD)

    def wants(self, now: float) -> bool:
        """Whether the next grant is one to be told of."""
        return len(self._grants) < TOLD or self._grants[-1][0] + STANDS_SECONDS <= now

    def granted(self, grant: Grant, candidates: tuple[Candidate, ...], now: float) -> None:
        """Remember a grant that is wanted, and the workers that it was chosen from."""
        self._grants.appendleft((now, grant.view(candidates)))

    @property
    def grants(self) -> tuple[GrantView, ...]:
        """What is told now."""
        return tuple(grant for _, grant in self._grants)
