"""The pick, on columns filled by hand."""

from collections import Counter

import numpy as np

from loadbalancer.policy import Columns, Entry, pick


def columns(*entries):
    table = Columns(capacity=2)
    for entry in entries:
        table.put(table.take_row(), entry)
    return table


def anyone(table):
    return np.zeros(table.reach)


RNG = np.random.default_rng(3)
IDLE = Entry(ahead=0.01, seconds_per_token=0.001, kv_free=10_000.0)


def test_the_least_seconds_win_and_depend_on_the_prompt():
    near, quick = Entry(0.0, 0.010, 1e9), Entry(0.5, 0.001, 1e9)
    table = columns(near, quick)
    assert pick(table, anyone(table), 10, 20, RNG) == (0, 0.1)
    assert pick(table, anyone(table), 100, 110, RNG) == (1, 0.6)


def test_a_slow_batch_costs_but_is_no_part_of_the_prediction():
    slow, quick = Entry(0.1, 0.0, 1e9, answer=0.5), Entry(0.3, 0.0, 1e9, answer=0.2)
    table = columns(slow, quick)
    assert pick(table, anyone(table), 1, 1, RNG) == (1, 0.3)


def test_predictions_within_a_few_percent_go_to_the_emptier():
    table = columns(Entry(1.0, 0.0, 1e9, 0.5), Entry(1.04, 0.0, 1e9, 0.2), Entry(1.1, 0.0, 1e9, 0))
    assert pick(table, anyone(table), 1, 1, RNG).row == 1


def test_what_is_held_somewhere_need_not_be_computed_there():
    near, home = Entry(0.1, 0.001, 1e9), Entry(0.3, 0.001, 1e9)
    table = columns(near, home)
    assert pick(table, anyone(table), np.array([500.0, 100.0]), 550, RNG) == (1, 0.4)
    assert pick(table, anyone(table), np.array([250.0, 100.0]), 300, RNG) == (0, 0.35)


def test_among_near_equals_who_holds_more_wins_over_the_emptier():
    table = columns(Entry(1.0, 0.0, 1e9, 0.2), Entry(1.0, 0.0, 1e9, 0.9))
    assert pick(table, anyone(table), np.array([9.0, 5.0]), 1, RNG).row == 1


def test_chance_decides_among_equals():
    table = columns(*[IDLE] * 4)
    picks = Counter(pick(table, anyone(table), 1, 1, RNG).row for _ in range(4000))
    assert picks.keys() == {0, 1, 2, 3}
    assert max(picks.values()) < 1150


def test_nobody_without_room_is_picked():
    full, small = Entry(), Entry(0.0, 0.001, 50.0)
    table = columns(full, small)
    assert pick(table, anyone(table), 10, 51, RNG) is None
    assert pick(table, anyone(table), 10, 50, RNG).row == 1
    assert pick(table, np.array([0.0, np.inf]), 10, 50, RNG) is None


def test_an_empty_fleet_has_nobody():
    table = Columns()
    assert pick(table, anyone(table), 10, 50, RNG) is None


def test_rows_are_used_again_and_grow_at_need():
    table = columns(IDLE, IDLE, IDLE)
    table.free_row(1)
    assert pick(table, np.array([np.inf, 0.0, np.inf]), 1, 1, RNG) is None
    assert table.take_row() == 1
    assert table.take_row() == 3
    assert table.reach == 4


def test_a_full_home_is_chosen_where_waiting_there_costs_less_than_computing_anew():
    free, home = Entry(0.1, 0.001, 1e9), Entry(0.3, 0.001, 1e9, in_hand=1.0)
    table = columns(free, home)
    assert pick(table, anyone(table), np.array([900.0, 100.0]), 950, RNG) == (1, 0.4)
    assert pick(table, anyone(table), np.array([200.0, 100.0]), 250, RNG).row == 0
    assert pick(table, anyone(table), 900, 950, RNG) == (0, 1.0)  # nothing is held there


def test_a_full_home_without_room_in_its_cache_is_not_waited_for():
    table = columns(Entry(0.1, 0.001, 1e9), Entry(0.3, 0.001, 900.0, in_hand=1.0))
    assert pick(table, anyone(table), np.array([900.0, 100.0]), 950, RNG) == (0, 1.0)


def test_nobody_goes_home_while_nobody_has_room():
    table = columns(Entry(), Entry(0.3, 0.001, 1e9, in_hand=1.0))
    assert pick(table, anyone(table), np.array([900.0, 100.0]), 950, RNG) is None
