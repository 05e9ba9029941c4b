"""In which steps a task is done, as values.

Pure. evenflow.v1.TaskPlan explains each. Knows neither the wire nor how it is shown.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why a part's answer was preferred to others'."""

    rank: int
    score: float
    says_nothing: bool
    used: bool


@dataclass(frozen=True, slots=True)
class PlanStep:
    """One generation of a plan; `worker_id` is empty where it has not run."""

    level: int
    part: int
    begin: int
    end: int
    prompt_tokens: int
    max_tokens: int
    worker_id: str = ""
    completion_tokens: int = 0
    ms: float = 0.0
    attempts: int = 0
    evidence: Evidence | None = None


@dataclass(frozen=True, slots=True)
class TaskPlan:
    """The steps of a task, and why they are these."""

    task: str
    reason: str
    parts: int
    levels: int
    steps: tuple[PlanStep, ...]
    text_tokens: int
    counted: bool
    workers: int
    slots_free: int
    predicted_ms: float

    @property
    def has_run(self) -> bool:
        """Whether it tells what was done."""
        return any(step.worker_id for step in self.steps)


@dataclass(frozen=True, slots=True)
class Progressed:
    """How far a task of many steps has come. `step`: the one that has just ended."""

    steps_done: int
    steps_total: int
    levels: int
    step: PlanStep | None = None
