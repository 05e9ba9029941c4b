"""Which requests are the same."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.canonical import Keys, canonical, is_deterministic, revisions_asked
from gateway.fleet import Fleet, WorkerView
from gateway.tasks.task import (
    Answer,
    Chat,
    Message,
    Priority,
    Prompt,
    Sampling,
    Summarize,
    Task,
    Translate,
)
from services.runtime.text import Text

KEYS = Keys(b"secret")
REVISIONS = (("m", ("m@1",)),)
TASK = Task("r1", "a", "m", Priority.NORMAL, Sampling(), Prompt(Text("x")))


def test_id_and_priority_make_no_difference():
    other = replace(TASK, request_id="r2", priority=Priority.HIGH)
    assert KEYS.key(other, REVISIONS) == KEYS.key(TASK, REVISIONS)


OTHERS = {
    "tenant": replace(TASK, tenant="b"),
    "model": replace(TASK, model="n"),
    "prompt": replace(TASK, work=Prompt(Text("y"))),
    "another kind of task": replace(TASK, work=Summarize(Text("x"), None)),
    "words": replace(TASK, work=Summarize(Text("x"), 3)),
    "dialogue": replace(TASK, work=Chat((Message("user", Text("x")),))),
    "role": replace(TASK, work=Chat((Message("system", Text("x")),))),
    "two messages": replace(TASK, work=Chat((Message("user", Text("x")),) * 2)),
    "question": replace(TASK, work=Answer(Text("x"), Text("y"))),
    "context": replace(TASK, work=Answer(Text("xy"), Text(""))),
    "language": replace(TASK, work=Translate(Text("x"), Text("fr"), Text(""))),
    "source language": replace(TASK, work=Translate(Text("x"), Text("fr"), Text("de"))),
    "temperature": replace(TASK, sampling=Sampling(temperature=0.5, seed=1)),
    "seed": replace(TASK, sampling=Sampling(temperature=0.5, seed=2)),
    "greedy with a seed": replace(TASK, sampling=Sampling(seed=1)),
    "max_tokens": replace(TASK, sampling=Sampling(max_tokens=3)),
    "top_k": replace(TASK, sampling=Sampling(top_k=3)),
    "logprobs": replace(TASK, sampling=Sampling(logprobs=3)),
    "no logprobs": replace(TASK, sampling=Sampling(logprobs=0)),
    "stop": replace(TASK, sampling=Sampling(stop=(Text("ab"),))),
    "stops": replace(TASK, sampling=Sampling(stop=(Text("a"), Text("b")))),
}


def test_whatever_else_differs_makes_another_key():
    keys = {KEYS.key(task, REVISIONS) for task in (TASK, *OTHERS.values())}
    keys.add(KEYS.key(TASK, (("m", ("m@2",)),)))
    keys.add(KEYS.key(TASK, (("m", ("m@1", "m@2")),)))
    keys.add(Keys(b"another").key(TASK, REVISIONS))
    assert len(keys) == len(OTHERS) + 4


PARTS = st.recursive(
    st.one_of(st.none(), st.text(max_size=3), st.integers(), st.floats(allow_nan=False, width=32)),
    lambda inner: st.lists(inner, max_size=3).map(tuple),
    max_leaves=6,
)


@given(PARTS, PARTS)
def test_equal_bytes_are_equal_values(one, other):
    # 1 and 1.0 are equal to Python, and are different fields here.
    assert (canonical(one) == canonical(other)) == (_typed(one) == _typed(other))


def _typed(value):
    if isinstance(value, tuple):
        return tuple(_typed(part) for part in value)
    return type(value).__name__, value


def test_nothing_else_has_a_canonical_form():
    with pytest.raises(TypeError, match="set has no canonical form"):
        canonical({"x"})


def test_a_key_shows_nothing():
    secret = b"0123456789"
    assert repr(Keys(secret)) == "<Keys>"
    assert len(KEYS.key(TASK, REVISIONS)) == 32


@pytest.mark.parametrize(
    ("sampling", "expected"),
    [
        (Sampling(), True),
        (Sampling(temperature=0.7, seed=0), True),
        (Sampling(temperature=0.7), False),
        (Sampling(top_k=5), True),
    ],
)
def test_greedy_and_seeded_are_deterministic(sampling, expected):
    assert is_deterministic(sampling) is expected


def test_the_revisions_are_those_that_may_answer():
    def worker(number: int, model: str, revision: str, *, is_ready: bool = True) -> WorkerView:
        return WorkerView(f"w{number}", "", is_ready, model, revision)

    fleet = Fleet(
        (
            worker(1, "m", "m@2"),
            worker(2, "m", "m@1"),
            worker(3, "m", "m@0", is_ready=False),
            worker(4, "n", "n@1"),
        )
    )
    assert revisions_asked(fleet, "m") == (("m", ("m@1", "m@2")),)
    assert revisions_asked(fleet, "") == (("m", ("m@1", "m@2")), ("n", ("n@1",)))
    assert revisions_asked(fleet, "o") == ()
