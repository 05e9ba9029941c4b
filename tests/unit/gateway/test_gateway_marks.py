"""Marks: what begins alike bears the same names, and nothing else does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.marks import Marker
from gateway.tasks.task import Message
from services.runtime.text import Text

MARKER = Marker("secret")
SYSTEM = Message("system", Text("You are terse. " * 10))
FIRST = Message("user", Text("What is a lease, and who holds it for how long? " * 2))
REPLY = Message("assistant", Text("Room on a worker; a gateway, until the answer ends. " * 2))
SECOND = Message("user", Text("And if the worker is lost?"))


def names(marks):
    return [mark.name for mark in marks]


def lengths(marks):
    return [mark.length for mark in marks]


def of(prompt, scope="t", model="m"):
    return MARKER.marks(scope, model, prompt)


def test_the_next_turn_of_a_dialogue_bears_every_mark_of_the_last():
    before, after = of((SYSTEM, FIRST)), of((SYSTEM, FIRST, REPLY, SECOND))
    assert lengths(before) == [150, 246]
    assert after[:2] == before
    assert lengths(after) == [150, 246, 256, 350, 376]


def test_a_text_is_marked_where_its_distance_from_the_start_says_and_at_its_end():
    marks = of(Text("a" * 1700))
    assert lengths(marks) == [256, 512, 768, 1024, 1280, 1600, 1700]
    assert names(of(Text("a" * 1290)))[:5] == names(marks)[:5]


def test_texts_share_the_marks_of_what_they_share():
    common = "the same long instructions " * 40
    first, second = of(Text(common + "x" * 300)), of(Text(common + "y" * 3000))
    shared = [mark for mark in first if mark in second]
    assert shared == list(first[: len(shared)])
    assert lengths(shared) == [256, 512, 768, 1024]


def test_scope_model_secret_role_and_boundary_part_what_is_equal():
    text = Text("the same words " * 10)
    marked = [
        of(text),
        of(text, scope="u"),
        of(text, model="n"),
        of(text, scope="tm", model=""),
        Marker("another").marks("t", "m", text),
        of((Message("user", text),)),
        of((Message("system", text),)),
    ]
    assert len({mark for marks in marked for mark in marks}) == len(marked)
    halves = (Message("user", Text("a" * 80)), Message("user", Text("a" * 80)))
    assert of(halves)[-1] != of((Message("user", Text("a" * 160)),))[-1]


def test_what_is_too_short_to_be_shared_is_not_marked():
    assert of(Text("hi")) == of((Message("user", Text("hi")),)) == ()


@pytest.mark.parametrize("size", [9_000, 1 << 20])
def test_there_are_at_most_32_and_of_a_long_one_the_first_and_the_last_stay(size):
    turns = tuple(Message("user", Text("b" * (size // 100))) for _ in range(100))
    marks = of(turns)
    assert len(marks) == 32
    assert lengths(marks) == sorted(lengths(marks))
    assert lengths(marks)[-1] == size // 100 * 100
    assert len(set(marks) & set(of(turns[:-1]))) >= 28


def test_marks_and_the_marker_say_nothing_of_the_text_or_the_secret():
    assert "words" not in repr(of(Text("the same words " * 10)))
    assert repr(MARKER) == "<Marker>"


texts = st.text(alphabet="ab\u00e9\U0001f600", max_size=900)


@given(st.lists(texts, min_size=1, max_size=6), st.lists(texts, min_size=1, max_size=6))
def test_a_common_mark_means_a_common_beginning(first, second):
    one, two = (tuple(Message("user", Text(text)) for text in turns) for turns in (first, second))
    joined = ["".join(turns).encode() for turns in (first, second)]
    common = set(of(one)) & set(of(two))
    for mark in common:
        assert joined[0][: mark.length] == joined[1][: mark.length]
    if first == second:
        assert of(one) == of(two)
