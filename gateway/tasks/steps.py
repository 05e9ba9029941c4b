"""The plan of a task of many steps, as values.

Pure. Says what the steps are, and what sampling means for each. Knows neither how
a plan comes about nor how it runs.
"""

import hashlib
from dataclasses import dataclass, replace
from typing import Protocol

from gateway.tasks.prompts import Input
from gateway.tasks.task import Sampling
from services.runtime.text import Text


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """One generation of a plan; see evenflow.v1.PlannedStep.

    Args:
        part: place among the steps.
        begin: first character of the text that it covers.
        end: the one behind the last.
        prompt_tokens: as estimated.
        max_tokens: the most that it may answer.
        before: space to write before its answer, as it stood in the text.
        after: space to write behind it.
    """

    part: int
    begin: int
    end: int
    prompt_tokens: int
    max_tokens: int
    before: Text = Text("")
    after: Text = Text("")


@dataclass(frozen=True, slots=True)
class TaskPlan:
    """The steps of a task, and why they are these; see evenflow.v1.TaskPlan."""

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
    def at_once(self) -> int:
        """Steps that may run at the same time: one, where nothing is free."""
        return max(1, self.slots)

    def __repr__(self) -> str:
        return f"<TaskPlan {self.task} in {len(self.steps)}, {self.reason}>"


class Divided(Protocol):
    """A task in many steps: its plan, and the words of each step."""

    @property
    def plan(self) -> TaskPlan:
        """The steps."""
        ...

    def input(self, index: int) -> Input:
        """Word a step."""
        ...


def sampling_of(step: PlannedStep, sampling: Sampling) -> Sampling:
    """How a step chooses its tokens: as the task does, each behind the first with its own seed."""
    if sampling.seed is None or step.part == 0:
        return replace(sampling, max_tokens=step.max_tokens)
    named = b"%d/%d" % (sampling.seed, step.part)
    seed = int.from_bytes(hashlib.blake2b(named, digest_size=8).digest())
    return replace(sampling, max_tokens=step.max_tokens, seed=seed)
