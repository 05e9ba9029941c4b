import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.worker.classifiers.microbatch import Full, MicroBatch


def test_nobody_waits_while_nothing_runs():
    batch = MicroBatch(at_once=8, most=8)
    assert batch.came(1, 1) is None
    assert batch.next() == ((1, 0),)


def test_what_comes_while_a_batch_runs_is_the_next_one():
    batch = MicroBatch(at_once=8, most=8)
    batch.came(1, 1)
    batch.next()
    batch.came(2, 2)
    batch.came(3, 1)
    assert batch.next() == ()
    batch.ran(0.001)
    assert sorted(batch.next()) == [(2, 0), (2, 1), (3, 0)]
    assert repr(batch) == "<MicroBatch 3 run, 0 of 8 wait>"


def test_a_call_of_many_texts_does_not_hold_up_one_of_a_single():
    batch = MicroBatch(at_once=4, most=100)
    batch.came(1, 50)
    batch.came(2, 1)
    assert batch.next() == ((1, 0), (2, 0), (1, 1), (1, 2))


def test_a_call_is_refused_whole_and_told_when_to_come_back():
    batch = MicroBatch(at_once=2, most=4)
    batch.came(1, 4)
    batch.next()
    batch.ran(2.0)
    assert batch.came(2, 3) == Full(limit=4, waiting=2, wait=pytest.approx(0.4, rel=0.02))
    assert batch.came(3, 2) is None


def test_a_call_that_is_larger_than_the_room_is_taken_where_nobody_waits():
    batch = MicroBatch(at_once=2, most=4)
    assert batch.came(1, 9) is None
    assert batch.came(2, 1) is not None


def test_who_leaves_takes_along_what_has_not_run():
    batch = MicroBatch(at_once=2, most=8)
    batch.came(1, 4)
    batch.came(2, 1)
    assert batch.next() == ((1, 0), (2, 0))
    batch.left(1)
    batch.left(2)
    batch.ran(0.001)
    assert batch.next() == ()
    assert batch.waiting == 0


@given(
    st.lists(
        st.one_of(
            st.tuples(st.just("came"), st.integers(1, 9)),
            st.tuples(st.just("left"), st.integers(0, 30)),
            st.tuples(st.just("next"), st.just(0)),
            st.tuples(st.just("ran"), st.just(0)),
        ),
        max_size=60,
    )
)
def test_each_text_runs_once_or_its_call_has_left(events):
    batch, ran, there, gone = MicroBatch(at_once=4, most=16), [], {}, set()

    def run():
        turns = batch.next()
        assert len(turns) <= 4
        assert not gone & {call for call, _ in turns}
        ran.extend(turns)

    for call, (event, value) in enumerate(events):
        match event:
            case "came" if batch.came(call, value) is None:
                there[call] = value
            case "left" if value in there:
                batch.left(value)
                gone.add(value)
            case "next":
                run()
            case "ran":
                batch.ran(0.001)
        assert 0 <= batch.waiting <= 16
    while batch.waiting:
        batch.ran(0.001)
        run()
    assert len(set(ran)) == len(ran)
    for call, texts in there.items():
        if call not in gone:
            assert sum(1 for number, _ in ran if number == call) == texts
