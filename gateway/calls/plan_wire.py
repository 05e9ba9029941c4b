"""Plans and how far they have come, as messages.

Decides nothing: what a field means is said in evenflow.v1.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from evenflow.v1.generation_pb2 import Evidence as EvidenceMessage
from evenflow.v1.generation_pb2 import Finished, GenerateResponse, Progress
from evenflow.v1.generation_pb2 import PlannedStep as StepMessage
from evenflow.v1.generation_pb2 import TaskPlan as PlanMessage

from gateway.tasks.evidence import Evidence
from gateway.tasks.steps import PlannedStep, TaskPlan


@dataclass(frozen=True, slots=True)
class Ran:
    """How a step has run: its last message, and the seconds that it took."""

    finished: Finished
    seconds: float


def progress(plan: TaskPlan, done: int, step: StepMessage | None) -> GenerateResponse:
    """Tell how far a plan has come; `step` is the one that has just finished."""
    told = Progress(steps_done=done, steps_total=len(plan.steps), step=step, levels=plan.levels)
    return GenerateResponse(progress=told)


def step_message(step: PlannedStep, ran: Ran) -> StepMessage:
    """Tell of a step that has run."""
    told = _planned_step(step)
    finished = ran.finished
    told.prompt_tokens = finished.usage.prompt_tokens or step.prompt_tokens
    told.worker_id = finished.route.worker_id
    told.completion_tokens = finished.usage.completion_tokens
    told.ms = ran.seconds * 1000
    told.attempts = finished.route.attempts
    return told


def _planned_step(step: PlannedStep) -> StepMessage:
    return StepMessage(
        part=step.part,
        begin=step.begin,
        end=step.end,
        prompt_tokens=step.prompt_tokens,
        max_tokens=step.max_tokens,
        level=step.level,
        evidence=None if step.evidence is None else _evidence(step.evidence),
    )


def _evidence(evidence: Evidence) -> EvidenceMessage:
    return EvidenceMessage(
        rank=evidence.rank,
        score=evidence.score,
        question=evidence.question,
        support=evidence.support,
        mean_logprob=evidence.logprob,
        says_nothing=evidence.says_nothing,
        used=evidence.is_used,
    )


def planned(plan: TaskPlan) -> PlanMessage:
    """Tell a plan that nobody has run."""
    return _plan_message(plan, [_planned_step(step) for step in plan.steps])


def _plan_message(plan: TaskPlan, steps: Sequence[StepMessage]) -> PlanMessage:
    return PlanMessage(
        task=plan.task,
        parts=plan.parts,
        reason=plan.reason,
        steps=steps,
        text_tokens=plan.text_tokens,
        counted=plan.is_counted,
        model_revision=plan.revision,
        workers=plan.workers,
        slots_free=plan.slots,
        predicted_ms=plan.seconds * 1000,
        levels=plan.levels,
    )


def finished(plan: TaskPlan, runs: Sequence[Ran]) -> GenerateResponse:
    """The last message of all steps together: sums, and cut off if any told to the caller was."""
    whole = Finished()
    whole.CopyFrom(runs[-1].finished)
    last = plan.levels - 1
    told = [ran for step, ran in zip(plan.steps, runs, strict=True) if step.level == last]
    whole.reason = max(ran.finished.reason for ran in told)  # LENGTH is above STOP
    for ran in runs[:-1]:
        usage, timing = ran.finished.usage, ran.finished.timing
        whole.usage.prompt_tokens += usage.prompt_tokens
        whole.usage.completion_tokens += usage.completion_tokens
        whole.usage.cached_tokens += usage.cached_tokens
        whole.timing.wait_ms += timing.wait_ms
        whole.timing.prefill_ms += timing.prefill_ms
        whole.timing.decode_ms += timing.decode_ms
    done = [step_message(step, ran) for step, ran in zip(plan.steps, runs, strict=True)]
    whole.plan.CopyFrom(_plan_message(plan, done))
    return GenerateResponse(finished=whole)
