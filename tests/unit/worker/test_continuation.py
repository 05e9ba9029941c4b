"""An answer that is cut anywhere and goes on elsewhere: nothing lost, repeated or changed."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from services.runtime.text import Text
from services.worker.engines.engine import Began, Ended, Event, Logits, Piece, Sampling
from services.worker.engines.sequence import Sequence

BYTES = (b"", b"\xc3", b"\xa9", b"ab", b"c", b"a", b"\xf0\x9f", b"\x98", b"\x80b")
END = 0


class Letters:
    """A tokenizer of texts, parts of characters and an end token."""

    end_tokens = frozenset({END})

    def encode(self, text: str) -> list[int]:
        raise NotImplementedError

    def encode_chat(self, messages: object) -> list[int]:
        raise NotImplementedError

    def token_bytes(self, token: int) -> bytes:
        return BYTES[token]


def logits_after(tokens: list[int]) -> Logits:
    """What a model would say: it depends on every token and on their order."""
    numbers = np.random.default_rng([len(tokens), *tokens])
    logits: Logits = numbers.normal(scale=2, size=len(BYTES)).astype(np.float32)
    logits[END] -= 2
    return logits


def sequence(prompt: tuple[int, ...], sampling: Sampling, *answered: int) -> Sequence:
    return Sequence(
        1,
        "r-1",
        prompt,
        sampling,
        Letters(),
        longest=sampling.max_tokens,
        answered=answered,
        arrived=0.0,
    )


def events_of(of: Sequence, stopped_at: int | None = None) -> list[Event]:
    """Runs a sequence to its end, stopped once by others before it has so many tokens."""
    if of.over:
        return list(of.conclude(now=1.0))
    events: list[Event] = []
    while not (events and isinstance(events[-1], Ended)):
        if len(of.answer) == stopped_at:
            of.preempted()
            of.chunk(0, len(of.tokens) - 1, now=1.0)
            of.prefilled(len(of.tokens) - 1)
            assert of.backlog == 0
        row = of.row(0, now=1.0)
        tokens = [*of.prompt, *of.answer]
        assert (row.position, row.token) == (len(tokens) - 1, tokens[-1])
        events += of.accept(logits_after(tokens), now=1.0)
    return events


samplings = st.builds(
    Sampling,
    temperature=st.sampled_from([0.0, 0.7, 1.5]),
    top_p=st.sampled_from([1.0, 0.9]),
    repetition_penalty=st.sampled_from([1.0, 1.3]),
    presence_penalty=st.sampled_from([0.0, 0.8]),
    frequency_penalty=st.sampled_from([0.0, -0.5]),
    seed=st.integers(0, 2**64 - 1),
    max_tokens=st.integers(1, 24),
    stop=st.lists(st.sampled_from(["cab", "aba", "\u00e9c", "bb", "\U0001f600"]), max_size=2).map(
        lambda texts: tuple(map(Text, texts))
    ),
    logprobs=st.none() | st.just(2),
)
prompts = st.lists(st.integers(1, len(BYTES) - 1), min_size=1, max_size=5).map(tuple)


@settings(deadline=None)
@given(prompts, samplings)
def test_cut_after_any_token_it_goes_on_as_it_would_have(
    prompt: tuple[int, ...], sampling: Sampling
) -> None:
    began, *pieces, ended = events_of(sequence(prompt, sampling))
    tokens = [t for piece in pieces if isinstance(piece, Piece) for t in piece.token_ids]
    for cut in range(len(tokens) + 1):
        there = events_of(sequence(prompt, sampling, *tokens[:cut]))
        assert there == [began, *pieces[cut:], ended]


@settings(deadline=None)
@given(prompts, samplings, st.integers(0, 24))
def test_stopped_at_any_token_it_goes_on_as_it_would_have(
    prompt: tuple[int, ...], sampling: Sampling, at: int
) -> None:
    expected = events_of(sequence(prompt, sampling))
    assert events_of(sequence(prompt, sampling), stopped_at=at) == expected


def test_what_is_to_be_computed_is_prompt_and_answer() -> None:
    of = sequence((3, 4), Sampling(max_tokens=9), 5, 3, 4)
    assert of.tokens == (3, 4, 5, 3, 4)
    assert (of.backlog, of.size, of.over) == (4, (5, 6), None)
    of.reused(4)
    of.row(0, now=0.0)
    assert of.accept(logits_after([3, 4, 5, 3, 4]), now=0.0)[0] == Began(2, 2)  # of the prompt


def test_an_answer_that_is_whole_only_ends() -> None:
    of = sequence((3, 4), Sampling(max_tokens=3), 5, 3, 4)
    began, ended = events_of(of)
    assert began == Began(2, 0)
    assert isinstance(ended, Ended)
    assert (ended.reason.value, ended.completion_tokens) == ("length", 3)
