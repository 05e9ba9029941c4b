"""Whose turn it is: tokens served to each tenant.

Pure. Decides by a virtual token counter (Sheng et al., OSDI 2024): the tenant
served least comes first, and one that comes back from idleness is lifted to the
least of those that wait, so that nobody saves up turns. A tenant of weight 2 is
served twice as many. Knows no ticket's content and no priority; counts prompt and
answer tokens alike.
"""

from collections.abc import Mapping
from types import MappingProxyType

NO_WEIGHTS: Mapping[str, float] = MappingProxyType({})


class Shares:
    """Counters of all tenants, the idle ones up to a bound. Who has no weight given has 1."""

    def __init__(self, remembered: int, weights: Mapping[str, float] = NO_WEIGHTS) -> None:
        self._remembered = remembered
        self._weights = weights
        self._counter: dict[str, float] = {}
        self._served: dict[str, int] = {}
        self._waiting: dict[str, int] = {}
        self._last_left = 0.0

    def __repr__(self) -> str:
        told = (f"{t}:{self._counter[t]:g}" for t in sorted(self._counter))
        return f"<Shares {' '.join(told)}>"

    @property
    def waiting(self) -> dict[str, int]:
        """Tickets that wait, for each tenant that has any."""
        return self._waiting

    @property
    def served(self) -> dict[str, int]:
        """Tokens served to each tenant remembered."""
        return self._served

    def counter(self, tenant: str) -> float:
        """Its virtual counter: the least is served next."""
        return self._counter[tenant]

    def came(self, tenant: str) -> None:
        """One more ticket of this tenant waits; back from idleness, it is lifted."""
        if tenant not in self._waiting:
            floor = min((self._counter[t] for t in self._waiting), default=self._last_left)
            # Taken out and put in again: the dictionary's order tells who came last.
            self._counter[tenant] = max(self._counter.pop(tenant, 0.0), floor)
            self._served[tenant] = self._served.pop(tenant, 0)
            self._forget_idle()
        self._waiting[tenant] = self._waiting.get(tenant, 0) + 1

    def left(self, tenant: str) -> None:
        """One ticket of this tenant waits no more."""
        self._waiting[tenant] -= 1
        if not self._waiting[tenant]:
            del self._waiting[tenant]
            self._last_left = self._counter[tenant]

    def charge(self, tenant: str, tokens: int) -> float:
        """So many tokens were served to it, or given back; returns what its counter was."""
        before = self._counter.get(tenant)
        if before is None:
            return 0.0
        self._counter[tenant] = before + tokens / self._weights.get(tenant, 1.0)
        # A tenant that was forgotten meanwhile may be given back more than is remembered.
        self._served[tenant] = max(0, self._served[tenant] + tokens)
        return before

    def _forget_idle(self) -> None:
        excess = len(self._counter) - len(self._waiting) - 1 - self._remembered
        if excess > 0:
            newest = next(reversed(self._counter))
            idle = (t for t in self._counter if t not in self._waiting and t != newest)
            for tenant in [t for t, _ in zip(idle, range(excess), strict=False)]:
                del self._counter[tenant], self._served[tenant]
