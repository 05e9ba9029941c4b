"""Prompts that share their beginnings, through the stepper: the same tokens as without.

The scripted model's checksums find any token that was shared and should not
have been, and any that was not computed and should have been.
"""

from collections.abc import Sequence as Several
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.worker.engines.engine import Began, Logits, Piece, Row, Sampling, StepLimits
from services.worker.engines.scripted import (
    VOCABULARY,
    Pace,
    ScriptedModel,
    ScriptedTokenizer,
    expected_tokens,
)
from services.worker.engines.sequence import Sequence
from services.worker.engines.stepper import Stepper, Told

LIMITS = StepLimits(slots=3, context=160, vocabulary=VOCABULARY, prefill_chunk=8)
SYSTEM = "You are a concise assistant. "


class Counting(ScriptedModel):
    """Counts what is computed, by scope where prompts begin with one."""

    def __init__(self) -> None:
        super().__init__(LIMITS, Pace())
        self.prefilled = 0
        self.copies: list[tuple[int, int, int]] = []

    def prefill(self, slot: int, start: int, tokens: Several[int]) -> None:
        super().prefill(slot, start, tokens)
        self.prefilled += len(tokens)

    def copy(self, source: int, target: int, count: int) -> None:
        super().copy(source, target, count)
        self.copies.append((source, target, count))


class Uncopied:
    """A StepModel with no more than a StepModel's members."""

    def __init__(self) -> None:
        self.inner = Counting()
        self.limits, self.revision = self.inner.limits, self.inner.revision

    def prefill(self, slot: int, start: int, tokens: Several[int]) -> None:
        self.inner.prefill(slot, start, tokens)

    def decode(self, rows: Several[Row]) -> Logits:
        return self.inner.decode(rows)

    def release(self, slot: int, keep: int = 0) -> None:
        self.inner.release(slot, keep)


@dataclass(frozen=True)
class Asked:
    """A prompt that arrives once so many steps have run, and may leave some steps later."""

    prompt: str
    tokens: int = 3
    step: int = 0
    leaves_after: int | None = None
    scope: str = ""


@dataclass
class Run:
    """Runs what is asked, at most LIMITS.slots at once, in order."""

    asked: Several[Asked]
    model: Counting | Uncopied = field(default_factory=Counting)
    prefix_reuse: bool = True

    def __post_init__(self) -> None:
        self.answers: dict[int, list[int]] = {n: [] for n in range(len(self.asked))}
        self.cached: dict[int, int] = {}
        self.failed: list[int] = []
        self.sequences: dict[int, Sequence] = {}
        self.joined: dict[int, int] = {}
        self.waiting = list(range(len(self.asked)))
        self.steps = 0
        self.stepper = Stepper(self.model, self.hear, lambda: 0.0, prefix_reuse=self.prefix_reuse)
        self.admit()
        self.stepper.run()

    def hear(self, told: Told) -> None:
        self.steps = told.step_count
        for number, events in told.events:
            for event in events:
                if isinstance(event, Piece):
                    self.answers[number] += event.token_ids
                elif isinstance(event, Began):
                    self.cached[number] = event.cached_tokens
        self.failed += told.failed
        for number in told.freed:
            del self.joined[number]
        for number, since in self.joined.items():
            if self.asked[number].leaves_after == self.steps - since:
                self.stepper.leave(number)
        self.admit()
        if not self.joined:
            self.stepper.stop()

    def admit(self) -> None:
        """Let those join whose step has come; where none runs, the next one does not wait."""
        while self.waiting and len(self.joined) < LIMITS.slots:
            asked = self.asked[self.waiting[0]]
            if asked.step > self.steps and self.joined:
                return
            number = self.waiting.pop(0)
            self.joined[number] = self.steps
            self.sequences[number] = Sequence(
                number,
                f"r-{number}",
                tuple(asked.prompt.encode()),
                Sampling(),
                ScriptedTokenizer(),
                scope=asked.scope,
                longest=asked.tokens,
                arrived=0.0,
            )
            self.stepper.join(self.sequences[number])


