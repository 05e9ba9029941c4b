"""Who computed which beginning last."""

from gateway.alone.homes import Home, Homes
from gateway.marks import Mark

SHORT, LONG, OTHER = Mark(1, 100), Mark(2, 900), Mark(3, 100)


def test_the_longest_beginning_counts_and_the_last_who_computed_it():
    homes = Homes()
    assert homes.of((SHORT, LONG)) is None
    homes.granted((SHORT, LONG), "a")
    homes.granted((SHORT,), "b")
    assert homes.of((SHORT, LONG)) == Home("a", 900)
    assert homes.of((SHORT,)) == Home("b", 100)
    assert homes.of((OTHER,)) is None
    assert homes.of(()) is None


def test_what_was_asked_for_longest_ago_is_forgotten_first():
    homes = Homes(most=2)
    homes.granted((SHORT,), "a")
    homes.granted((OTHER,), "b")
    homes.granted((SHORT,), "a")
    homes.granted((LONG,), "c")
    assert len(homes) == 2
    assert homes.of((OTHER,)) is None
    assert homes.of((SHORT,)) == Home("a", 100)
