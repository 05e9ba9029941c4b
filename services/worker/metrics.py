"""What a worker counts, as a Prometheus page.

The engine's figures are those of the newest load report: the page and the
balancer see the same. Labels bear no request's text, id or tenant.
"""

from collections.abc import Callable, Iterator

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from services.runtime.metrics import SECONDS
from services.worker.engines.engine import Ended
from services.worker.load import Report

GAUGES: dict[str, tuple[str, Callable[[Report], float]]] = {
    "slots": ("Sequences that can run at once", lambda r: r.identity.model.slots),
    "slots_used": ("Sequences that run or wait for their prefill", lambda r: r.load.slots_used),
    "slots_used_peak": ("The most that ever ran at once", lambda r: r.load.slots_used_peak),
    "kv_tokens": ("Room of the KV cache", lambda r: r.identity.model.kv_tokens),
    "kv_tokens_used": (
        "Tokens of sequences, a reserve for each included",
        lambda r: r.load.kv_tokens_used,
    ),
    "prefill_backlog_tokens": (
        "Prompt tokens not yet computed",
        lambda r: r.load.prefill_backlog_tokens,
    ),
    "prefill_tokens_per_second": (
        "Measured rate of prefill",
        lambda r: r.load.prefill_tokens_per_second,
    ),
    "decode_step_seconds": ("Measured time of a decode step", lambda r: r.load.decode_step_seconds),
    "draining": ("1 while no new sequences are taken", lambda r: r.draining),
}
COUNTERS: dict[str, tuple[str, Callable[[Report], float]]] = {
    "steps": ("Steps that the engine has run", lambda r: r.load.step_count),
    "preemptions": (
        "Sequences stopped for want of cache and resumed later",
        lambda r: r.load.preemptions_total,
    ),
    "generated_tokens": ("Tokens generated", lambda r: r.load.generated_tokens_total),
}


class WorkerMetrics:
    """The worker's own counters."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._refusals = Counter(
            "evenflow_worker_refusals_total",
            "Sequences that failed or were refused",
            ["reason"],
            registry=registry,
        )
        self._ttft = Histogram(
            "evenflow_worker_ttft_seconds",
            "Seconds from arrival to the first token",
            buckets=SECONDS,
            registry=registry,
        )
        self._prompt_tokens = Counter(
            "evenflow_worker_prompt_tokens_total",
            "Prompt tokens of sequences that have ended",
            registry=registry,
        )
        self._cached_tokens = Counter(
            "evenflow_worker_cached_prompt_tokens_total",
            "Those of them that needed no computation",
            registry=registry,
        )

        self._texts = Counter(
            "evenflow_worker_classified_texts_total",
            "Texts that were classified",
            ["classifier"],
            registry=registry,
        )

    def classified(self, classifier: str, texts: int) -> None:
        """A call of so many texts is answered."""
        self._texts.labels(classifier).inc(texts)

    def refused(self, reason: str) -> None:
        """A sequence came to no end; `reason` as in ErrorInfo."""
        self._refusals.labels(reason).inc()

    def ended(self, ended: Ended) -> None:
        """A sequence is complete."""
        self._ttft.observe(ended.wait_seconds + ended.prefill_seconds)
        self._prompt_tokens.inc(ended.prompt_tokens)
        self._cached_tokens.inc(ended.cached_tokens)


class LoadCollector(Collector):
    """Shows the newest load report. Read on the metrics server's thread."""

    def __init__(self, newest: Callable[[], Report]) -> None:
        self._newest = newest

    def collect(self) -> Iterator[Metric]:
        """The figures now."""
        report = self._newest()
        for name, (text, figure) in GAUGES.items():
            yield GaugeMetricFamily(f"evenflow_worker_{name}", text, figure(report))
        for name, (text, figure) in COUNTERS.items():
            yield CounterMetricFamily(f"evenflow_worker_{name}", text, figure(report))
