"""One sequence by itself: what it tells of each new row of logits."""

import numpy as np
import pytest

from services.runtime.text import Text
from services.worker.engines.engine import (
    Began,
    Ended,
    Event,
    Logits,
    Piece,
    Reason,
    Row,
    Sampling,
)
from services.worker.engines.sequence import NotFinite, Sequence

END = 4
BYTES = (b"\xc3", b"\xa9", b"ab", b"c", b"")


class Letters:
    """A tokenizer of five tokens: two halves of a character, two texts and the end."""

    end_tokens = frozenset({END})

    def encode(self, text: str) -> list[int]:
        raise NotImplementedError

    def encode_chat(self, messages: object) -> list[int]:
        raise NotImplementedError

    def token_bytes(self, token: int) -> bytes:
        return BYTES[token]


def sequence(longest: int = 10, stop: str = "", logprobs: int | None = None) -> Sequence:
    sampling = Sampling(stop=(Text(stop),) if stop else (), logprobs=logprobs)
    return Sequence(1, "r-1", (2, 3, 2), sampling, Letters(), longest=longest, arrived=0.0)


def certain(token: int) -> Logits:
    logits = np.full(5, -9, dtype=np.float32)
    logits[token] = 9
    return logits


def answer(of: Sequence, *tokens: int) -> list[Event]:
    return [event for token in tokens for event in of.accept(certain(token), now=1.0)]


def pieces(events: list[Event]) -> list[tuple[str, tuple[int, ...], int]]:
    return [(e.text.reveal, e.token_ids, e.position) for e in events if isinstance(e, Piece)]


def test_half_a_character_is_held_back_while_its_token_is_told() -> None:
    events = answer(sequence(), 0, 1, 2)
    assert events[0] == Began(3, 0)
    assert pieces(events) == [("", (0,), 0), ("\u00e9", (1,), 1), ("ab", (2,), 2)]


def test_the_end_token_is_not_counted_and_what_was_held_back_comes_before_the_end() -> None:
    events = answer(sequence(stop="cc"), 3, END)
    assert pieces(events) == [("", (3,), 0), ("c", (), 1)]
    assert isinstance(events[-1], Ended)
    assert (events[-1].reason, events[-1].completion_tokens) == (Reason.STOP, 1)


def test_an_answer_may_be_empty() -> None:
    began, ended = answer(sequence(), END)
    assert began == Began(3, 0)
    assert isinstance(ended, Ended)
    assert ended.completion_tokens == 0


def test_a_stop_string_ends_the_answer_before_itself() -> None:
    events = answer(sequence(stop="bc"), 2, 3)
    assert pieces(events) == [("a", (2,), 0), ("", (3,), 1)]
    assert isinstance(events[-1], Ended)
    assert events[-1].reason is Reason.STOP


def test_the_longest_answer_ends_by_length_with_all_its_text() -> None:
    events = answer(sequence(longest=2, stop="cc"), 0, 3)
    assert "".join(text for text, _, _ in pieces(events)) == "\ufffdc"
    assert isinstance(events[-1], Ended)
    assert (events[-1].reason, events[-1].completion_tokens) == (Reason.LENGTH, 2)


def test_rows_follow_on_the_prompt() -> None:
    running = sequence()
    rows = [running.row(5, now=0.0)]
    answer(running, 3)
    rows.append(running.row(5, now=0.0))
    assert rows == [Row(5, 2, 2), Row(5, 3, 3)]


def test_times_are_counted_from_arrival_first_chunk_first_token() -> None:
    running = sequence(longest=2)
    assert running.chunk(0, 2, now=2.0) == (2, 3)
    running.row(0, now=3.0)
    running.accept(certain(3), now=5.0)
    ended = running.accept(certain(3), now=9.0)[-1]
    assert isinstance(ended, Ended)
    assert (ended.wait_seconds, ended.prefill_seconds, ended.decode_seconds) == (2, 3, 4)


@pytest.mark.parametrize("wrong", [np.nan, np.inf, -np.inf])
def test_logits_that_are_no_numbers_are_refused(wrong: float) -> None:
    logits = certain(3)
    logits[1] = wrong
    with pytest.raises(NotFinite):
        sequence().accept(logits, now=1.0)


def test_scores_are_told_only_where_they_are_asked_for() -> None:
    (_, piece) = sequence().accept(certain(3), now=1.0)
    assert isinstance(piece, Piece)
    assert piece.scores == ()
    (_, piece) = sequence(logprobs=2).accept(certain(3), now=1.0)
    assert isinstance(piece, Piece)
    (score,) = piece.scores
    assert (score.token_id, score.text, len(score.alternatives)) == (3, Text("c"), 2)


def test_nothing_of_the_text_is_seen_in_a_repr() -> None:
    running = sequence()
    events = answer(running, 2)
    assert repr(running) == "<Sequence 1 3+1/10>"
    assert "ab" not in repr(events)
