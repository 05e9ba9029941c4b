"""A small form of benchmarks/dispatch.py: what the desk is worth must not be lost unseen.

Everything is seeded, so the figures move only with the code. The bounds lie a
little below what was measured when they were set.
"""

from statistics import mean

import pytest

from benchmarks.simulation.run import ORACLE, OURS, run
from benchmarks.simulation.scenario import Scenario

SEEDS = (1, 2)


def goodput(scenario, name):
    return mean(run(scenario, name, seed).goodput for seed in SEEDS)


@pytest.mark.parametrize("age_ms", [0, 100, 1000])
def test_a_busy_small_fleet_is_served_as_by_the_oracle_however_old_the_reports(age_ms):
    scenario = Scenario(8, 0.95, "equal", age_ms, seconds=30.0)
    ours = goodput(scenario, OURS)
    assert ours >= 0.985
    assert ours >= goodput(scenario, ORACLE) - 0.015
    assert ours >= goodput(scenario, "least prefill")
    assert ours >= goodput(scenario, "power of two") + 0.1


@pytest.mark.parametrize("age_ms", [100, 1000])
def test_slow_and_failing_workers_get_less(age_ms):
    scenario = Scenario(8, 0.85, "degraded", age_ms, seconds=30.0)
    ours = goodput(scenario, OURS)
    assert ours >= 0.96
    assert ours >= goodput(scenario, ORACLE) - 0.03
    assert ours >= goodput(scenario, "least prefill") + 0.01


def test_workers_that_fail_at_once_draw_little():
    """Of sixteen two: who is failed by both is given up. Without pauses 0.6 get through."""
    scenario = Scenario(16, 0.7, "broken", 100, seconds=20.0)
    ours = goodput(scenario, OURS)
    assert ours >= 0.985
    assert ours >= goodput(scenario, "power of two") + 0.03


def test_lost_reports_cost_little():
    scenario = Scenario(8, 0.85, "degraded", 1000, seconds=30.0, lost_share=0.3)
    assert goodput(scenario, OURS) >= 0.95


def test_short_answers_end_before_an_old_report_has_listed_them():
    """Counting such leases once more cost 30 to 95 points here."""
    scenario = Scenario(8, 0.95, "equal", 1000, seconds=20.0, engine="scripted")
    assert goodput(scenario, OURS) >= 0.98


def test_overload_is_ordered_by_what_can_still_be_served():
    scenario = Scenario(8, 1.1, "equal", 100, seconds=30.0)
    assert goodput(scenario, OURS) >= goodput(scenario, "least prefill") + 0.05


def test_a_larger_degraded_fleet_stays_within_a_point_of_the_oracle():
    scenario = Scenario(64, 0.95, "degraded", 1000, seconds=8.0)
    assert goodput(scenario, OURS) >= goodput(scenario, ORACLE) - 0.01


def test_workers_at_our_own_pace_are_told_apart_by_old_and_lost_reports():
    scenario = Scenario(8, 0.85, "degraded", 1000, seconds=60.0, engine="int8", lost_share=0.3)
    ours = goodput(scenario, OURS)
    assert ours >= 0.95
    assert ours >= goodput(scenario, "power of two") + 0.05
