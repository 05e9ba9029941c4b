"""When a store that has failed is asked again.

Pure. After a failure it is left alone for a pause, which doubles with each one
more; then one request tries, and the others wait for what it finds. Knows
neither the store nor what a failure is.
"""

import math


class Caution:
    """What is known of one store's health. Pauses in seconds."""

    def __init__(self, first: float = 0.5, longest: float = 8.0) -> None:
        self._first = first
        self._longest = longest
        self._pause = 0.0
        self._failed_at = -math.inf
        self._until = -math.inf

    @property
    def is_failing(self) -> bool:
        """Whether it has not answered since it last failed."""
        return self._pause > 0

    def may_ask(self, now: float) -> bool:
        """Whether to ask now; after a failure whoever is told so is the one who tries."""
        if not self.is_failing:
            return True
        if now < self._until:
            return False
        # Who tries and is not heard of again holds the others up no longer than this.
        self._until = now + self._pause
        return True

    def failed(self, asked_at: float, now: float) -> bool:
        """What was asked then has failed; returns whether that is news."""
        if asked_at < self._failed_at:
            return False  # of many that were under way together the first has said it
        is_news = not self.is_failing
        self._pause = min(max(self._first, 2 * self._pause), self._longest)
        self._failed_at, self._until = now, now + self._pause
        return is_news

    def answered(self) -> bool:
        """It has answered; returns whether that is news."""
        is_news = self.is_failing
        self._pause = 0.0
        return is_news

    def __repr__(self) -> str:
        return f"<Caution {f'pauses {self._pause:g} s' if self.is_failing else 'none'}>"
