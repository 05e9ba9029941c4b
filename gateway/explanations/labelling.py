"""An explanation of a classifier's label, on whichever worker serves the classifier.

Decides whom to ask: of the workers that serve it the one with the fewest explanations,
and the next where that one is gone, full or lost. Needs no ticket, as classifying
needs none: no slot is used. What the caller was told stands (`told.py`).
"""

import random
from collections.abc import Callable

from evenflow.v1.worker_pb2 import WorkerServiceExplainRequest

from gateway.errors import Disallowed, FieldFault, GatewayError, Refusal, Refused, WorkerBroke
from gateway.explanations.carrying import Carrier
from gateway.explanations.explainers import in_order, refusal
from gateway.explanations.wanted import LabelWanted
from gateway.fleet import Fleet
from gateway.metrics import GatewayMetrics
from gateway.runs.attempts import Attempts, Failure

# What a worker calls the fields of a label, as callers know them.
_FIELDS = {"input": "label.text", "text": "label.text", "label": "label.label"}


class LabelRun:
    """One explanation on its way."""

    def __init__(
        self,
        carrier: Carrier,
        fleet: Callable[[], Fleet],
        metrics: GatewayMetrics,
        rng: random.Random,
        wanted: LabelWanted,
        max_attempts: int,
    ) -> None:
        self._carrier = carrier
        self._fleet = fleet
        self._metrics = metrics
        self._rng = rng
        self._wanted = wanted
        self._attempts = Attempts(max_attempts)
        self.told = carrier.told

    @property
    def attempts(self) -> int:
        """Attempts made, the one that runs or succeeded included."""
        return self._attempts.failed + 1

    async def go(self) -> None:
        """Explain it; returns when the last event has been delivered.

        Raises:
            GatewayError: it cannot be done.
        """
        lost: Failure | None = None
        for worker in in_order(self._fleet(), self._wanted.task.model, self._rng.random):
            before = self.told.passes
            lost = await self._carrier.carry(worker.worker_id, worker.address, self._request())
            if lost is None:
                return
            self._metrics.failed_attempts.labels(lost.kind.value).inc()
            end = self._attempts.verdict(lost, self.told.passes - before)
            if isinstance(end, Disallowed):
                raise in_the_callers_fields(end)
            if isinstance(end, Refused) and end.refusal is not Refusal.DEADLINE:
                break
            if end is not None:
                raise end
        raise self._nobody(lost)

    def _request(self) -> WorkerServiceExplainRequest:
        wanted = self._wanted
        return WorkerServiceExplainRequest(
            request_id=wanted.task.request_id,
            model=wanted.task.model,
            text=wanted.text.reveal,
            label=wanted.label,
            options=wanted.options,
            cache_scope=wanted.task.tenant,
        )

    def _nobody(self, lost: Failure | None) -> GatewayError:
        """What it comes to that no worker has explained it."""
        name = self._wanted.task.model
        if self._carrier.unable:
            return refusal(self._carrier.unable, name)
        if lost is not None and self.told.started is not None:
            return WorkerBroke(lost.worker_id, self.told.attributions, is_lost=True)
        if lost is not None:
            message = f"no worker that serves the classifier {name!r} can be reached"
            return Refused(Refusal.NO_CLASSIFIER, message)
        message = f"no worker serves the classifier {name!r}"
        return Refused(Refusal.UNKNOWN_CLASSIFIER, message)


def in_the_callers_fields(error: Disallowed) -> Disallowed:
    """A worker's words, with the names that the caller's fields have."""
    faults = [
        FieldFault(_FIELDS.get(fault.field, fault.field), fault.description)
        for fault in error.faults
    ]
    return Disallowed(error.code, error.reason, str(error), faults, error.metadata)
