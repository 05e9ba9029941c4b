"""What the gateway counts. Labels are a task's kind and codes: never a caller's words."""

from collections.abc import Callable, Sequence

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from gateway.balancers.docket import Docket
from gateway.cache.store import Store
from services.runtime.metrics import SECONDS


class GatewayMetrics:
    """The gateway's own figures; those of every RPC are the server's."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.requests = Counter(
            "evenflow_gateway_requests_total",
            "Requests that have ended",
            ["task", "code", "reason"],
            registry=registry,
        )
        self.interpretations = Counter(
            "evenflow_gateway_interpretations_total",
            "Texts of auto tasks, by the task that they became and why: label; unsure; "
            "inseparable; no_classifier; unknown_label. All but label are chat",
            ["task", "reason"],
            registry=registry,
        )
        self.in_flight = Gauge(
            "evenflow_gateway_in_flight", "Requests that run or wait", registry=registry
        )
        self.ttft = Histogram(
            "evenflow_gateway_ttft_seconds",
            "Seconds from a request's arrival to its first token",
            ["task"],
            buckets=SECONDS,
            registry=registry,
        )
        self.queued = Histogram(
            "evenflow_gateway_queue_seconds",
            "Seconds that tickets waited at the balancer for their grant",
            buckets=SECONDS,
            registry=registry,
        )
        self.tokens = Counter(
            "evenflow_gateway_tokens_total", "Tokens passed on", ["task"], registry=registry
        )
        self.answers = Counter(
            "evenflow_gateway_shareable_answers_total",
            "Deterministic requests, by where their answer came from: cached is a hit of the "
            "cache; joined and generated are misses",
            ["source"],
            registry=registry,
        )
        self.cache_bytes = Gauge(
            "evenflow_gateway_cache_bytes",
            "Bytes that kept answers take; in a shared cache, those put by this gateway",
            registry=registry,
        )
        self.cache_answers = Gauge(
            "evenflow_gateway_cache_answers", "Answers that are kept", registry=registry
        )
        self.cache_asked = Counter(
            "evenflow_gateway_cache_asked_total",
            "Answers asked of a shared cache: hit; miss; garbled (held, but none of ours); "
            "timed_out; failed; paused (not asked, it had failed). All but hit are misses",
            ["outcome"],
            registry=registry,
        )
        self.cache_put = Counter(
            "evenflow_gateway_cache_put_total",
            "Answers for a shared cache: put; too_much (for its tenant's share, or to wait to be "
            "written); timed_out; failed; paused",
            ["outcome"],
            registry=registry,
        )
        self.failed_attempts = Counter(
            "evenflow_gateway_failed_attempts_total",
            "Attempts on a worker that failed, by kind",
            ["kind"],
            registry=registry,
        )
        self.resumed = Counter(
            "evenflow_gateway_resumed_total",
            "Streams that went on elsewhere after their worker was lost",
            registry=registry,
        )
        self.balancer_connected = Gauge(
            "evenflow_gateway_balancer_connected",
            "1 while a Dispatch stream is open to every shard",
            registry=registry,
        )
        self.waiting = Gauge(
            "evenflow_gateway_tickets_waiting", "Tickets that wait for a grant", registry=registry
        )

        self.degraded = Gauge(
            "evenflow_gateway_degraded",
            "1 while this gateway grants by itself, no balancer of some shard being reachable",
            registry=registry,
        )
        self.degraded_grants = Counter(
            "evenflow_gateway_degraded_grants_total",
            "Grants that this gateway made by itself",
            registry=registry,
        )

    def watch_cache(self, cache: Store) -> None:
        """Show a cache's state as it is when the page is read."""
        self.cache_bytes.set_function(lambda: cache.size)
        self.cache_answers.set_function(lambda: len(cache))

    def watch(self, dockets: Sequence[Docket], is_degraded: Callable[[], bool]) -> None:
        """Show the state of every shard's docket, and of grants, as it is when the page is read."""
        self.degraded.set_function(is_degraded)
        self.balancer_connected.set_function(
            lambda: all(docket.away_since is None for docket in dockets)
        )
        self.waiting.set_function(lambda: sum(docket.waiting for docket in dockets))
