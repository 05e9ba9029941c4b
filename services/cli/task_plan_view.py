"""Draws a plan: in which steps a task is done, or was, and why.

Decides how it looks; fed with values, it asks nobody.
"""

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text as Line

from services.cli.task_plan import PlanStep, TaskPlan


def task_plan_view(plan: TaskPlan) -> RenderableType:
    """The reason, what it comes to, and a row for each step."""
    return Group(Line(plan.reason), Line(" · ".join(_parts(plan))), _table(plan))


def _parts(plan: TaskPlan) -> Iterator[str]:
    yield _count(len(plan.steps), "step")
    if plan.levels > 1:
        yield f"{plan.levels} levels"
    yield f"{'' if plan.counted else 'about '}{_count(plan.text_tokens, 'token')}"
    yield f"{_count(plan.workers, 'worker')} with {_count(plan.slots_free, 'free slot')}"
    if plan.predicted_ms:
        yield f"{plan.predicted_ms / 1000:.1f} s predicted"


def _table(plan: TaskPlan) -> Table:
    has_evidence = any(step.evidence for step in plan.steps)
    what = "messages" if plan.task == "chat" else "characters"
    names = ["level", "part", what, "prompt"]
    names += ["answer", "ms", "worker", "attempts"] if plan.has_run else ["answer"]
    names += ["evidence"] if has_evidence else []
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for name in names:
        is_text = name in ("worker", "evidence")
        table.add_column(name, no_wrap=True, justify="left" if is_text else "right")
    for step in plan.steps:
        told = [*_cells(step, has_run=plan.has_run), *([_evidence(step)] if has_evidence else [])]
        # Lines, not strings: never read as markup.
        table.add_row(*map(Line, told))
    return table


def _cells(step: PlanStep, *, has_run: bool) -> Iterator[str]:
    yield str(step.level)
    yield str(step.part + 1)
    yield f"{step.begin}-{step.end}"
    yield str(step.prompt_tokens)
    if has_run:
        yield from (str(step.completion_tokens), f"{step.ms:.0f}", step.worker_id)
        yield str(step.attempts)
    else:
        yield f"<= {step.max_tokens}"


def _evidence(step: PlanStep) -> str:
    if step.evidence is None:
        return ""
    told = [f"{step.evidence.rank}.", f"{step.evidence.score:.2f}"]
    told += ["says nothing"] if step.evidence.says_nothing else []
    told += ["read again"] if step.evidence.used else []
    return " ".join(told)


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
