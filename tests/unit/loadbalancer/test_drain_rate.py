"""The drain rate: grants a second of the time in which tickets wait."""

import math

import pytest

from loadbalancer.drain import DrainRate


def test_it_is_not_known_before_a_few_grants():
    rate = DrainRate(0.0)
    rate.granted(7)
    assert rate.seconds_for(1) is None
    rate.granted(1)
    assert rate.seconds_for(1) == 0


def test_only_time_in_which_tickets_wait_counts():
    rate = DrainRate(0.0)
    for second in range(1, 101):
        rate.passed(second - 0.5, waiting=True)
        rate.granted(1)
        rate.passed(float(second), waiting=False)
    assert rate.seconds_for(10) == pytest.approx(5.0, rel=0.02)


def test_a_long_quiet_spell_of_full_workers_is_no_standstill():
    rate = DrainRate(0.0)
    for _ in range(4):  # sixteen slots, answers of a minute
        rate.granted(16)
        for _ in range(60):
            rate.passed(rate._at + 1.0, waiting=True)
    assert rate.seconds_for(16) == pytest.approx(60.0)
    assert not math.isinf(rate.seconds_for(1000))
