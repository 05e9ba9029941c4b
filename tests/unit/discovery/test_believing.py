import itertools
import math
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.discovery.believing import SETTLE_SECONDS, Believing, onward
from services.discovery.endpoint import Endpoint

GRACE = 30.0


def fleet(names: str) -> tuple[Endpoint, ...]:
    """One endpoint for each letter."""
    return tuple(Endpoint(name, f"{name}:1") for name in names)


def knowing(names: str) -> Believing:
    believing = Believing(GRACE)
    believing.answered(0.0, fleet(names))
    return believing


def test_the_first_answer_is_believed_even_if_it_is_nobody() -> None:
    assert Believing(GRACE).answered(0.0, ()) == ()
    assert Believing(GRACE).answered(0.0, fleet("ba")) == fleet("ab")


def test_only_changes_are_told() -> None:
    believing = knowing("ab")
    assert believing.answered(1.0, fleet("ab")) is None
    assert believing.answered(2.0, fleet("abc")) == fleet("abc")
    assert believing.answered(3.0, fleet("ac")) == fleet("ac")
    assert repr(believing) == "<Believing a c>"
    assert believing.patience(3.0) == math.inf


def test_a_sudden_nobody_is_believed_when_confirmed_for_the_grace() -> None:
    believing = knowing("ab")
    assert believing.answered(10.0, ()) is None
    assert repr(believing) == "<Believing a b, doubt since 10 heard 1>"
    assert believing.patience(10.0) == GRACE / 3
    assert believing.answered(39.9, ()) is None
    assert believing.answered(40.0, ()) == ()
    assert repr(believing) == "<Believing nobody>"


def test_time_alone_does_not_confirm_nobody() -> None:
    believing = knowing("a")
    assert believing.answered(10.0, ()) is None
    assert believing.answered(100.0, ()) is None
    assert believing.answered(100.1, ()) == ()


def test_a_restarted_registry_fills_up_again_and_nobody_was_missed() -> None:
    believing = knowing("abc")
    believing.doubted(5.0)
    told = [believing.answered(at, fleet(names)) for at, names in [(6, ""), (7, "b"), (8, "bc")]]
    assert told == [None, None, None]
    assert believing.answered(9.0, fleet("abcd")) == fleet("abcd")
    # All named again: no doubt is left, so the next absence counts at once.
    assert believing.answered(10.0, fleet("acd")) == fleet("acd")


def test_who_is_new_in_a_doubt_is_believed_and_who_stays_away_is_gone_after_it() -> None:
    believing = knowing("ab")
    believing.doubted(0.0)
    assert believing.answered(1.0, fleet("bc")) == fleet("abc")
    assert believing.answered(15.0, fleet("bc")) is None
    assert believing.answered(30.0, fleet("bc")) == fleet("bc")


def test_a_failure_in_a_doubt_begins_it_anew() -> None:
    believing = knowing("a")
    believing.answered(0.0, ())
    believing.answered(15.0, ())
    believing.doubted(29.0)
    assert believing.answered(31.0, ()) is None
    assert repr(believing) == "<Believing a, doubt since 29 heard 1>"


def test_a_moved_instance_is_believed_even_in_doubt() -> None:
    believing = knowing("ab")
    believing.doubted(0.0)
    moved = Endpoint("a", "elsewhere:1")
    assert believing.answered(1.0, [moved]) == (moved, *fleet("b"))


def test_an_instance_that_came_back_stays_for_the_settling_time() -> None:
    believing = knowing("ab")
    assert believing.answered(1.0, fleet("a")) == fleet("a")
    assert believing.answered(2.0, fleet("ab")) == fleet("ab")
    assert believing.answered(3.0, fleet("a")) is None
    assert believing.patience(3.0) == SETTLE_SECONDS - 1
    assert believing.answered(7.0, fleet("a")) == fleet("a")


def flaps(seconds: int, odd: str, even: str) -> Iterator[tuple[float, tuple[Endpoint, ...]]]:
    for second in range(1, seconds):
        yield float(second), fleet(odd if second % 2 else even)


@pytest.mark.parametrize(("odd", "most"), [("", 0), ("a", 2 * 60 / SETTLE_SECONDS)])
def test_a_registry_that_flaps_every_second_costs_a_change_in_five_seconds(
    odd: str, most: float
) -> None:
    believing = knowing("ab")
    changes = [at for at, told in flaps(60, odd, "ab") if believing.answered(at, told) is not None]
    assert len(changes) <= most
    # A departure and a return belong together; one such pair in five seconds at most.
    departures = changes[::2]
    assert all(b - a >= SETTLE_SECONDS for a, b in itertools.pairwise(departures))


@given(st.lists(st.tuples(st.floats(0, 20), st.sets(st.sampled_from("abcd")), st.booleans())))
def test_whoever_is_named_is_known_and_nobody_unheard_of_is(
    history: list[tuple[float, set[str], bool]],
) -> None:
    believing = Believing(GRACE)
    now, known, ever = 0.0, (), set[str]()
    for passed, names, failed in history:
        now += passed
        if failed:
            believing.doubted(now)
        told = believing.answered(now, fleet("".join(sorted(names))))
        known = known if told is None else told
        ever |= names
        assert names <= {endpoint.id for endpoint in known} <= ever
        assert list(known) == sorted(known, key=lambda endpoint: endpoint.id)


@given(st.sets(st.sampled_from("abcd")), st.sets(st.sampled_from("abcd")))
def test_what_is_answered_for_long_enough_is_believed(before: set[str], after: set[str]) -> None:
    believing = knowing("".join(before))
    believing.doubted(0.0)
    told = [believing.answered(at, fleet("".join(after))) for at in (1.0, 12.0, 24.0, 36.0, 48.0)]
    last = next((t for t in reversed(told) if t is not None), fleet("".join(sorted(before))))
    assert last == fleet("".join(sorted(after)))


@pytest.mark.parametrize(
    ("asked", "told", "next_index"),
    [(None, 5, 5), (5, 5, 5), (5, 9, 9), (9, 5, None), (5, 0, None), (None, 0, None)],
)
def test_an_index_that_went_back_is_none(
    asked: int | None, told: int, next_index: int | None
) -> None:
    assert onward(asked, told) == next_index
