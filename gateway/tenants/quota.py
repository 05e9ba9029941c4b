"""What a tenant has used of its minute: token buckets for requests and tokens.

Pure. A request takes one of the requests, and as many tokens as it may come to
need; what it did not need is given back when it ends. A bucket holds a minute's
worth and fills steadily. Knows neither tenants' names nor what a token is.
"""

from dataclasses import dataclass

_MINUTE = 60.0


@dataclass(frozen=True, slots=True)
class Short:
    """A bucket does not hold what is asked. `wait` in seconds; None: it never will."""

    limit: int
    asked: int
    wait: float | None


class Bucket:
    """At most `per_minute` at once, and that many a minute; full at first."""

    def __init__(self, per_minute: int, now: float) -> None:
        self.per_minute = per_minute
        self._level = float(per_minute)
        self._at = now

    def short_of(self, asked: int, now: float) -> Short | None:
        """What stands against taking so many now; None: nothing does."""
        self._fill(now)
        if asked > self.per_minute:
            return Short(self.per_minute, asked, None)
        missing = asked - self._level
        if missing <= 0:
            return None
        return Short(self.per_minute, asked, missing * _MINUTE / self.per_minute)

    def take(self, count: int) -> None:
        """Take so many."""
        self._level -= count

    def give_back(self, count: int) -> None:
        """Put back what was not needed; less than nothing takes what was needed beyond."""
        self._level = min(self._level + count, float(self.per_minute))

    def limited_to(self, per_minute: int, now: float) -> None:
        """The limit is another from now on; what was used stays used."""
        self._fill(now)
        used = self.per_minute - self._level
        self.per_minute = per_minute
        self._level = per_minute - used

    def _fill(self, now: float) -> None:
        gained = max(0.0, now - self._at) * self.per_minute / _MINUTE
        self._level = min(self._level + gained, float(self.per_minute))
        self._at = now

    def __repr__(self) -> str:
        return f"<Bucket {self._level:.0f} of {self.per_minute} a minute>"
