"""Plans of tasks that may take many steps.

Decides which tasks need a look at the fleet, and has their tokens counted. How a
task is divided is decided in `tasks/`; a plan runs in `steps.py`.
"""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from gateway.counting import Counting
from gateway.errors import Refusal, Refused
from gateway.fleet import Fleet
from gateway.tasks import answering, conversing, summarizing, translating
from gateway.tasks.borders import units
from gateway.tasks.budget import Sizes, estimated
from gateway.tasks.prompts import input_of, words_of
from gateway.tasks.room import Room, room
from gateway.tasks.steps import Level, PlannedStep, TaskPlan
from gateway.tasks.task import Answer, Chat, Sampling, Summarize, Task, Translate
from services.runtime.text import Text

# Places where a text may be cut; more would tell nothing more.
_MOST_UNITS = 4000


class Planner:
    """Makes plans for the fleet as it is."""

    def __init__(self, fleet: Callable[[], Fleet], counting: Counting) -> None:
        self._fleet = fleet
        self._counting = counting
        self._seen = Fleet()
        self._rooms: dict[str, Room] = {}  # of the fleet seen last, by model

    async def planned(self, task: Task) -> Level | None:
        """Plan a task; returns its first level; None: a single step, as plain as it came."""
        there = self.room_for(task.model)
        if not there.revision:
            return None
        work, sampling = task.work, task.sampling
        planned: Callable[[Sampling, Sizes, Room], Level | None]
        match work:
            case Translate() if not translating.is_small(work, sampling, there):
                sizes = await self._sizes(work.text, translating.instructions(work), there)
                planned = partial(translating.translating, work)
            case Summarize() if not summarizing.is_small(work, sampling, there):
                sizes = await self._sizes(work.text, summarizing.instructions(work), there)
                planned = partial(summarizing.summarizing, work)
            case Answer() if not answering.is_small(work, sampling, there):
                sizes = await self._sizes(work.context, answering.instructions(work), there)
                planned = partial(answering.answering, work)
            case Chat() if not conversing.is_small(work, sampling, there):
                text = await asyncio.to_thread(conversing.transcript, work)
                sizes = await self._sizes(text, conversing.instructions(), there)
                planned = partial(conversing.conversing, work)
            case _:
                return None
        return await asyncio.to_thread(planned, sampling, sizes, there)

    def plain(self, task: Task) -> TaskPlan:
        """The plan of a task that is a single step, as plain as it came.

        Raises:
            Refused: nobody serves its model.
        """
        there = self.room_for(task.model)
        if not there.revision:
            serves_any = bool(self._fleet().models)
            refusal = Refusal.UNKNOWN_MODEL if serves_any else Refusal.NO_WORKERS
            raise Refused(refusal, "no worker serves this model now")
        tokens = estimated(words_of(input_of(task.work)), there.bytes_per_token)
        step = PlannedStep(0, 0, task.length, tokens, task.sampling.max_tokens)
        return TaskPlan(
            task=task.kind,
            reason="1 part: the task is not of a kind that is divided, or certain to fit one step",
            steps=(step,),
            text_tokens=tokens,
            is_counted=False,
            revision="",
            workers=there.workers,
            slots=there.slots,
        )

    def room_for(self, model: str) -> Room:
        """The room there is; looked for once in each snapshot of the fleet.

        Of a model that nobody serves nothing is kept: callers may name any number of those.
        """
        fleet = self._fleet()
        if fleet is not self._seen:
            self._seen, self._rooms = fleet, {}
        found = self._rooms.get(model) or room(fleet, model)
        if found.revision:
            self._rooms[model] = found
        return found

    async def _sizes(self, whole: Text, beside: str, there: Room) -> Sizes:
        text = whole.reveal
        # A text of a MiB has thousands of borders: the event loop goes on meanwhile.
        found = await asyncio.to_thread(units, text, _MOST_UNITS)
        texts = [text[unit.begin : unit.end] for unit in found]
        counted = await self._counting.count([*texts, beside], there.revision)
        tokens = counted or [estimated(each, there.bytes_per_token) for each in (*texts, beside)]
        measured = (replace(unit, tokens=size) for unit, size in zip(found, tokens, strict=False))
        return Sizes(tuple(measured), tokens[-1], is_counted=counted is not None)
