"""An explanation of an answer, from its ticket to its last event.

Carries out: have the worker generate what it is to explain under a lease, give the lease
back when that is done, and hear the explanation to its end; where another worker goes on
(`trying.py`), behind what the caller has been told (`told.py` knows). What follows the
answer needs no slot, so it holds none.
"""

from collections.abc import Callable

from evenflow.v1.explanation_pb2 import ExplainResponse, ExplanationProgress
from evenflow.v1.worker_pb2 import WorkerServiceExplainRequest

from gateway import wire
from gateway.errors import Garbled, GatewayError, Refusal, Refused, WorkerBroke
from gateway.explanations.carrying import Carrier
from gateway.explanations.explainers import not_to_ask, refusal
from gateway.explanations.wanted import AnswerWanted
from gateway.fleet import Fleet
from gateway.lease import Lease
from gateway.runs.attempts import Failure, FailureKind
from gateway.runs.trying import Trying, Ways
from gateway.tasks.plan import Step
from gateway.tickets import Outcome, Ticket
from services.runtime.text import Text

# Refusals that say no more than that those excluded are all there are.
_NOBODY_ELSE = frozenset({Refusal.NO_WORKERS, Refusal.UNKNOWN_MODEL})


class AnswerRun(Trying):
    """One explanation on its way; until `deadline`, by the event loop's clock."""

    def __init__(
        self,
        ways: Ways,
        carrier: Carrier,
        fleet: Callable[[], Fleet],
        wanted: AnswerWanted,
        step: Step,
        deadline: float,
    ) -> None:
        super().__init__(ways, wanted.task.request_id)
        self._carrier = carrier
        self._fleet = fleet
        self._wanted = wanted
        self._step = step
        self._deadline = deadline
        self._revision = ""
        self.told = carrier.told

    @property
    def _position(self) -> int:
        return self.told.passes

    def _ticket(self) -> Ticket:
        task = self._wanted.task
        excluded = dict.fromkeys((*self._attempts.excluded, *self._unfit()))
        return Ticket(
            tenant=task.tenant,
            model=task.model,
            model_revision=self._revision,
            prompt_bytes=self._step.prompt_bytes,
            # Of an answer that is there already nothing is generated.
            max_tokens=1 if self._is_given else self._step.sampling.max_tokens,
            priority=task.priority,
            deadline=self._deadline,
            excluded=tuple(excluded),
            is_returned=self._attempts.failed > 0,
        )

    @property
    def _is_given(self) -> bool:
        return bool(self._wanted.answer or self.told.answer)

    def _unfit(self) -> tuple[str, ...]:
        """Who had better not be asked, now that those are out who failed."""
        fleet, out = self._fleet(), self._attempts.excluded
        left = tuple(worker for worker in fleet.workers if worker.worker_id not in out)
        return not_to_ask(Fleet(left), self._wanted.task.model)

    def _refused(self, error: Refused, lost: Failure | None) -> GatewayError:
        """What the caller is told who had hoped for another worker."""
        if error.refusal not in _NOBODY_ELSE or lost is None:
            return error
        if self.told.started is not None and lost.kind is not FailureKind.UNABLE:
            return WorkerBroke(lost.worker_id, self.told.attributions, is_lost=True)
        unable = self._carrier.unable
        return refusal(unable, self._wanted.task.model) if unable else error

    def _given_up(self, end: GatewayError, lost: Failure) -> GatewayError:
        return self._refused(end, lost) if isinstance(end, Refused) else end

    async def _under(self, lease: Lease) -> Failure | None:
        """Carry one worker's explanation; returns how it failed, None where it did not."""
        before = self.told.answered
        try:
            failure = await self._attempt(lease)
        except Garbled:
            lease.end(Outcome.FAILED, self.told.answered - before)
            raise
        except BaseException:
            lease.end(Outcome.ABANDONED, self.told.answered - before)
            raise
        # Ended before where an answer was there: then this changes nothing.
        lease.end(Outcome.COMPLETED if failure is None else failure.outcome, 0)
        return failure

    async def _attempt(self, lease: Lease) -> Failure | None:
        grant, watch = lease.grant, _SlotWatch(lease)

        def heard(response: ExplainResponse) -> None:
            watch.heard(response)
            if response.HasField("started"):
                self._revision = grant.model_revision

        request = self._request(lease)
        try:
            async with lease.until_revoked():
                return await self._carrier.carry(grant.worker_id, grant.address, request, heard)
        except TimeoutError:
            if not lease.is_revoked:
                raise
            return Failure(FailureKind.LOST, grant.worker_id)

    def _request(self, lease: Lease) -> WorkerServiceExplainRequest:
        """What this worker is asked: with the answer that the caller has been told, once it has."""
        grant, wanted = lease.grant, self._wanted
        asked = wire.execute_request(grant, wanted.task.request_id, self._step)
        request = WorkerServiceExplainRequest(
            request_id=asked.request_id,
            model=asked.model,
            options=wanted.options,
            cache_scope=asked.cache_scope,
            lease_id=asked.lease_id,
            worker_epoch=asked.worker_epoch,
            model_revision=asked.model_revision,
        )
        if asked.HasField("prompt"):
            request.prompt = asked.prompt
        else:
            request.chat.CopyFrom(asked.chat)
        if self.told.answer:
            request.answer_token_ids.extend(self.told.answer)
        elif isinstance(wanted.answer, Text):
            request.answer_text = wanted.answer.reveal
        else:
            request.answer_token_ids.extend(wanted.answer or ())
        return request


class _SlotWatch:
    """Sees when the slot of a lease is used, and when it is no longer."""

    def __init__(self, lease: Lease) -> None:
        self._lease = lease
        self._tokens = 0
        self._is_over = False

    def heard(self, response: ExplainResponse) -> None:
        """An event of the worker's."""
        if self._is_over:
            return
        progress = response.progress
        if progress.stage == ExplanationProgress.STAGE_ANSWERING:
            if not self._tokens:
                self._lease.first_token(0, 0)
            self._tokens = progress.done
            return
        self._is_over = True
        self._lease.end(Outcome.COMPLETED, self._tokens)
