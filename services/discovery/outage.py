"""How long to wait between tries of a failing registry, and what of it is news.

Pure. Decides the back-off with its jitter, and that each kind of fault is told
once an outage. Refuses to know what failed.
"""

from typing import Protocol

FIRST_SECONDS = 0.1
# A worker started during an outage is to be usable 3 s after its end.
MOST_SECONDS = 2.0


class Random(Protocol):
    """The part of `random.Random` that jitter needs."""

    def random(self) -> float:
        """A number in [0, 1)."""
        ...


class Outage:
    """One registry's failures, from the first to the next success."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._delay = FIRST_SECONDS
        self._since: float | None = None
        self._told: set[str] = set()

    def __repr__(self) -> str:
        if self._since is None:
            return "<Outage none>"
        return f"<Outage since {self._since:g}, next delay {self._delay:g}>"

    def failed(self, now: float) -> float:
        """Count a failure; the seconds to wait before the next try (half of them jitter)."""
        if self._since is None:
            self._since = now
        delay = self._delay * (1 + self._rng.random()) / 2
        self._delay = min(self._delay * 2, MOST_SECONDS)
        return delay

    def is_news(self, kind: str) -> bool:
        """Whether this kind of fault is still untold in this outage; once told, it is not."""
        untold = kind not in self._told
        self._told.add(kind)
        return untold

    def ended(self, now: float) -> float | None:
        """Count a success; how long the outage lasted, or None where there was none."""
        since, self._since = self._since, None
        self._delay = FIRST_SECONDS
        self._told.clear()
        return None if since is None else now - since
