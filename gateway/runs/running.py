"""One step, from its ticket to its last token.

Carries out: carry the worker's stream under a lease, and say how it ended; where another
worker goes on (`trying.py`), behind what the caller has seen (`journal.py` knows). Knows
no task and no admission.
"""

import asyncio
from dataclasses import replace

from evenflow.v1.generation_pb2 import GenerateResponse

from gateway import wire
from gateway.errors import Garbled, GatewayError, Refusal, Refused, WorkerBroke
from gateway.journal import Journal
from gateway.lease import Lease
from gateway.relay.relay import AttemptFailed, Deliver
from gateway.routes import tell_route
from gateway.runs.attempts import Failure, FailureKind
from gateway.runs.trying import Trying, Ways
from gateway.tasks.plan import Step
from gateway.tasks.task import Task
from gateway.tickets import Outcome, Ticket

# What an answered token is taken for where the balancer estimates what must be computed.
_BYTES_PER_TOKEN = 4


class Run(Trying):
    """One step of a task on its way.

    By the event loop's clock it waits for a worker until `deadline` at most, and
    runs on one until `end`.
    """

    def __init__(
        self, ways: Ways, task: Task, step: Step, deadline: float, end: float, deliver: Deliver
    ) -> None:
        super().__init__(ways, task.request_id)
        self._task = task
        marks = ways.marker.marks(step.tenant, task.model, step.input)
        self._step = replace(step, marks=marks)
        self._deadline = deadline
        self._end = end
        self._deliver = deliver
        self._clock = asyncio.get_running_loop().time
        self._journal = Journal(step.sampling.max_tokens)

    @property
    def _position(self) -> int:
        return self._journal.position

    @property
    def used_tokens(self) -> int:
        """Tokens of prompt and answer that were computed."""
        origin = self._journal.origin
        return (origin.prompt_tokens if origin else 0) + self._journal.position

    def _ticket(self) -> Ticket:
        """What is left of the step, within the revision that the answer began with."""
        journal, step = self._journal, self._step
        return Ticket(
            tenant=self._task.tenant,
            model=self._task.model,
            model_revision=journal.origin.model_revision if journal.origin else step.revision,
            prompt_bytes=self._step.prompt_bytes + _BYTES_PER_TOKEN * journal.position,
            max_tokens=max(1, self._step.sampling.max_tokens - journal.position),
            priority=self._task.priority,
            deadline=self._end if journal.has_begun else self._deadline,
            excluded=self._attempts.excluded,
            is_returned=self._attempts.failed > 0,
            marks=self._step.marks,
            explains=self._task.explains,
        )

    def _refused(self, error: Refused, lost: Failure | None) -> GatewayError:
        """Who has seen a beginning is told that it was lost, and where it stands."""
        journal = self._journal
        if lost is None or not journal.has_begun or error.refusal is Refusal.DEADLINE:
            return error
        is_lost = lost.kind is not FailureKind.FAILED
        return WorkerBroke(lost.worker_id, journal.position, is_lost=is_lost)

    async def _under(self, lease: Lease) -> Failure | None:
        """Carry one worker's stream, and say how its lease ended."""
        before = self._journal.position
        try:
            failure = await self._attempt(lease)
        except Garbled:
            lease.end(Outcome.FAILED, self._journal.position - before)
            raise
        except BaseException:
            # What was generated until the caller left counts against its tenant.
            lease.end(Outcome.ABANDONED, self._journal.position - before)
            raise
        outcome = Outcome.COMPLETED if failure is None else failure.outcome
        lease.end(outcome, self._journal.position - before)
        return failure

    async def _attempt(self, lease: Lease) -> Failure | None:
        """Carry one worker's stream; returns how it failed, None where it did not."""
        grant, journal = lease.grant, self._journal
        journal.given_to(grant.worker_id)
        step = replace(self._step, answered=journal.tokens)

        async def pass_on(message: GenerateResponse) -> None:
            is_new = wire.note(journal, message, grant.worker_epoch)
            if message.HasField("started"):
                lease.first_token(message.started.prompt_tokens, message.started.cached_tokens)
                if not is_new:
                    self._ways.metrics.resumed.inc()
            if message.HasField("finished"):
                tell_route(message, grant, self.attempts)
            if is_new:
                await self._deliver(message)

        try:
            async with lease.until_revoked():
                time_left = max(0.0, self._end - self._clock())
                await self._ways.relay.carry(grant, self._task.request_id, step, time_left, pass_on)
            journal.closed()
        except AttemptFailed as error:
            # Whatever comes after Finished changes nothing for the caller.
            return None if journal.is_finished else error.failure
        except TimeoutError:
            if not lease.is_revoked:
                raise
            return None if journal.is_finished else Failure(FailureKind.LOST, grant.worker_id)
        return None
