"""The index of prompts' beginnings: what grants promise, and what reports make of it."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from loadbalancer.affinity import MOST_LISTED, Affinity
from loadbalancer.tickets import Mark


def marks(*names):
    return tuple(Mark(name, 10 * (place + 1)) for place, name in enumerate(names))


def left(index, wanted, prompt=100, rows=4):
    found = index.left(wanted, prompt, rows)
    return None if found is None else list(found)


def test_the_longest_beginning_that_each_worker_holds_counts():
    index = Affinity(100)
    index.granted(0, marks(1, 2, 3), until=5.0)
    index.granted(2, marks(1, 7), until=5.0)
    assert left(index, marks(1, 2, 3, 4)) == [70.0, 100.0, 90.0, 100.0]
    assert [index.held(marks(1, 2, 3, 4), row) for row in range(4)] == [30, 0, 10, 0]
    assert index.longest(marks(1, 2, 3, 4)) == 30
    assert left(index, marks(8, 9)) is None
    assert repr(index) == "<Affinity 4 beginnings, by row 0:3 2:2>"


def test_what_everybody_holds_nobody_computes():
    index = Affinity(100)
    for row in range(4):
        index.granted(row, marks(1, 2), until=5.0)
    assert left(index, marks(1, 2, 3)) == [80.0, 80.0, 80.0, 80.0]
    index.granted(3, marks(1, 2, 3), until=5.0)
    assert left(index, marks(1, 2, 3, 4)) == [80.0, 80.0, 80.0, 70.0]
    assert left(index, marks(1, 2, 3, 4), rows=5) == [80.0, 80.0, 80.0, 70.0, 100.0]


def test_what_was_granted_stands_for_its_time_and_what_was_listed_until_it_is_not():
    index = Affinity(100)
    index.granted(0, marks(1, 2), until=5.0)
    index.reported(0, (), 4.0)  # made before the prompt was computed
    assert index.held(marks(1, 2), 0) == 20
    index.reported(0, (1,), 5.0)
    assert index.held(marks(1, 2), 0) == 10
    index.reported(0, (1,), 99.0)
    assert index.held(marks(1, 2), 0) == 10
    index.reported(0, (), 100.0)
    assert len(index) == 0


def test_an_expectation_that_a_report_confirms_needs_no_time_any_more():
    index = Affinity(100)
    index.granted(0, marks(1), until=5.0)
    index.reported(0, (1,), 1.0)
    index.reported(0, (), 2.0)
    assert len(index) == 0


def test_a_report_that_is_full_drops_nothing_at_once():
    index = Affinity(1000)
    index.reported(0, (1,), 0.0)
    full = tuple(range(1000, 1000 + MOST_LISTED))
    index.reported(0, full, 1.0)
    assert index.held(marks(1), 0) == 10
    index.reported(0, full, 60.0)
    assert index.held(marks(1), 0) == 10
    index.reported(0, full, 61.0)
    assert index.held(marks(1), 0) == 0
    assert len(index) == MOST_LISTED


def test_a_worker_that_is_gone_holds_nothing_and_its_row_begins_anew():
    index = Affinity(100)
    index.reported(1, (1, 2), 0.0)
    index.granted(1, marks(1, 3), until=9.0)
    index.forget(1)
    index.forget(1)
    assert (len(index), repr(index)) == (0, "<Affinity 0 beginnings, by row none>")
    index.reported(1, (1, 2), 1.0)
    assert len(index) == 2


def test_what_nobody_has_asked_for_longest_goes_first():
    index = Affinity(4)
    index.granted(0, marks(1, 2), until=9.0)
    index.granted(1, marks(3, 4), until=9.0)
    index.granted(0, marks(1), until=9.0)
    index.granted(1, marks(5), until=9.0)
    assert [index.longest(marks(name)) for name in range(1, 6)] == [10, 0, 10, 10, 10]


rows = st.integers(0, 3)
names = st.integers(1, 12)
granted = st.tuples(st.just("granted"), rows, st.lists(names, max_size=5, unique=True))
reported = st.tuples(st.just("reported"), rows, st.lists(names, max_size=8))  # doubled names too
forgotten = st.tuples(st.just("forgotten"), rows, st.just([]))


@settings(max_examples=300, deadline=None)
@given(st.lists(granted | reported | forgotten, max_size=40), st.sampled_from([1, 5, 20, 100]))
def test_whatever_is_told_the_index_is_sound_and_ends_where_the_reports_do(told, limit):
    index, now = Affinity(limit), 0.0
    for what, row, listed in told:
        now += 0.5
        if what == "granted":
            index.granted(row, marks(*listed), until=now + 2.0)
        elif what == "reported":
            index.reported(row, tuple(listed), now)
        else:
            index.forget(row)
        pairs = {(row, name) for row, held in index._held.items() for name in held}
        assert pairs == {(row, n) for n, h in index._holders.items() for row in h.rows}
        assert len(index) == len(pairs) <= limit
        for row, expected in index._expected.items():
            assert expected.keys() <= index._held[row]
        found = index.left(marks(*range(1, 13)), 1000, 4)
        for row in range(4):
            held = index.held(marks(*range(1, 13)), row)
            assert found is None or found[row] in (1000, *np.arange(870, 1000, 10))
            assert found is None or 1000 - found[row] <= held  # never more than it holds
    for row in range(4):
        index.reported(row, (row + 1,), now + 10.0)
    assert {n for n, h in index._holders.items() if h.rows} <= {1, 2, 3, 4}
    if limit == 100:
        assert [index.held(marks(row + 1), row) for row in range(4)] == [10] * 4
