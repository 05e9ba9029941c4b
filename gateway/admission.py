"""Who gets in: a bound on requests in flight, for the gateway and for each tenant.

Pure. Decides at the door, before anything is computed, and says when to come
back from how long requests have lately stayed. Knows no queue behind the door.
"""

from collections import Counter

from gateway.errors import Refusal, Refused

# How much the newest stay weighs in the mean.
_NEWEST = 0.1
_SHORTEST_WAIT, _LONGEST_WAIT = 0.05, 30.0


class Admission:
    """Counts those inside. `limit` for all together, `limit_per_tenant` for each tenant."""

    def __init__(self, limit: int, limit_per_tenant: int) -> None:
        self._limit = limit
        self._limit_per_tenant = limit_per_tenant
        self._inside: Counter[str] = Counter()
        self._mean_stay = 1.0
        self.in_flight = 0

    def enter(self, tenant: str) -> None:
        """Let a request of `tenant` in.

        Raises:
            Refused: a bound is reached; one has to leave first.
        """
        if self.in_flight >= self._limit:
            raise self._full("the gateway", self._limit, self.in_flight)
        if self._inside[tenant] >= self._limit_per_tenant:
            raise self._full("this tenant", self._limit_per_tenant, self._inside[tenant])
        self._inside[tenant] += 1
        self.in_flight += 1

    def leave(self, tenant: str, stay: float) -> None:
        """Let it out after `stay` seconds."""
        self._mean_stay += _NEWEST * (stay - self._mean_stay)
        self.in_flight -= 1
        self._inside[tenant] -= 1
        if not self._inside[tenant]:
            del self._inside[tenant]

    def _full(self, whose: str, limit: int, inside: int) -> Refused:
        # With `inside` requests of the mean stay, one leaves about every so often.
        until_one_leaves = self._mean_stay / inside if inside else _LONGEST_WAIT
        wait = min(max(until_one_leaves, _SHORTEST_WAIT), _LONGEST_WAIT)
        message = f"{whose} has its limit of {limit} requests in flight"
        return Refused(Refusal.TOO_MANY_REQUESTS, message, wait)

    def __repr__(self) -> str:
        tenants = ", ".join(f"{tenant}: {n}" for tenant, n in sorted(self._inside.items()))
        return f"<Admission {self.in_flight} of {self._limit} in flight ({tenants})>"
