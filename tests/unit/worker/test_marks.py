"""Marks of prompts' beginnings: how long they are, and while what is held they are told."""

from hypothesis import given
from hypothesis import strategies as st

from services.worker.engines.engine import PrefixMark
from services.worker.engines.marks import MOST, Mark, Marks, in_tokens
from services.worker.engines.prefixes import Copy, Cut, Prefixes

PROMPT = tuple(range(40))
MARKS = (Mark(10, 8), Mark(20, 16), Mark(30, 39))


def prefixes() -> Prefixes:
    return Prefixes(3, context=64, least=4)


def held(of: Prefixes) -> list[int]:
    return list(of.marks_held)


def test_a_mark_is_as_many_tokens_as_its_share_of_the_text_rounded_down() -> None:
    marks = [PrefixMark(1, 2), PrefixMark(2, 50), PrefixMark(3, 100), PrefixMark(4, 999)]
    assert in_tokens(marks, 33, 100) == (Mark(2, 16), Mark(3, 33), Mark(4, 33))


@given(
    st.integers(1, 9000), st.integers(1, 99_999), st.lists(st.integers(0, 2**32 - 1), max_size=32)
)
def test_marks_never_reach_beyond_the_prompt(prompt: int, text: int, sizes: list[int]) -> None:
    marks = in_tokens([PrefixMark(n, size) for n, size in enumerate(sizes)], prompt, text)
    assert all(1 <= mark.tokens <= prompt for mark in marks)


def test_a_mark_is_held_once_its_tokens_are_computed_and_until_they_are_given_up() -> None:
    of = prefixes()
    of.join(0, PROMPT, "a", MARKS)
    assert held(of) == []
    of.wrote(0, 0, PROMPT[:8])
    assert held(of) == [10]
    of.wrote(0, 8, PROMPT[8:39])
    assert held(of) == [10, 20, 30]
    of.leave(0)
    assert held(of) == [10, 20, 30]
    of.cut(Cut(0, 16))
    assert held(of) == [10, 20]
    of.cut(Cut(0, 0))
    assert held(of) == []


def test_what_is_written_over_is_held_no_longer() -> None:
    of = prefixes()
    of.join(0, PROMPT, "a", MARKS)
    of.wrote(0, 0, PROMPT)
    of.leave(0)
    of.join(0, (*PROMPT[:20], 7, 7), "b", (Mark(40, 21),))
    assert held(of) == []
    of.wrote(0, 0, PROMPT[:20])
    of.wrote(0, 20, (7,))
    assert held(of) == [40]


def test_marks_go_where_what_they_name_is_copied() -> None:
    of = prefixes()
    of.join(0, PROMPT, "a", MARKS)
    of.wrote(0, 0, PROMPT)
    of.leave(0)
    of.copied(Copy(0, 2, 16))
    of.forget(0)
    assert held(of) == [10, 20]
    of.join(1, PROMPT, "a", (Mark(10, 8), Mark(50, 12)))
    of.copied(Copy(2, 1, 16))
    assert held(of) == [10, 50, 20]  # who runs has marks of its own


def test_those_used_last_come_first_and_none_twice() -> None:
    of = prefixes()
    for slot, own in enumerate((30, 40, 50)):
        of.join(slot, PROMPT, "a", (Mark(10, 8), Mark(own, 20)))
        of.wrote(slot, 0, PROMPT)
        of.leave(slot)
    assert held(of) == [10, 50, 40, 30]
    of.join(1, PROMPT, "a", (Mark(10, 8), Mark(40, 20)))
    assert held(of) == [10, 40, 50, 30]


def test_no_more_than_the_wire_allows_are_told() -> None:
    of = Marks(20)
    for slot in range(20):
        of.put(slot, tuple(Mark(slot * 100 + n, n + 1) for n in range(32)))
    names = of.held((slot, 32) for slot in range(20))
    assert len(names) == MOST
    assert names[:32] == tuple(range(32))
