"""What the tables say of a desk that falls short, and of one that does not."""

from benchmarks.simulation.report import Cell, grouped, shortfalls, table
from benchmarks.simulation.run import ORACLE, OURS
from benchmarks.simulation.scenario import Scenario
from benchmarks.simulation.scores import Scores


def cell(name, *goodputs, workers=64, age_ms=0):
    scores = tuple(Scores(g, 0.1, 0.05, 1.0, 9.0, 0.9, 1.2, 1.0, 0) for g in goodputs)
    return Cell(Scenario(workers, 0.85, "equal", age_ms), name, scores)


def test_a_table_has_a_line_for_each_policy_and_age():
    cells = [cell(ORACLE, 1.0), cell(OURS, 0.9, 0.8, 1.0, age_ms=100), cell("random", 0.5)]
    lines = table(cells).splitlines()
    assert lines[1] == "### 64 workers, equal fleet, load 0.85"
    assert [line.split(" | ")[0] for line in lines[5:]] == [
        "| random",
        "| **evenflow**, reports 100 ms old",
        "| oracle",
    ]
    assert "| 0.900 (0.800-1.000) | 0.100 |" in lines[6]


def test_shortfalls_are_told_by_the_goal_of_the_size_and_by_our_own_spread():
    def told(*cells):
        return shortfalls(grouped(cells))

    where = "64 workers, equal fleet, load 0.85, reports 0 ms old"
    assert told(cell(ORACLE, 1.0), cell(OURS, 0.991)) == []
    assert told(cell(ORACLE, 1.0), cell(OURS, 0.98)) == [
        f"{where}: 0.020 behind the oracle (goal 0.01)"
    ]
    assert told(cell(ORACLE, 1.0, workers=8), cell(OURS, 0.96, workers=8)) == []
    assert told(cell(OURS, 0.9, 0.91, 0.92), cell("random", 0.92)) == []
    assert told(cell(OURS, 0.9, 0.91, 0.92), cell("random", 0.94)) == [
        f"{where}: 0.030 behind random"
    ]
