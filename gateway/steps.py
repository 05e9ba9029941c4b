"""Runs a task of many steps: side by side, told in their order.

Carries out a plan: each step is a run of its own, under the task's tenant and
within one revision, as many at once as the plan found room for. One that fails
fails the task, once, and ends the others. Knows neither how a plan was made nor
what its steps say.
"""

import asyncio

from evenflow.v1.generation_pb2 import Delta, GenerateResponse, Started

from gateway import plan_wire
from gateway.errors import GatewayError, PartFailed, Refusal, Refused
from gateway.plan_wire import Ran
from gateway.relay.relay import Deliver
from gateway.running import Run, Ways
from gateway.tasks.in_order import InOrder
from gateway.tasks.plan import Step
from gateway.tasks.steps import Divided, sampling_of
from gateway.tasks.task import Task
from services.runtime.text import Text


class Steps:
    """A divided task on its way. `whole` is the task as one step would do it."""

    def __init__(
        self,
        ways: Ways,
        task: Task,
        whole: Step,
        divided: Divided,
        deadline: float,
        end: float,
        deliver: Deliver,
    ) -> None:
        self._ways = ways
        self._task = task
        self._whole = whole
        self._divided = divided
        self._plan = divided.plan
        self._deadline = deadline
        self._end = end
        self._deliver = deliver
        self._clock = asyncio.get_running_loop().time
        self._places = asyncio.Semaphore(self._plan.at_once)
        self._telling = asyncio.Lock()  # first come, first served
        self._order: InOrder[Delta] = InOrder(len(self._plan.steps))
        self._runs: list[Run] = []
        self._ran: dict[int, Ran] = {}
        self._has_begun = False
        self._position = 0
        self._done = 0
        self.used_tokens = 0

    @property
    def attempts(self) -> int:
        """Attempts made, of all steps together."""
        return sum(run.attempts for run in self._runs)

    async def go(self) -> None:
        """Run them all; returns when the last message has been delivered.

        Raises:
            GatewayError: a step cannot be done.
        """
        failed: GatewayError | None = None
        try:
            async with asyncio.TaskGroup() as group:
                for index in range(len(self._plan.steps)):
                    group.create_task(self._step(index), name="step")
        except* GatewayError as errors:
            failed = _first(errors)
        if failed is not None:
            raise failed
        ran = [self._ran[index] for index in range(len(self._plan.steps))]
        await self._deliver(plan_wire.finished(self._plan, ran))

    async def _step(self, index: int) -> None:
        planned = self._plan.steps[index]
        step = Step(
            self._task.tenant,
            self._divided.input(index),
            sampling_of(planned, self._whole.sampling),
            revision=self._plan.revision,
        )

        async def pass_on(message: GenerateResponse) -> None:
            match message.WhichOneof("event"):
                case "started":
                    self.used_tokens += message.started.prompt_tokens
                    await self._begin(message.started)
                    await self._say(index, planned.before)
                case "delta":
                    self.used_tokens += len(message.delta.token_ids)
                    await self._tell(self._order.said(index, message.delta))
                case "finished":
                    await self._say(index, planned.after)
                    self._ran[index] = Ran(message.finished, self._clock() - began)

        async with self._places:
            began = self._clock()
            run = Run(self._ways, self._task, step, self._deadline, self._end, pass_on)
            self._runs.append(run)
            try:
                await run.go()
            except Refused as error:
                # The time that is over is the whole task's.
                if error.refusal is Refusal.DEADLINE:
                    raise
                raise PartFailed(planned.part, len(self._plan.steps), error) from None
            except GatewayError as error:
                raise PartFailed(planned.part, len(self._plan.steps), error) from None
        done = plan_wire.step_message(planned, self._ran[index])
        await self._tell(self._order.ended(index))
        async with self._telling:
            self._done += 1
            await self._deliver(plan_wire.progress(self._plan, self._done, done))

    async def _begin(self, started: Started) -> None:
        """What begins first begins the task's answer."""
        if self._has_begun:
            return
        self._has_begun = True
        own = GenerateResponse(started=started)
        own.started.seed = self._whole.sampling.seed or 0
        async with self._telling:
            await self._deliver(own)
            await self._deliver(plan_wire.progress(self._plan, 0, None))

    async def _say(self, index: int, space: Text) -> None:
        if space:
            await self._tell(self._order.said(index, Delta(text=space.reveal)))

    async def _tell(self, deltas: list[Delta]) -> None:
        """Tell more of the answer, with places counted through all parts."""
        if not deltas:
            return
        async with self._telling:
            for delta in deltas:
                own = GenerateResponse(delta=delta)
                own.delta.position = self._position
                self._position += len(delta.token_ids)
                await self._deliver(own)


def _first(errors: BaseExceptionGroup[GatewayError]) -> GatewayError:
    """Which of several failures is told: time that is over, else that of the first part."""
    told: list[GatewayError] = []
    for error in errors.exceptions:
        told += [_first(error)] if isinstance(error, BaseExceptionGroup) else [error]
    return min(told, key=lambda e: e.part if isinstance(e, PartFailed) else -1)
