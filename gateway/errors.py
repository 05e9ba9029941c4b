"""What can go wrong with a request, by name.

Pure. `statuses.py` maps each of these to a gRPC status; nobody else does.
No message here holds prompt or answer text.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum


@dataclass(frozen=True, slots=True)
class FieldFault:
    """A field that is wrong: its path, and what is wrong with the limit named."""

    field: str
    description: str


class Refusal(Enum):
    """Why a request gets no worker. The value is ErrorInfo.reason."""

    TOO_MANY_REQUESTS = "TOO_MANY_REQUESTS"
    QUEUE_FULL = "QUEUE_FULL"
    DEADLINE = "DEADLINE"
    UNKNOWN_MODEL = "UNKNOWN_MODEL"
    NO_WORKERS = "NO_WORKERS"
    TOO_LARGE = "PROMPT_TOO_LONG"
    NO_BALANCER = "NO_BALANCER"
    DRAINING = "DRAINING"
    REQUESTS_PER_MINUTE = "REQUESTS_PER_MINUTE"
    TOKENS_PER_MINUTE = "TOKENS_PER_MINUTE"
    NO_KEY = "NO_KEY"
    UNKNOWN_KEY = "UNKNOWN_KEY"
    OTHER_TENANT = "OTHER_TENANT"
    MODEL_NOT_ALLOWED = "MODEL_NOT_ALLOWED"
    PRIORITY_NOT_ALLOWED = "PRIORITY_NOT_ALLOWED"
    UNKNOWN_CLASSIFIER = "UNKNOWN_CLASSIFIER"
    NO_CLASSIFIER = "NO_CLASSIFIER"
    CLASSIFIER_BUSY = "CLASSIFIER_BUSY"
    EXPLAINER_BUSY = "EXPLAINER_BUSY"
    EXPLAINER_LOST = "EXPLAINER_LOST"
    NOT_EXPLAINABLE = "NOT_EXPLAINABLE"


@dataclass(frozen=True, slots=True)
class Quota:
    """A limit that a tenant has reached."""

    tenant: str
    limit: str


class GatewayError(Exception):
    """A request that fails for a reason that is known."""


class InvalidTask(GatewayError):
    """The request is wrong; `faults` names every field that is."""

    def __init__(self, reason: str, faults: Sequence[FieldFault]) -> None:
        told = [f"{fault.field}: {fault.description}" for fault in faults[:3]]
        more = [f"{len(faults) - 3} more"] if len(faults) > 3 else []
        super().__init__("; ".join(told + more))
        self.reason = reason
        self.faults = tuple(faults)


class Refused(GatewayError):
    """The request gets no worker. `retry_after` is in seconds, None where not known."""

    def __init__(
        self,
        refusal: Refusal,
        message: str,
        retry_after: float | None = None,
        quota: Quota | None = None,
    ) -> None:
        super().__init__(message)
        self.refusal = refusal
        self.retry_after = retry_after
        self.quota = quota


class Disallowed(GatewayError):
    """A worker found the request itself wrong: the caller's to mend. `code` is gRPC's name."""

    def __init__(
        self,
        code: str,
        reason: str,
        message: str,
        faults: Sequence[FieldFault] = (),
        metadata: Sequence[tuple[str, str]] = (),
    ) -> None:
        super().__init__(message)
        self.code = code
        self.reason = reason
        self.faults = tuple(faults)
        self.metadata = tuple(metadata)


class WorkerBroke(GatewayError):
    """A worker ended a stream that the caller had seen begin, and nobody can go on with it.

    `position` tokens were passed on. `is_lost`: it is gone or has stalled; else
    this one sequence failed in it.
    """

    def __init__(self, worker_id: str, position: int, *, is_lost: bool) -> None:
        what = "was lost" if is_lost else "failed"
        super().__init__(f"worker {worker_id} {what} after {position} tokens")
        self.worker_id = worker_id
        self.position = position
        self.is_lost = is_lost


class PartFailed(GatewayError):
    """One part of a divided task, from 0, cannot be done: so neither can the task.

    `level`: see evenflow.v1.PlannedStep; parts are counted in each.
    """

    def __init__(self, part: int, parts: int, cause: GatewayError, level: int = 0) -> None:
        where = f"level {level}, " if level else ""
        super().__init__(f"{where}part {part + 1} of {parts}: {cause}")
        self.part = part
        self.parts = parts
        self.cause = cause
        self.level = level


class ClassifierBroke(GatewayError):
    """A worker's classifier failed at these texts."""

    reason = "CLASSIFIER_FAILED"

    def __init__(self, name: str, worker_id: str) -> None:
        super().__init__(f"the classifier {name!r} of worker {worker_id} failed at these texts")
        self.worker_id = worker_id


class ExplainerBroke(GatewayError):
    """A worker could not compute this explanation; another could not either."""

    reason = "EXPLAINER_FAILED"

    def __init__(self, worker_id: str) -> None:
        super().__init__(f"worker {worker_id} could not compute this explanation")
        self.worker_id = worker_id


class Poisonous(GatewayError):
    """The request broke more than one worker; no other gets it."""

    def __init__(self, worker_ids: Sequence[str]) -> None:
        super().__init__(f"workers {', '.join(worker_ids)} broke on this request")
        self.worker_ids = tuple(worker_ids)


class Garbled(GatewayError):
    """A worker's stream breaks the rules of evenflow.v1; `what` says which."""

    def __init__(self, worker_id: str, position: int, what: str) -> None:
        super().__init__(f"worker {worker_id} sent garbage after {position} tokens: {what}")
        self.worker_id = worker_id
        self.position = position
