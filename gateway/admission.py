"""Who gets in: bounds on requests in flight, and what a tenant may use a minute.

Pure. Decides at the door, before anything is computed, and says when to come
back: from how long requests have lately stayed, or from when a minute's worth
has grown again. A request is let in against all bounds or none. Knows no queue
behind the door.

A request reserves as many tokens as it may come to need; what it did not need
comes back when it leaves.
"""

from dataclasses import dataclass

from gateway.errors import Quota, Refusal, Refused
from gateway.tenants.quota import Bucket
from gateway.tenants.tenant import Tenant

# How much the newest stay weighs in the mean.
_NEWEST = 0.1
_SHORTEST_WAIT, _LONGEST_WAIT = 0.05, 30.0
_REQUESTS, _TOKENS = "requests_per_minute", "tokens_per_minute"


class _Account:
    """What a tenant uses now."""

    def __init__(self) -> None:
        self.inside = 0
        self.buckets: dict[str, Bucket] = {}

    def bucket(self, name: str, limit: int | None, now: float) -> Bucket | None:
        """The bucket of a limit as it is now."""
        if limit is None:
            self.buckets.pop(name, None)
            return None
        bucket = self.buckets.setdefault(name, Bucket(limit, now))
        bucket.limited_to(limit, now)
        return bucket


@dataclass(frozen=True, slots=True)
class Pass:
    """Lets one request in, and out again. `reserved` None: there was no limit to reserve from."""

    tenant: Tenant
    reserved: int | None
    entered: float


class Admission:
    """Counts those inside. `limit` for all together, `limit_per_tenant` where no other is set."""

    def __init__(self, limit: int, limit_per_tenant: int) -> None:
        self._limit = limit
        self._limit_per_tenant = limit_per_tenant
        self._accounts: dict[str, _Account] = {}
        self._mean_stay = 1.0
        self.in_flight = 0

    def enter(self, tenant: Tenant, tokens: int, now: float) -> Pass:
        """Let a request of `tenant` in that may need so many tokens.

        Raises:
            Refused: a bound is reached; one has to leave first, or time to pass.
        """
        if self.in_flight >= self._limit:
            raise self._full("the gateway", self._limit, self.in_flight, None)
        account = self._accounts.setdefault(tenant.name, _Account())
        limit = tenant.limits.in_flight or self._limit_per_tenant
        if account.inside >= limit:
            quota = Quota(tenant.name, "in_flight")
            raise self._full("this tenant", limit, account.inside, quota)
        for bucket, asked in self._buckets(account, tenant, tokens, now):
            bucket.take(asked)
        account.inside += 1
        self.in_flight += 1
        return Pass(tenant, None if tenant.limits.tokens_per_minute is None else tokens, now)

    def leave(self, entry: Pass, used: int, now: float) -> None:
        """Let it out; it has used so many tokens."""
        self._mean_stay += _NEWEST * (now - entry.entered - self._mean_stay)
        self.in_flight -= 1
        account = self._accounts[entry.tenant.name]
        account.inside -= 1
        bucket = account.buckets.get(_TOKENS)
        if bucket is not None and entry.reserved is not None:
            bucket.give_back(entry.reserved - used)
        if not account.inside and not account.buckets:
            del self._accounts[entry.tenant.name]

    def _buckets(
        self, account: _Account, tenant: Tenant, tokens: int, now: float
    ) -> list[tuple[Bucket, int]]:
        """The buckets to take from, each with enough in it."""
        limits, found = tenant.limits, []
        wanted = (
            (_REQUESTS, limits.requests_per_minute, 1, Refusal.REQUESTS_PER_MINUTE),
            (_TOKENS, limits.tokens_per_minute, tokens, Refusal.TOKENS_PER_MINUTE),
        )
        for name, limit, asked, refusal in wanted:
            bucket = account.bucket(name, limit, now)
            if bucket is None:
                continue
            if short := bucket.short_of(asked, now):
                need = f"; this one may need {asked}" if name == _TOKENS else ""
                message = f"this tenant has its limit of {limit} {name.replace('_', ' ')}{need}"
                raise Refused(refusal, message, short.wait, Quota(tenant.name, name))
            found.append((bucket, asked))
        return found

    def _full(self, whose: str, limit: int, inside: int, quota: Quota | None) -> Refused:
        # With `inside` requests of the mean stay, one leaves about every so often.
        until_one_leaves = self._mean_stay / inside if inside else _LONGEST_WAIT
        wait = min(max(until_one_leaves, _SHORTEST_WAIT), _LONGEST_WAIT)
        message = f"{whose} has its limit of {limit} requests in flight"
        return Refused(Refusal.TOO_MANY_REQUESTS, message, wait, quota)

    def __repr__(self) -> str:
        inside = sorted((name, a.inside) for name, a in self._accounts.items() if a.inside)
        tenants = ", ".join(f"{name}: {count}" for name, count in inside)
        return f"<Admission {self.in_flight} of {self._limit} in flight ({tenants})>"
