"""The plan of a task of many steps, as values.

Pure. Says what the steps are, which of them can run side by side, and what
sampling means for each. Knows neither how a plan comes about nor how it runs.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from gateway.tasks.evidence import Evidence
from gateway.tasks.prompts import Input
from gateway.tasks.task import Sampling
from services.runtime.text import Text


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """One generation of a plan; see evenflow.v1.PlannedStep.

    Args:
        part: place among the steps of its level.
        begin: first character of the text that it covers.
        end: the one behind the last.
        prompt_tokens: as estimated.
        max_tokens: the most that it may answer.
        before: space to write before its answer, as it stood in the text.
        after: space to write behind it.
        level: 0 reads the text; a higher one what the level below has answered or found.
        evidence: what speaks for its answer, where that was asked.
    """

    part: int
    begin: int
    end: int
    prompt_tokens: int
    max_tokens: int
    before: Text = Text("")
    after: Text = Text("")
    level: int = 0
    evidence: Evidence | None = None


@dataclass(frozen=True, slots=True)
class TaskPlan:
    """The steps of a task, level by level, and why they are these; see evenflow.v1.TaskPlan."""

    task: str
    reason: str
    steps: tuple[PlannedStep, ...]
    text_tokens: int
    is_counted: bool
    revision: str
    workers: int = 0
    slots: int = 0
    seconds: float = 0.0

    @property
    def parts(self) -> int:
        """Parts that the text is divided into."""
        return sum(step.level == 0 for step in self.steps)

    @property
    def levels(self) -> int:
        """Levels of steps."""
        return 1 + max(step.level for step in self.steps)

    @property
    def at_once(self) -> int:
        """Steps that may run at the same time: one, where nothing is free."""
        return max(1, self.slots)

    def __repr__(self) -> str:
        return f"<TaskPlan {self.task} in {len(self.steps)}, {self.reason}>"


@dataclass(frozen=True, slots=True)
class Answered:
    """What a step has answered, in so many tokens; `logprob` is their mean, 0 if not asked for."""

    text: Text
    tokens: int
    logprob: float = 0.0


@dataclass(frozen=True, slots=True)
class Level:
    """Steps that can run side by side: those of the plan with this number.

    `then` makes of their answers, in the order of the steps, the next level, in a plan
    that is mended by what they were. Without it the answers are the caller's. `is_scored`:
    it wants to know how likely they were.
    """

    number: int
    plan: TaskPlan
    inputs: tuple[Input, ...]
    then: "Then | None" = None
    is_scored: bool = False

    @property
    def steps(self) -> tuple[PlannedStep, ...]:
        """Its steps."""
        return tuple(step for step in self.plan.steps if step.level == self.number)

    def __repr__(self) -> str:
        return f"<Level {self.number} of {self.plan.levels}, {len(self.inputs)} steps>"


Then: TypeAlias = Callable[[Sequence[Answered]], Level]


def sampling_of(step: PlannedStep, sampling: Sampling) -> Sampling:
    """How a step chooses its tokens: as the task does, each behind the first with its own seed."""
    if sampling.seed is None or (step.level, step.part) == (0, 0):
        return replace(sampling, max_tokens=step.max_tokens)
    named = b"%d/%d/%d" % (sampling.seed, step.level, step.part)
    seed = int.from_bytes(hashlib.blake2b(named, digest_size=8).digest())
    return replace(sampling, max_tokens=step.max_tokens, seed=seed)


def inner(sampling: Sampling, *, is_scored: bool) -> Sampling:
    """How steps choose whose answers the caller does not see: where it stops them is not meant."""
    return replace(sampling, stop=(), logprobs=0 if is_scored else None)
