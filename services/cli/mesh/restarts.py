"""When a worker that died is started again.

Pure. Decides the pause: it doubles with each death that follows soon upon a
start, and a worker that has served for a while is forgiven.
"""

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 30.0
FORGIVEN_AFTER = 60.0


class Restarts:
    """One worker's deaths. Times in seconds of any monotonic clock.

    >>> restarts = Restarts()
    >>> restarts.died(now=10.0), restarts.died(now=11.0)
    (0.5, 1.0)
    """

    def __init__(self) -> None:
        self.count = 0
        self._recent = 0
        self._serving_since: float | None = None

    def served(self, now: float) -> None:
        """The worker began to serve."""
        self._serving_since = now

    def died(self, now: float) -> float:
        """The worker died; return the seconds to wait before starting it again."""
        since, self._serving_since = self._serving_since, None
        if since is not None and now - since >= FORGIVEN_AFTER:
            self._recent = 0
        self.count += 1
        self._recent += 1
        # Beyond 2**10 the cap holds anyway; without the bound the power would overflow.
        return min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** min(self._recent - 1, 10))

    def __repr__(self) -> str:
        return f"<Restarts {self.count}, {self._recent} in a row>"
