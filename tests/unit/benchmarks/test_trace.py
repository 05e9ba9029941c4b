"""Traces: the rate that was asked for, and the same trace for the same seed."""

import numpy as np
import pytest

from benchmarks.simulation.scenario import Scenario, capacity
from benchmarks.simulation.trace import gamma_arrivals, with_bursts


def test_arrivals_have_their_rate_and_their_variation():
    times = np.array(gamma_arrivals(100.0, 400.0, 2.0, np.random.default_rng(1)))
    gaps = np.diff(times)
    assert len(times) / 400 == pytest.approx(100, rel=0.05)
    assert gaps.std() / gaps.mean() == pytest.approx(2.0, rel=0.1)


def test_bursts_move_arrivals_and_keep_their_number_and_order():
    even = [n / 100 for n in range(3_000)]
    moved = with_bursts(even, every=15.0, lasts=2.0, height=2.0)
    assert moved == sorted(moved)
    assert sum(13 <= at < 15 for at in moved) == pytest.approx(400, abs=3)
    assert sum(at < 15 for at in moved) == pytest.approx(1_500, abs=3)


def test_a_seed_says_everything():
    scenario = Scenario(8, 0.85, "degraded", seconds=10.0)
    assert scenario.build(3) == scenario.build(3)
    assert scenario.build(3) != scenario.build(4)


def test_load_speaks_of_what_the_fleet_can_do_once_it_is_degraded():
    scenario = Scenario(8, 0.85, "degraded", seconds=400.0)
    fleet, requests = scenario.build(1)
    assert fleet.power == pytest.approx(5 * 1.0 + 2 * 0.6 + 1 * 0.3)
    rate = 0.85 * fleet.power * capacity("gpu")
    assert len(requests) / 400 == pytest.approx(rate, rel=0.05)
    assert sum(r.prompt_tokens > 4_000 for r in requests) / len(requests) == pytest.approx(
        0.1, abs=0.02
    )
