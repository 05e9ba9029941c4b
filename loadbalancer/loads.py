"""What workers tell about themselves, and what the balancer tells about them.

Pure. Decides the values' shape: a worker's report, and the fleet and queue at
one moment. Knows not how any of it came about.
"""

from dataclasses import dataclass
from enum import Enum

LEAST_RATE = 1e-9
GREATEST_RATE = 1e9


class Health(Enum):
    """Whether a worker gets grants, and if not why."""

    CONNECTING = "connecting"
    READY = "ready"
    DRAINING = "draining"
    STALLED = "stalled"


@dataclass(frozen=True, slots=True)
class Classifier:
    """A classifier that a worker serves beside its model. Nothing is granted for it."""

    name: str
    version: str
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """A worker's load at one moment; evenflow.v1.LoadReport explains each field."""

    worker_id: str
    epoch: int
    sequence: int = 0
    step_count: int = 0
    model: str = ""
    model_revision: str = ""
    context_tokens: int = 0
    slots_total: int = 0
    slots_used: int = 0
    slots_used_peak: int = 0
    kv_tokens_total: int = 0
    kv_tokens_used: int = 0
    prefill_backlog_tokens: int = 0
    prefill_tokens_per_second: float = 0.0
    decode_step_seconds: float = 0.0
    generated_tokens_total: int = 0
    bytes_per_token: float = 0.0
    draining: bool = False
    explanations_total: int = 0
    explanations_used: int = 0
    lease_ids: tuple[int, ...] = ()
    prefix_marks_held: tuple[int, ...] = ()
    classifiers: tuple[Classifier, ...] = ()

    @property
    def is_credible(self) -> bool:
        """Whether what was measured can be true; 0 is not known, and NaN is nothing at all."""
        rates = (self.prefill_tokens_per_second, self.decode_step_seconds, self.bytes_per_token)
        return all(rate == 0 or LEAST_RATE <= rate <= GREATEST_RATE for rate in rates)


@dataclass(frozen=True, slots=True)
class WorkerView:
    """A worker as the balancer sees it; the rates are those learnt, 0: not known."""

    worker_id: str
    address: str
    health: Health
    load: Load | None
    report_age_seconds: float
    leases: int
    booked_tokens: int
    prompt_tokens: int = 0
    cached_tokens: int = 0
    prefill_tokens_per_second: float = 0.0
    decode_step_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Candidate:
    """A worker that had room for a ticket, and what was known of it. `kv_free` 0: no limit."""

    worker_id: str
    seconds: float
    held_tokens: int
    slots_free: int
    kv_free: int
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class GrantView:
    """A grant, whoever's it was, and the workers that had room."""

    worker_id: str
    queue_seconds: float
    predicted_seconds: float
    prompt_tokens: int
    held_tokens: int
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class TenantView:
    """A tenant's place in the queue."""

    tenant: str
    waiting: int
    served_tokens: int


@dataclass(frozen=True, slots=True)
class FleetView:
    """The fleet and the queue at one moment; totals count from the start."""

    workers: tuple[WorkerView, ...]
    queues: tuple[TenantView, ...]
    oldest_wait_seconds: float
    grants_total: int
    rejections_total: int
    revocations_total: int
    recent_grants: tuple[GrantView, ...] = ()
