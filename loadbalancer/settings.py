"""The balancer's settings, and the rules that they make."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from loadbalancer.rules import Rules
from services.discovery.settings import DiscoverySettings
from services.runtime.settings import ServerSettings, setting

_DEFAULTS = Rules()
LEAST_WEIGHT, MOST_WEIGHT = 0.001, 1000


@dataclass(frozen=True, kw_only=True)
class BalancerSettings(ServerSettings, DiscoverySettings):
    """All that a balancer process can be told."""

    listen: str = setting(
        "127.0.0.1:50052", "host:port of the gRPC server; port 0 takes a free one"
    )
    metrics_listen: str | None = setting(
        "127.0.0.1:9102", "host:port of Prometheus metrics; empty for none"
    )
    queue_limit: int = setting(
        _DEFAULTS.queue_limit, "tickets that may wait at once", at_least=1, at_most=1_000_000
    )
    window_seconds: float = setting(
        _DEFAULTS.window_seconds,
        "seconds of prefill that a worker may have in hand and still be granted more",
        at_least=0.01,
        at_most=60,
    )
    no_workers_seconds: float = setting(
        _DEFAULTS.no_workers_seconds,
        "seconds that tickets wait for a worker that is not there",
        at_least=0,
        at_most=3600,
    )
    silent_seconds: float = setting(
        _DEFAULTS.silent_seconds,
        "seconds without a report after which a worker has stalled",
        at_least=1.5,
        at_most=60,
    )
    stall_seconds: float = setting(
        _DEFAULTS.stall_seconds,
        "seconds without a step, with work in hand, after which a worker has stalled",
        at_least=1,
        at_most=600,
    )
    prefill_chunk_tokens: int = setting(
        _DEFAULTS.prefill_chunk_tokens,
        "prompt tokens that workers compute between two decode steps",
        at_least=1,
        at_most=65_536,
    )
    lock_key: str | None = setting(
        "evenflow/balancer",
        "key under which balancers agree by Consul's lock which one is active; empty: this one is",
    )
    shard: int = setting(0, "the part of the workers that this balancer grants to", at_least=0)
    shards: int = setting(
        1, "parts that the workers are divided into, each with a lock of its own", at_least=1
    )
    marks_remembered: int = setting(
        _DEFAULTS.marks_remembered,
        "beginnings of prompts that workers are known to hold, each counted once a worker",
        at_least=0,
        at_most=100_000_000,
    )
    tenant_weights: tuple[str, ...] = setting(
        (), "tenants whose fair share is not 1: a=2,b=0.5; one of weight 2 gets twice as much"
    )

    def check(self) -> Iterator[str]:
        """Name a part that there is not, and a weight that is none."""
        if self.shard >= self.shards:
            yield f"shard: {self.shard} is not one of {self.shards}, which count from 0"
        for given in self.tenant_weights:
            tenant, _, weight = given.partition("=")
            if not tenant or not LEAST_WEIGHT <= _number(weight) <= MOST_WEIGHT:
                yield (
                    f"tenant_weights: {given!r} must be a tenant, '=' and a number from"
                    f" {LEAST_WEIGHT} to {MOST_WEIGHT}"
                )

    def rules(self) -> Rules:
        """What the desk goes by."""
        return Rules(
            queue_limit=self.queue_limit,
            window_seconds=self.window_seconds,
            no_workers_seconds=self.no_workers_seconds,
            silent_seconds=self.silent_seconds,
            stall_seconds=self.stall_seconds,
            prefill_chunk_tokens=self.prefill_chunk_tokens,
            marks_remembered=self.marks_remembered,
            tenant_weights={
                tenant: float(weight)
                for tenant, _, weight in (given.partition("=") for given in self.tenant_weights)
            },
        )


def _number(text: str) -> float:
    """What a text says; NaN, which is in no range, where that is no number."""
    try:
        return float(text)
    except ValueError:
        return math.nan