beginnings = st.sampled_from(["", "x" * 20, SYSTEM, SYSTEM * 2, SYSTEM + "x" * 20])
histories = st.lists(
    st.builds(
        Asked,
        prompt=st.tuples(beginnings, st.text("abx", min_size=1, max_size=30)).map("".join),
        tokens=st.integers(1, 20),
        step=st.integers(0, 60),
        leaves_after=st.none() | st.integers(0, 20),
        scope=st.sampled_from(["", "a"]),
    ),
    min_size=1,
    max_size=12,
)


@settings(deadline=None)
@given(histories)
def test_every_history_gives_the_tokens_that_it_gives_without_reuse(asked: list[Asked]) -> None:
    run = Run(asked)
    assert run.failed == []
    for number, one in enumerate(asked):
        expected = expected_tokens(one.prompt, one.tokens)
        assert run.answers[number] == expected[: len(run.answers[number])]
        if one.leaves_after is None:
            assert len(run.answers[number]) == one.tokens


@settings(deadline=None)
@given(histories)
def test_what_was_cached_and_what_was_computed_make_the_prompts(asked: list[Asked]) -> None:
    asked = [Asked(one.prompt, one.tokens, one.step, scope=one.scope) for one in asked]
    run = Run(asked)
    assert isinstance(run.model, Counting)
    lengths = sum(len(one.prompt) - 1 for one in asked)
    assert run.model.prefilled == lengths - sum(run.cached.values())
    assert [sequence.backlog for sequence in run.sequences.values()] == [0] * len(asked)


def test_prompts_that_arrive_together_compute_their_beginning_once() -> None:
    run = Run([Asked(SYSTEM + f"{n} and so on") for n in range(3)])
    assert isinstance(run.model, Counting)
    assert run.cached == {0: 0, 1: len(SYSTEM), 2: len(SYSTEM)}
    assert run.model.copies == [(0, 1, len(SYSTEM)), (0, 2, len(SYSTEM))]


def test_a_dialogue_goes_on_without_a_copy() -> None:
    answered = SYSTEM + "Hi. And now?"
    run = Run([Asked(SYSTEM + "Hi."), Asked(answered, step=99)])
    assert isinstance(run.model, Counting)
    assert run.cached == {0: 0, 1: len(SYSTEM + "Hi.")}
    assert run.model.copies == []


def test_what_a_cancelled_prompt_had_computed_is_of_use() -> None:
    run = Run([Asked(SYSTEM * 4, leaves_after=5), Asked(SYSTEM * 2, step=99)])
    assert (run.answers[0], run.cached) == ([], {1: 48})


@pytest.mark.parametrize(("model", "prefix_reuse"), [(Uncopied, True), (Counting, False)])
def test_without_copies_or_where_it_is_not_wanted_nothing_is_reused(
    model: type[Counting | Uncopied], prefix_reuse: bool
) -> None:
    run = Run([Asked(SYSTEM, step=50 * n) for n in range(3)], model(), prefix_reuse)
    assert run.cached == {0: 0, 1: 0, 2: 0}
    assert [run.answers[n] for n in range(3)] == [expected_tokens(SYSTEM, 3)] * 3


def test_a_copy_that_fails_costs_its_own_sequence_alone() -> None:
    class Failing(Counting):
        def copy(self, source: int, target: int, count: int) -> None:
            if not self.copies:
                self.copies.append((source, target, count))
                raise RuntimeError("no copy today")
            super().copy(source, target, count)

    run = Run([Asked(SYSTEM + f"{n} and so on", tokens=9) for n in range(3)], Failing())
    assert run.failed == [1]
    for n in (0, 2):
        assert run.answers[n] == expected_tokens(SYSTEM + f"{n} and so on", 9)
