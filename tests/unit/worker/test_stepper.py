"""The engine's thread, run on the test's own with a clock of its own."""

import pytest

from services.worker.engines.engine import Ended, Piece, Sampling, Serving, StepLimits
from services.worker.engines.scripted import (
    VOCABULARY,
    Pace,
    ScriptedModel,
    ScriptedTokenizer,
    expected_tokens,
)
from services.worker.engines.sequence import Sequence
from services.worker.engines.stepper import Stepper, Told

PACE = Pace(step_seconds=0.02, row_seconds=0.01, prefill_tokens_per_second=100.0)


class Run:
    """Joins prompts and runs until all have ended; time is what the model sleeps."""

    def __init__(self, *prompts: str, tokens: int = 5, leaving: tuple[int, ...] = ()) -> None:
        self.told: list[Told] = []
        self.seconds = 0.0
        self.waiting = len(prompts)
        limits = StepLimits(slots=4, context=256, vocabulary=VOCABULARY, prefill_chunk=8)
        model = ScriptedModel(limits, PACE, self.sleep)
        self.stepper = Stepper(model, self.tell, Serving(), now=lambda: self.seconds)
        for number, prompt in enumerate(prompts):
            self.stepper.join(
                Sequence(
                    number,
                    f"r-{number}",
                    tuple(prompt.encode()),
                    Sampling(),
                    ScriptedTokenizer(),
                    longest=tokens,
                    arrived=0.0,
                )
            )
        for number in leaving:
            self.stepper.leave(number)
        self.stepper.run()

    def sleep(self, seconds: float) -> None:
        self.seconds += seconds

    def tell(self, told: Told) -> None:
        self.told.append(told)
        self.waiting -= len(told.freed)
        if not self.waiting:
            self.stepper.stop()

    def tokens(self, number: int) -> list[int]:
        pieces = [
            event
            for told in self.told
            for owner, events in told.events
            for event in events
            if owner == number and isinstance(event, Piece)
        ]
        return [token for piece in pieces for token in piece.token_ids]


def test_each_step_is_told_once_for_all_sequences() -> None:
    run = Run("A", "B", "C")
    assert [len(told.events) for told in run.told] == [3] * 5
    assert [told.step_count for told in run.told] == [1, 2, 3, 4, 5]
    assert run.told[-1].freed == (0, 1, 2)
    assert run.told[-1].generated_tokens == 15
    for number, prompt in enumerate("ABC"):
        assert run.tokens(number) == expected_tokens(prompt, 5)


def test_a_long_prompt_never_holds_up_a_running_sequence_for_more_than_a_chunk() -> None:
    run = Run("A", "x" * 33)
    # Four chunks of eight; the short one decodes in each of those steps.
    assert [len(told.events) for told in run.told] == [1, 1, 1, 2, 2, 1, 1, 1]
    assert run.tokens(1) == expected_tokens("x" * 33, 5)


def test_rates_are_those_of_the_model() -> None:
    run = Run("x" * 33)
    assert run.told[-1].prefill_tokens_per_second == pytest.approx(100)
    assert run.told[-1].decode_step_seconds == pytest.approx(0.03)
    ((_, events),) = run.told[-1].events
    ended = events[-1]
    assert isinstance(ended, Ended)
    assert ended.prefill_seconds == pytest.approx(0.32 + 0.03)
    assert ended.decode_seconds == pytest.approx(4 * 0.03)


def test_who_leaves_before_the_first_step_costs_none() -> None:
    run = Run("A", leaving=(0,))
    (told,) = run.told
    assert (told.freed, told.step_count, told.events) == ((0,), 0, ())


def test_who_is_unknown_may_leave() -> None:
    assert Run("A", leaving=(7,)).tokens(0) == expected_tokens("A", 5)
