"""One step, from its ticket to its last token.

Carries out: ask for a lease, carry the worker's stream under it, say how it
ended; and when the worker failed before the caller had seen anything, once
more (`attempts.py` decides). Knows no task and no admission.
"""

import asyncio
from dataclasses import dataclass, replace

import structlog
from evenflow.v1.generation_pb2 import GenerateResponse

from gateway import wire
from gateway.attempts import Attempts, Failure, FailureKind
from gateway.dispatch import Dispatch
from gateway.errors import Garbled
from gateway.journal import Journal
from gateway.lease import Lease
from gateway.marks import Marker
from gateway.metrics import GatewayMetrics
from gateway.relay.relay import AttemptFailed, Deliver, Relay
from gateway.routes import tell_route
from gateway.shards import Shards
from gateway.tasks.plan import Step
from gateway.tasks.task import Task
from gateway.tickets import Outcome, Ticket

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Ways:
    """What a run needs of its gateway."""

    dispatch: Dispatch | Shards
    relay: Relay
    metrics: GatewayMetrics
    max_attempts: int
    marker: Marker


class Run:
    """One step of a task on its way.

    By the event loop's clock it waits for a worker until `deadline` at most, and
    runs on one until `end`.
    """

    def __init__(
        self, ways: Ways, task: Task, step: Step, deadline: float, end: float, deliver: Deliver
    ) -> None:
        self._ways = ways
        self._task = task
        marks = ways.marker.marks(step.tenant, task.model, step.input)
        self._step = replace(step, marks=marks)
        self._deadline = deadline
        self._end = end
        self._deliver = deliver
        self._clock = asyncio.get_running_loop().time
        self._attempts = Attempts(ways.max_attempts)

    @property
    def attempts(self) -> int:
        """Attempts made, the one that runs or succeeded included."""
        return self._attempts.failed + 1

    async def go(self) -> None:
        """Run it; returns when the last message has been delivered.

        Raises:
            GatewayError: it cannot be done.
            TimeoutError: never by itself; a timeout around it cancels it cleanly.
        """
        while True:
            async with self._ways.dispatch.lease(self._ticket()) as lease:
                self._ways.metrics.queued.observe(lease.grant.queued)
                journal = Journal(lease.grant.worker_id, self._step.sampling.max_tokens)
                try:
                    failure = await self._attempt(lease, journal)
                except BaseException:
                    # What was generated until the caller left counts against its tenant.
                    lease.end(Outcome.ABANDONED, journal.position)
                    raise
                if failure is None:
                    lease.end(Outcome.COMPLETED, journal.position)
                    return
                lease.end(failure.outcome, journal.position)
            self._ways.metrics.failed_attempts.labels(failure.kind.value).inc()
            seen = journal.position if journal.has_begun else None
            error = self._attempts.verdict(failure, seen, is_guess=lease.grant.is_guess)
            if error is not None:
                raise error
            log.info(
                "dispatched again",
                request_id=self._task.request_id,
                worker_id=failure.worker_id,
                reason=failure.kind.value,
                attempt=self.attempts,
            )
            await asyncio.sleep(self._attempts.pause)

    def _ticket(self) -> Ticket:
        return Ticket(
            tenant=self._task.tenant,
            model=self._task.model,
            model_revision="",
            prompt_bytes=self._step.prompt_bytes,
            max_tokens=self._step.sampling.max_tokens,
            priority=self._task.priority,
            deadline=self._deadline,
            excluded=self._attempts.excluded,
            is_returned=self._attempts.failed > 0,
            marks=self._step.marks,
            explains=self._task.explains,
        )

    async def _attempt(self, lease: Lease, journal: Journal) -> Failure | None:
        """Carry one worker's stream; returns how it failed, None where it did not."""
        grant = lease.grant

        async def pass_on(message: GenerateResponse) -> None:
            has_begun = journal.has_begun
            wire.note(journal, message, grant.worker_epoch)
            if not has_begun:
                lease.first_token(message.started.prompt_tokens, message.started.cached_tokens)
            if message.HasField("finished"):
                tell_route(message, grant, self.attempts)
            await self._deliver(message)

        try:
            async with lease.until_revoked():
                time_left = max(0.0, self._end - self._clock())
                await self._ways.relay.carry(
                    grant, self._task.request_id, self._step, time_left, pass_on
                )
            journal.closed()
        except AttemptFailed as error:
            # Whatever comes after Finished changes nothing for the caller.
            return None if journal.is_finished else error.failure
        except TimeoutError:
            if not lease.is_revoked:
                raise
            return None if journal.is_finished else Failure(FailureKind.LOST, grant.worker_id)
        except Garbled as error:
            lease.end(Outcome.FAILED, error.position)
            raise
        return None
