"""A small form of benchmarks/multiturn.py and benchmarks/tenants.py, seeded as they are.

The bounds lie a little on the worse side of what was measured when they were set.
"""

from benchmarks import multiturn, tenants
from benchmarks.simulation.dialogues import one_beginning


def test_dialogues_go_back_to_where_their_beginning_lies():
    trace = multiturn.dialogues(0.85, 1, 50.0)
    told, untold = (
        multiturn.run(name, trace, 1, (25.0, 47.0)) for name in (multiturn.OURS, multiturn.BLIND)
    )
    assert told.ttft_mean <= 0.55 * untold.ttft_mean
    assert told.found >= untold.found + 0.3
    assert told.max_by_mean <= 1.35
    assert told.goodput >= untold.goodput


def test_one_beginning_of_all_draws_not_everything_to_one_worker():
    trace = one_beginning(480, 48.0, 2_000, 200, seed=1)
    scores = multiturn.run(multiturn.OURS, trace, 1, (0.0, float("inf")))
    assert scores.max_by_mean <= 1.25
    assert scores.found >= 0.8
    assert scores.goodput == 1.0


def test_ten_tenants_who_want_more_are_served_alike_whoever_asks_most():
    asked = tenants.Asked(2, outstanding=20)
    ours, one_name = (tenants.run(asked, way, 1, 40.0) for way in tenants.WAYS[:2])
    assert ours.jain >= 0.98
    assert one_name.jain <= 0.5
    assert ours.ttft_p99 <= 0.7 * one_name.ttft_p99
