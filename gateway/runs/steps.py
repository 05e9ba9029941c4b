"""Runs a task of many steps, level by level.

Carries out a plan: each step is a run of its own, under the task's tenant and
within one revision, side by side with the others of its level, as many at once as
the plan found room for, and more where room comes. One that fails fails the task,
once, and ends the others. Knows neither how a plan was made nor what its steps say.
"""

import asyncio
from collections.abc import Callable

from evenflow.v1.generation_pb2 import GenerateResponse

from gateway.calls.plan_wire import Ran
from gateway.errors import GatewayError, PartFailed, Refusal, Refused
from gateway.relay.relay import Deliver
from gateway.runs.running import Run
from gateway.runs.telling import Telling
from gateway.runs.trying import Ways
from gateway.tasks.plan import Step
from gateway.tasks.room import Room
from gateway.tasks.steps import Answered, Level, PlannedStep, inner, sampling_of
from gateway.tasks.task import Task
from services.runtime.text import Text


class Steps:
    """A divided task on its way. `whole` is the task as one step would do it."""

    def __init__(
        self,
        ways: Ways,
        task: Task,
        whole: Step,
        first: Level,
        deadline: float,
        end: float,
        deliver: Deliver,
        room: Callable[[], Room],
    ) -> None:
        self._ways = ways
        self._task = task
        self._whole = whole
        self._level = first
        self._deadline = deadline
        self._end = end
        self._clock = asyncio.get_running_loop().time
        self._room = room
        self._most = first.plan.at_once
        self._places = asyncio.Semaphore(self._most)
        self._running = 0
        self._telling = Telling(first.plan, whole.sampling.seed or 0, deliver)
        self._runs: list[Run] = []
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
        answers = await self._run_level()
        while self._level.then is not None:
            self._level = await asyncio.to_thread(self._level.then, answers)
            answers = await self._run_level()
        await self._telling.ended()

    async def _run_level(self) -> list[Answered]:
        self._telling.goes_on(self._level)
        failed: GatewayError | None = None
        tasks: list[asyncio.Task[Answered]] = []
        try:
            async with asyncio.TaskGroup() as group:
                tasks.extend(
                    group.create_task(self._step(planned), name="step")
                    for planned in self._level.steps
                )
        except* GatewayError as errors:
            failed = _first(errors)
        if failed is not None:
            raise failed
        return [task.result() for task in tasks]

    async def _step(self, planned: PlannedStep) -> Answered:
        """Run a step; what it answers is told if it is the caller's, and returned if it is not."""
        sampling = sampling_of(planned, self._whole.sampling)
        is_last = self._level.then is None
        step = Step(
            self._task.tenant,
            self._level.inputs[planned.part],
            sampling if is_last else inner(sampling, is_scored=self._level.is_scored),
            revision=self._level.plan.revision,
        )
        told: list[str] = []
        tokens, logprob = 0, 0.0
        ran: Ran | None = None

        async def pass_on(message: GenerateResponse) -> None:
            nonlocal ran, tokens, logprob
            match message.WhichOneof("event"):
                case "started":
                    self.used_tokens += message.started.prompt_tokens
                    await self._telling.begun(message.started)
                    await self._telling.spaced(planned.part, planned.before)
                case "delta":
                    self.used_tokens += len(message.delta.token_ids)
                    tokens += len(message.delta.token_ids)
                    if is_last:
                        await self._telling.said(planned.part, message.delta)
                    else:
                        told.append(message.delta.text)
                        logprob += sum(each.logprob for each in message.delta.logprobs)
                case "finished":
                    await self._telling.spaced(planned.part, planned.after)
                    ran = Ran(message.finished, self._clock() - began)

        async with self._places:
            began = self._clock()
            self._running += 1
            try:
                await self._run(planned, step, pass_on)
            finally:
                self._running -= 1
                self._grow()
        if ran is None:
            raise RuntimeError("a run returns behind its last message")
        await self._telling.done(planned, ran)
        return Answered(Text("".join(told)), tokens, logprob / max(1, tokens))

    def _grow(self) -> None:
        """Where room has come and nobody waits for it, run more at once."""
        room = self._room()
        if room.is_busy or room.revision != self._level.plan.revision:
            return
        while self._most < self._running + room.slots:
            self._most += 1
            self._places.release()

    async def _run(self, planned: PlannedStep, step: Step, pass_on: Deliver) -> None:
        run = Run(self._ways, self._task, step, self._deadline, self._end, pass_on)
        self._runs.append(run)
        parts = len(self._level.inputs)
        try:
            await run.go()
        except GatewayError as error:
            # Time that is over is the whole task's.
            if isinstance(error, Refused) and error.refusal is Refusal.DEADLINE:
                raise
            raise PartFailed(planned.part, parts, error, planned.level) from None


def _first(errors: BaseExceptionGroup[GatewayError]) -> GatewayError:
    """Which of several failures is told: time that is over, else that of the first part."""
    told: list[GatewayError] = []
    for error in errors.exceptions:
        told += [_first(error)] if isinstance(error, BaseExceptionGroup) else [error]
    return min(told, key=lambda e: e.part if isinstance(e, PartFailed) else -1)
