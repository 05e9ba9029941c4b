"""How sure a holder may be that it still holds its lock.

Pure. Decides from the beats of its own loop and from the registry's words
whether the lock can have gone to another unnoticed: whoever was stopped for
longer than the slack does not know, however short its absence looks to itself,
and asks before it does anything more. Refuses to know the registry.
"""

import math


class Tenure:
    """One candidate's hold on a lock. Times are seconds of a monotonic clock.

    Args:
        slack: the longest absence in which a registry cannot have noticed that we are gone.
        outage: how long a registry is asked in vain until it counts as down altogether:
            where nobody can ask, nobody else can have taken the lock.
    """

    def __init__(self, slack: float, outage: float) -> None:
        self._slack = slack
        self._outage = outage
        self._sure_at = -math.inf  # until here nothing was missed
        self._asked_at = -math.inf  # the same, from the last question on
        self._in_vain_since: float | None = None
        self.term = 0

    def __repr__(self) -> str:
        hold = f"term {self.term}, sure until {self._sure_at:g}" if self.is_held else "none"
        return f"<Tenure {hold}>"

    @property
    def is_held(self) -> bool:
        """Whether it was held when we last knew."""
        return self.term > 0

    def is_sure(self, now: float) -> bool:
        """Whether what was last known must still be so."""
        return not self.is_held or now - self._sure_at <= self._slack

    def beat(self, now: float) -> None:
        """The loop runs: what was sure a moment ago still is."""
        if now - self._asked_at <= self._slack:
            self._asked_at = now
        else:
            self._in_vain_since = None
        if now - self._sure_at <= self._slack:
            self._sure_at = now

    def asked(self, now: float) -> None:
        """A question goes to the registry."""
        self._asked_at = now

    def won(self, term: int, now: float) -> None:
        """The answer: the lock is ours."""
        self.term = term
        self._sure_at = -math.inf
        self.vouched(now)

    def vouched(self, now: float) -> None:
        """The answer: it is still ours; worth nothing if we were away while it came."""
        self._in_vain_since = None
        if now - self._asked_at <= self._slack:
            self._sure_at = now

    def unanswered(self, now: float) -> None:
        """No answer: the registry cannot be reached."""
        if self._in_vain_since is None:
            self._in_vain_since = now
        elif now - self._in_vain_since >= self._outage and now - self._asked_at <= self._slack:
            self._sure_at = now

    def lost(self) -> None:
        """It is not ours any more."""
        self.term = 0
        self._in_vain_since = None
