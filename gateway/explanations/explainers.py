"""Which workers can explain, as the fleet's snapshot has it, and what it means that none did.

Pure. A snapshot is a second old at most: whom it calls full is asked last, not never.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from gateway.errors import Refusal, Refused
from gateway.fleet import Fleet, WorkerView

BUSY, LOST = "EXPLAINER_BUSY", "EXPLAINER_LOST"


@dataclass(frozen=True, slots=True)
class Unable:
    """A worker that serves, and did not explain; reason and wait as it told them."""

    worker_id: str
    reason: str
    message: str
    retry_after: float | None = None


def not_to_ask(fleet: Fleet, model: str) -> tuple[str, ...]:
    """Workers that are not to explain an answer of `model`, as there are better ones.

    1. Where some have a place free: those that have none.
    2. Where all are full: those that explain nothing.
    3. Where none explains: nobody is excluded, the first who is asked says why.
    """
    serving = [w for w in fleet.workers if w.is_ready and model in ("", w.model)]
    for is_able in (_has_place, _explains):
        if any(map(is_able, serving)):
            return tuple(worker.worker_id for worker in serving if not is_able(worker))
    return ()


def in_order(fleet: Fleet, classifier: str, draw: Callable[[], float]) -> tuple[WorkerView, ...]:
    """The workers that may explain a label, the one to ask first at the front."""
    serving = [worker for worker in fleet.workers if worker.serves_classifier(classifier)]
    able = [worker for worker in serving if _explains(worker)] or serving
    return tuple(sorted(able, key=lambda worker: (worker.explanations_used, draw())))


def refusal(unable: Sequence[Unable], model: str) -> Refused:
    """What it comes to that none explained; who is merely full is told first."""
    full = [one for one in unable if one.reason == BUSY]
    if full:
        wait = min((one.retry_after for one in full if one.retry_after is not None), default=None)
        message = f"every worker that explains {model!r} has its limit of explanations"
        return Refused(Refusal.EXPLAINER_BUSY, message, wait)
    lost = [one.worker_id for one in unable if one.reason == LOST]
    if lost:
        message = f"the explaining processes of workers {', '.join(lost)} were lost"
        return Refused(Refusal.EXPLAINER_LOST, message)
    return Refused(Refusal.NOT_EXPLAINABLE, unable[-1].message)


def _explains(worker: WorkerView) -> bool:
    return worker.explanations_total > 0


def _has_place(worker: WorkerView) -> bool:
    return worker.explanations_used < worker.explanations_total
