"""What the balancer counts, as a Prometheus page. Labels bear no tenant and no id."""

from collections.abc import Callable, Iterable, Iterator

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from loadbalancer.desk import Desk
from loadbalancer.standby import Standby
from loadbalancer.tickets import Effect, Grant, Reject
from services.runtime.metrics import SECONDS

DECIDE_SECONDS = (0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1)

GAUGES: dict[str, tuple[str, Callable[[Desk], float]]] = {
    "waiting": ("Tickets that wait", lambda desk: desk.waiting),
    "leases": ("Leases in force", lambda desk: desk.leases),
    "workers_known": ("Workers known, whatever their health", lambda desk: desk.workers),
    "workers_ready": ("Workers that get grants", lambda desk: desk.ready_workers),
    "workers_paused": (
        "Of those, workers that get none for a while: they failed what they got",
        lambda desk: desk.paused_workers,
    ),
}
COUNTERS: dict[str, tuple[str, Callable[[Desk], float]]] = {
    "grants": ("Tickets bound to a worker", lambda desk: desk.grants_total),
    "overdue_leases": (
        "Leases whose end was never told, ended by reports",
        lambda desk: desk.overdue_leases_total,
    ),
}


class BalancerMetrics(Collector):
    """The balancer's metrics. `collect` reads the desk's counts on the page's own thread."""

    def __init__(self, registry: CollectorRegistry, desk: Desk) -> None:
        self._desk = desk
        self._queue_seconds = Histogram(
            "evenflow_balancer_queue_seconds",
            "Seconds that granted tickets waited",
            buckets=SECONDS,
            registry=registry,
        )
        self._decide_seconds = Histogram(
            "evenflow_balancer_decide_seconds",
            "Seconds that one step of the desk took",
            buckets=DECIDE_SECONDS,
            registry=registry,
        )
        self._rejections = Counter(
            "evenflow_balancer_rejections_total",
            "Tickets refused",
            ["reason"],
            registry=registry,
        )
        self._revocations = Counter(
            "evenflow_balancer_revocations_total",
            "Leases taken back",
            ["reason"],
            registry=registry,
        )
        registry.register(self)

    def watch(self, registry: CollectorRegistry, standby: Standby) -> None:
        """Show whether this balancer is active, as it is when the page is read."""
        gauges: dict[str, tuple[str, Callable[[], float]]] = {
            "active": ("1 while this balancer is the active one", lambda: standby.is_active),
            "term": ("The term in which it is; 0: it stands by", lambda: standby.term),
            "takeovers": ("Times that it became active", lambda: standby.takeovers),
        }
        for name, (text, count) in gauges.items():
            gauge = Gauge(f"evenflow_balancer_{name}", text, registry=registry)
            gauge.set_function(count)

    def decided(self, effects: Iterable[Effect], seconds: float) -> None:
        """The desk made one step."""
        self._decide_seconds.observe(seconds)
        for effect in effects:
            if isinstance(effect, Grant):
                self._queue_seconds.observe(effect.queue_seconds)
            elif isinstance(effect, Reject):
                self._rejections.labels(effect.reason.value).inc()
            else:
                self._revocations.labels(effect.reason.value).inc()

    def collect(self) -> Iterator[Metric]:
        """The desk's own counts now."""
        for name, (text, count) in GAUGES.items():
            yield GaugeMetricFamily(f"evenflow_balancer_{name}", text, count(self._desk))
        for name, (text, count) in COUNTERS.items():
            yield CounterMetricFamily(f"evenflow_balancer_{name}", text, count(self._desk))
