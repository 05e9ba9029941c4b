"""Tells the caller what a task of many steps has come to.

Decides what of the steps' streams is told: the first beginning, the answers of the
last level in their order, how many steps are done, and all that ran as the end.
Knows neither how steps run nor how they were planned.
"""

import asyncio

from evenflow.v1.generation_pb2 import Delta, GenerateResponse, Started

from gateway.calls import plan_wire
from gateway.calls.plan_wire import Ran
from gateway.relay.relay import Deliver
from gateway.tasks.in_order import InOrder
from gateway.tasks.steps import Level, PlannedStep, TaskPlan
from services.runtime.text import Text


class Telling:
    """One caller's view. `seed` is the task's own; `plan` changes as levels are planned anew."""

    def __init__(self, plan: TaskPlan, seed: int, deliver: Deliver) -> None:
        self._plan = plan
        self._seed = seed
        self._deliver = deliver
        self._turn = asyncio.Lock()  # first come, first served
        self._order: InOrder[Delta] = InOrder(0)
        self._has_begun = False
        self._position = 0
        self._done = 0
        self._ran: dict[tuple[int, int], Ran] = {}

    def goes_on(self, level: Level) -> None:
        """The next level runs from here on."""
        self._plan = level.plan
        self._order = InOrder(len(level.inputs))

    async def begun(self, started: Started) -> None:
        """A step has begun: the first one begins the answer."""
        if self._has_begun:
            return
        self._has_begun = True
        own = GenerateResponse(started=started)
        own.started.seed = self._seed
        async with self._turn:
            await self._deliver(own)
            await self._deliver(plan_wire.progress(self._plan, 0, None))

    async def said(self, part: int, delta: Delta) -> None:
        """A step of the last level has said more."""
        await self._tell(self._order.said(part, delta))

    async def spaced(self, part: int, space: Text) -> None:
        """Space stands here between the answers of the last level."""
        if space:
            await self.said(part, Delta(text=space.reveal))

    async def done(self, step: PlannedStep, ran: Ran) -> None:
        """A step has ended."""
        self._ran[step.level, step.part] = ran
        await self._tell(self._order.ended(step.part))
        message = plan_wire.step_message(step, ran)
        async with self._turn:
            self._done += 1
            await self._deliver(plan_wire.progress(self._plan, self._done, message))

    async def ended(self) -> None:
        """All steps have."""
        ran = [self._ran[step.level, step.part] for step in self._plan.steps]
        await self._deliver(plan_wire.finished(self._plan, ran))

    async def _tell(self, deltas: list[Delta]) -> None:
        """Tell more of the answer, with places counted through all parts."""
        if not deltas:
            return
        async with self._turn:
            for delta in deltas:
                own = GenerateResponse(delta=delta)
                own.delta.position = self._position
                self._position += len(delta.token_ids)
                await self._deliver(own)
