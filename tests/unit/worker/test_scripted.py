"""The scripted arithmetic by hand, and what its model refuses."""

import doctest

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.runtime.text import Text
from services.worker.engines import scripted
from services.worker.engines.engine import Message, Row, Sampling, StepLimits
from services.worker.engines.sampling import choose
from services.worker.engines.scripted import (
    VOCABULARY,
    Pace,
    ScriptedModel,
    ScriptedTokenizer,
    expected_answer,
    expected_tokens,
)


def model(pace: Pace | None = None, slept: list[float] | None = None) -> ScriptedModel:
    limits = StepLimits(slots=2, context=64, vocabulary=VOCABULARY, prefill_chunk=8)
    times: list[float] = [] if slept is None else slept
    return ScriptedModel(limits, pace or Pace(), times.append)


def run(of: ScriptedModel, slot: int, prompt: str, tokens: int) -> list[int]:
    ids = ScriptedTokenizer().encode(prompt)
    for start in range(0, len(ids) - 1, 8):
        of.prefill(slot, start, ids[start : min(start + 8, len(ids) - 1)])
    answer: list[int] = []
    for position in range(len(ids) - 1, len(ids) - 1 + tokens):
        (logits,) = of.decode([Row(slot, position, (answer or ids)[-1])])
        answer.append(choose(logits, Sampling(), ids, answer))
    return answer


def test_the_examples_of_the_docstring() -> None:
    results = doctest.testmod(scripted)
    assert results.attempted
    assert not results.failed


def test_the_arithmetic_by_hand() -> None:
    # "A" is 65: checksum 66, token 256 + 66; then (66 * 1_000_003 + 322 + 1) % (2**31 - 1).
    assert expected_tokens("A", 2) == [322, 256 + 66_000_521 % 1000]
    assert expected_answer("A", 2) == " w066 w521"


@given(st.text(min_size=1, max_size=12), st.integers(1, 12))
def test_the_model_says_what_is_expected(prompt: str, tokens: int) -> None:
    of = model()
    assert run(of, 1, prompt, tokens) == expected_tokens(prompt, tokens)
    of.release(1)
    assert run(of, 1, prompt, tokens) == expected_tokens(prompt, tokens)


@given(st.text("ab", min_size=4, max_size=12), st.integers(0, 3))
def test_the_answer_depends_on_every_byte(prompt: str, at: int) -> None:
    other = prompt[:at] + "c" + prompt[at + 1 :]
    assert expected_tokens(prompt, 8) != expected_tokens(other, 8)


@given(st.floats(0, 2), st.floats(1e-30, 2), st.floats(-2, 2), st.integers(0, 99))
def test_no_sampling_changes_what_it_says(
    temperature: float, repetition: float, presence: float, seed: int
) -> None:
    (logits,) = model().decode([Row(0, 0, 65)])
    sampling = Sampling(
        temperature=temperature,
        repetition_penalty=repetition,
        presence_penalty=presence,
        frequency_penalty=presence,
        seed=seed,
    )
    assert choose(logits, sampling, [65], [322] * 8) == 322


@pytest.mark.parametrize(
    "row", [Row(0, 3, 65), Row(0, 1, 65), Row(1, 64, 65)], ids=["gap", "no first", "full"]
)
def test_a_token_that_does_not_follow_is_refused(row: Row) -> None:
    with pytest.raises(ValueError, match="position"):
        model().decode([row])


def test_a_step_may_be_run_again_but_not_with_two_rows_of_a_slot() -> None:
    of = model()
    assert np.array_equal(of.decode([Row(0, 0, 65)]), of.decode([Row(0, 0, 65)]))
    with pytest.raises(ValueError, match="two rows"):
        of.decode([Row(0, 1, 65), Row(0, 1, 65)])


@given(st.text("ab", min_size=9, max_size=12), st.integers(1, 8))
def test_a_slot_goes_on_from_what_another_began_with(prompt: str, count: int) -> None:
    of = model()
    run(of, 0, prompt, 3)
    of.copy(0, 1, count)
    tokens = ScriptedTokenizer().encode(prompt)
    for position in range(count, len(tokens)):
        (logits,) = of.decode([Row(1, position, tokens[position])])
    assert choose(logits, Sampling(), tokens, []) == expected_tokens(prompt, 1)[0]


@pytest.mark.parametrize(
    ("source", "target", "count"), [(0, 1, 4), (0, 1, 0), (1, 0, 1), (0, 0, 1)]
)
def test_what_a_slot_does_not_hold_is_not_copied(source: int, target: int, count: int) -> None:
    of = model()
    of.prefill(0, 0, [1, 2, 3])
    with pytest.raises(ValueError, match="tokens from slot"):
        of.copy(source, target, count)


def test_time_passes_as_the_pace_says() -> None:
    slept: list[float] = []
    of = model(Pace(step_seconds=0.5, row_seconds=0.25, prefill_tokens_per_second=16.0), slept)
    of.prefill(0, 0, [1, 2, 3, 4])
    of.decode([Row(0, 4, 5), Row(1, 0, 5)])
    assert slept == [0.25, 1.0]


def test_a_dialogue_becomes_lines() -> None:
    messages = [Message("system", Text("Be brief.")), Message("user", Text("Hi"))]
    tokens = ScriptedTokenizer().encode_chat(messages)
    assert bytes(tokens) == b"system: Be brief.\nuser: Hi\n"
