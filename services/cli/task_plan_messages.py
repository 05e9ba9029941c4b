"""Reads plans from the wire.

Decides nothing: what a field means is said in evenflow.v1.
"""

from evenflow.v1 import generation_pb2

from services.cli.task_plan import Evidence, PlanStep, TaskPlan


def read_plan(told: generation_pb2.TaskPlan) -> TaskPlan:
    """A plan as a value."""
    return TaskPlan(
        task=told.task,
        reason=told.reason,
        parts=told.parts,
        levels=told.levels,
        steps=tuple(map(read_step, told.steps)),
        text_tokens=told.text_tokens,
        counted=told.counted,
        workers=told.workers,
        slots_free=told.slots_free,
        predicted_ms=told.predicted_ms,
    )


def read_step(told: generation_pb2.PlannedStep) -> PlanStep:
    """A step as a value."""
    found = told.evidence
    evidence = Evidence(found.rank, found.score, found.says_nothing, found.used)
    return PlanStep(
        level=told.level,
        part=told.part,
        begin=told.begin,
        end=told.end,
        prompt_tokens=told.prompt_tokens,
        max_tokens=told.max_tokens,
        worker_id=told.worker_id,
        completion_tokens=told.completion_tokens,
        ms=told.ms,
        attempts=told.attempts,
        evidence=evidence if told.HasField("evidence") else None,
    )
