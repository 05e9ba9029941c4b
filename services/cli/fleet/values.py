"""The fleet as a balancer sees it, as values, and what two snapshots say together.

Pure. Decides rates and totals. Knows neither the wire nor how it is shown.
"""

from dataclasses import dataclass

from services.cli.answers import Candidate


@dataclass(frozen=True, slots=True)
class Worker:
    """One worker. Tokens, seconds, tokens a second."""

    id: str
    address: str
    health: str
    model: str = ""
    slots_used: int = 0
    slots_total: int = 0
    kv_used: int = 0
    kv_total: int = 0
    backlog: int = 0
    prefill_rate: float = 0.0
    decode_step: float = 0.0
    generated: int = 0
    epoch: int = 0
    leases: int = 0
    has_report: bool = False
    learnt_prefill_rate: float = 0.0
    learnt_decode_step: float = 0.0
    prompt_tokens: int = 0
    cached_tokens: int = 0


@dataclass(frozen=True, slots=True)
class Granted:
    """A grant, newest told first. Milliseconds."""

    worker_id: str
    queue_ms: float
    predicted_ms: float
    prompt_tokens: int
    held_tokens: int
    candidates: tuple[Candidate, ...] = ()


@dataclass(frozen=True, slots=True)
class Queue:
    """One tenant's waiting tickets."""

    tenant: str
    waiting: int
    served_tokens: int


@dataclass(frozen=True, slots=True)
class Fleet:
    """The fleet and the queue, `at` a moment of the watcher's clock."""

    at: float
    workers: tuple[Worker, ...] = ()
    queues: tuple[Queue, ...] = ()
    oldest_wait: float = 0.0
    grants: int = 0
    rejections: int = 0
    revocations: int = 0
    balancer: str = ""
    term: int = 0
    is_standby: bool = False
    active_address: str = ""
    recent_grants: tuple[Granted, ...] = ()


@dataclass(frozen=True, slots=True)
class Rates:
    """What happened between two snapshots, a second; None: not known yet."""

    tokens: dict[str, float | None]
    grants: float | None
    rejections: float | None

    @property
    def tokens_total(self) -> float | None:
        """Tokens a second, over all workers whose rate is known."""
        known = [rate for rate in self.tokens.values() if rate is not None]
        return sum(known) if known else None


def rates(before: Fleet | None, now: Fleet) -> Rates:
    """Rates from one snapshot to the next.

    A worker that was not there, or has begun anew since, has none: its counters
    are not comparable.
    """
    seconds = now.at - before.at if before else 0.0
    if before is None or seconds <= 0:
        return Rates({worker.id: None for worker in now.workers}, None, None)
    old = {(worker.id, worker.epoch): worker for worker in before.workers if worker.has_report}
    tokens: dict[str, float | None] = {}
    for worker in now.workers:
        was = old.get((worker.id, worker.epoch))
        tokens[worker.id] = (worker.generated - was.generated) / seconds if was else None
    return Rates(
        tokens,
        max(0.0, now.grants - before.grants) / seconds,
        max(0.0, now.rejections - before.rejections) / seconds,
    )
