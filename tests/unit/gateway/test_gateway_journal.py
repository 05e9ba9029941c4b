from dataclasses import replace

import pytest

from gateway.errors import Garbled
from gateway.journal import Journal, Origin

ORIGIN = Origin("w1", 3, "m@1", 42, 5)


@pytest.fixture
def journal() -> Journal:
    journal = Journal(max_tokens=8)
    journal.given_to("w1")
    return journal


def test_keeps_what_going_on_elsewhere_needs(journal):
    journal.began(ORIGIN)
    journal.added(0, [11, 12])
    journal.added(2, [])  # text alone
    journal.added(2, [13])
    assert journal.tokens == (11, 12, 13)
    assert journal.origin == ORIGIN
    assert repr(journal) == "<Journal w1 running, 3 tokens>"
    journal.finished(3)
    journal.closed()
    assert repr(journal) == "<Journal w1 finished, 3 tokens>"


@pytest.mark.parametrize(
    ("events", "what"),
    [
        ([("added", 0, [1])], "Delta before Started"),
        ([("finished", 0)], "Finished before Started"),
        ([("progressed",)], "Progress before Started"),
        ([("began", ORIGIN), ("began", ORIGIN)], "a second Started"),
        ([("began", ORIGIN), ("added", 1, [1])], "a Delta at position 1"),
        ([("began", ORIGIN), ("added", 0, [1, 2]), ("added", 1, [2])], "a Delta at position 1"),
        ([("began", ORIGIN), ("added", 0, range(9))], "more than max_tokens 8"),
        ([("began", ORIGIN), ("finished", 1)], "Finished counts 1"),
        ([("began", ORIGIN), ("finished", 0), ("added", 0, [1])], "Delta after Finished"),
        ([("began", ORIGIN), ("closed",)], "the stream ended without Finished"),
        ([("closed",)], "the stream ended without Finished"),
        ([("garbled",)], "an empty event"),
    ],
)
def test_tells_garbage(journal, events, what):
    *good, (name, *arguments) = events
    for each, *rest in good:
        getattr(journal, each)(*rest)
    with pytest.raises(Garbled, match=f"worker w1 sent garbage after .*: {what}"):
        getattr(journal, name)(*arguments)


def test_who_goes_on_begins_again_unseen_and_within_the_same(journal):
    assert journal.began(ORIGIN)
    assert journal.added(0, [11, 12])
    journal.given_to("w2")
    with pytest.raises(Garbled, match="Delta before Started"):
        journal.added(2, [13])
    assert not journal.began(replace(ORIGIN, worker_id="w2", worker_epoch=9))
    assert journal.added(2, [13])
    assert journal.tokens == (11, 12, 13)
    assert journal.origin == ORIGIN


@pytest.mark.parametrize("change", [{"model_revision": "m@2"}, {"seed": 1}, {"prompt_tokens": 6}])
def test_another_answer_cannot_go_on(journal, change):
    journal.began(ORIGIN)
    journal.given_to("w2")
    with pytest.raises(Garbled, match="than the stream began with"):
        journal.began(replace(ORIGIN, **change))


def test_the_tail_is_new_once(journal):
    journal.began(ORIGIN)
    assert journal.added(0, [11])
    assert journal.added(1, [])
    journal.given_to("w2")
    journal.began(ORIGIN)
    assert not journal.added(1, [])
    journal.finished(1)
