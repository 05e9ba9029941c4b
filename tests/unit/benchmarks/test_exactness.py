"""The program's cases, on a model whose tokens follow by arithmetic."""

from benchmarks.exactness import Check, jobs
from services.worker.engines.engine import StepLimits
from services.worker.engines.scripted import (
    VOCABULARY,
    Pace,
    ScriptedModel,
    ScriptedTokenizer,
)


async def test_every_case_is_run_and_sequences_are_stopped() -> None:
    model = ScriptedModel(StepLimits(4, 4096, VOCABULARY, 64), Pace(0.0, 0.0, 0.0))
    check = Check(model, ScriptedTokenizer(), list(jobs(12, seed=3, tokens=40)))
    ran = [case async for case in check.run()]
    assert [case.what.partition(",")[0] for case in ran] == [
        "2 at once",
        "4 at once",
        "chunks of 7",
        "chunks of 33",
        "stopped and resumed",
        "on a prefix that is kept",
        "continued behind a cut",
    ]
    stops = next(case.what for case in ran if case.what.startswith("stopped"))
    assert int(stops.split()[-2]) > 0
    assert all(case.answers == 24 and not case.differing for case in ran), list(map(str, ran))


async def test_only_the_cases_that_are_asked_for() -> None:
    model = ScriptedModel(StepLimits(4, 4096, VOCABULARY, 64), Pace(0.0, 0.0, 0.0))
    check = Check(model, ScriptedTokenizer(), list(jobs(2, seed=3, tokens=10)))
    ran = [case.what async for case in check.run(["kept", "33"])]
    assert ran == ["chunks of 33", "on a prefix that is kept"]
