import io
from dataclasses import replace

from rich.console import Console

from services.cli.progress_view import ProgressView, description
from services.cli.task_plan import Evidence, PlanStep, Progressed, TaskPlan
from services.cli.task_plan_view import task_plan_view

STEPS = (
    PlanStep(0, 0, 0, 900, 240, 64),
    PlanStep(0, 1, 860, 1700, 250, 64),
    PlanStep(1, 0, 0, 1700, 190, 128),
)
PLAN = TaskPlan("answer", "2 parts: [so it is]", 2, 2, STEPS, 480, True, 1, 4, 2345.6)


def drawn(plan: TaskPlan) -> list[str]:
    console = Console(width=120, record=True, file=io.StringIO())
    console.print(task_plan_view(plan))
    return [line.rstrip() for line in console.export_text().splitlines()]


def test_a_plan_that_has_not_run_tells_what_each_step_may_answer() -> None:
    assert drawn(PLAN) == [
        "2 parts: [so it is]",
        "3 steps · 2 levels · 480 tokens · 1 worker with 4 free slots · 2.3 s predicted",
        "level  part  characters  prompt  answer",
        "    0     1       0-900     240   <= 64",
        "    0     2    860-1700     250   <= 64",
        "    1     1      0-1700     190  <= 128",
    ]


def test_a_plan_that_has_run_tells_who_did_what_and_what_spoke_for_it() -> None:
    ran = [
        replace(step, worker_id=f"[red]w{n}", completion_tokens=9, ms=12.6, attempts=n + 1)
        for n, step in enumerate(STEPS)
    ]
    ran[0] = replace(ran[0], evidence=Evidence(2, 0.25, says_nothing=True, used=False))
    ran[1] = replace(ran[1], evidence=Evidence(1, 1.5, says_nothing=False, used=True))
    _, _, head, *rows = drawn(replace(PLAN, steps=tuple(ran)))
    assert head.split() == [
        "level", "part", "characters", "prompt", "answer", "ms", "worker", "attempts", "evidence"
    ]  # fmt: skip
    assert rows[0].split(maxsplit=8)[4:] == ["9", "13", "[red]w0", "1", "2. 0.25 says nothing"]
    assert rows[1].endswith("1. 1.50 read again")


def test_only_a_terminal_is_shown_a_bar_and_it_goes_when_the_answer_comes() -> None:
    for is_terminal in (True, False):
        told = io.StringIO()
        console = Console(file=told, force_terminal=is_terminal, width=100)
        with ProgressView(console) as view:
            view.heard(Progressed(0, 3, 2))
            view.heard(Progressed(1, 3, 2, STEPS[0]))
            view.answered()
            shown = told.getvalue()
            view.heard(Progressed(2, 3, 2, STEPS[1]))
        assert told.getvalue() == shown
        assert bool(shown) == is_terminal


def test_progress_names_the_step_that_has_ended_and_its_worker() -> None:
    step = replace(STEPS[1], worker_id="worker-3")
    assert description(Progressed(2, 3, 2, step)) == "level 1 of 2: part 2 by worker-3"
