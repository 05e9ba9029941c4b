"""Prompts that share their beginnings, through the stepper: the same tokens as without."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.worker.engines.engine import Serving
from services.worker.engines.scripted import expected_tokens
from tests.unit.worker.asked import Asked, Counting, Run, Uncopied

SYSTEM = "You are a concise assistant. "

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


@pytest.mark.parametrize(
    ("model", "serving"), [(Uncopied, Serving()), (Counting, Serving(prefix_reuse=False))]
)
def test_without_copies_or_where_it_is_not_wanted_nothing_is_reused(
    model: type[Counting | Uncopied], serving: Serving
) -> None:
    run = Run([Asked(SYSTEM, step=50 * n) for n in range(3)], model(), serving)
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
