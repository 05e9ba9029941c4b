import pytest

from services.cli.answers import Answer, Began, Ended, Piece, gaps
from services.runtime.text import Text

BEGAN = Began("r", "m", "rev", "worker-1", prompt_tokens=3, cached_tokens=0, seed=1)


def piece(text: str, *tokens: int, at: int) -> Piece:
    return Piece(Text(text), tokens, at)


def ended(tokens: int) -> Ended:
    return Ended("stop", 3, tokens, 0)


def test_times_count_from_the_question() -> None:
    answer = Answer(asked_at=10.0)
    answer.heard(BEGAN, 10.4)
    answer.heard(piece("a", 1, at=0), 10.5)
    answer.heard(piece("bc", 2, 3, at=1), 11.5)
    assert answer.ttft == 0.5
    assert answer.tokens_per_second == 2.0
    assert answer.text.reveal == "abc"
    assert answer.worker_id == "worker-1"
    assert repr(answer) == "<Answer 3 tokens, ttft 0.500 s, open>"


def test_an_answer_that_was_never_heard_has_no_figures() -> None:
    answer = Answer(asked_at=0.0)
    assert (answer.ttft, answer.tokens_per_second, answer.worker_id) == (None, None, "")
    assert repr(answer) == "<Answer 0 tokens, ttft -, open>"


def test_tokens_that_came_all_at_once_have_no_rate() -> None:
    answer = Answer(asked_at=0.0)
    answer.heard(piece("abc", 1, 2, 3, at=0), 1.0)
    assert answer.tokens_per_second is None


@pytest.mark.parametrize(
    ("events", "is_complete"),
    [
        ([BEGAN, piece("a", 1, at=0), piece("", at=1), piece("b", 2, at=1), ended(2)], True),
        ([BEGAN, ended(0)], True),
        ([BEGAN, piece("a", 1, at=0)], False),
        ([piece("a", 1, at=0), ended(1)], False),
        ([BEGAN, piece("a", 1, at=0), piece("b", 2, at=2), ended(2)], False),
        ([BEGAN, piece("a", 1, at=0), piece("a", 1, at=0), ended(2)], False),
        ([BEGAN, piece("a", 1, at=0), ended(2)], False),
    ],
    ids=["whole", "empty", "no end", "no begin", "hole", "repeated", "short"],
)
def test_complete_means_every_token_once_in_order(events: list, is_complete: bool) -> None:
    answer = Answer(asked_at=0.0)
    for now, event in enumerate(events):
        answer.heard(event, float(now))
    assert answer.is_complete is is_complete


def test_gaps_are_shared_by_tokens_that_came_together() -> None:
    assert gaps([]) == []
    assert gaps([1.0]) == []
    assert gaps([1.0, 1.5, 3.5, 3.5]) == [0.5, 1.0, 1.0]


def test_tokens_with_the_first_have_no_gap_before_them() -> None:
    assert gaps([1.0, 1.0, 2.0]) == [0.0, 1.0]
