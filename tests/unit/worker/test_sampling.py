"""Choosing a token: exact cases, properties, and frequencies at fixed seeds."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.worker.engines.engine import Logits, Sampling
from services.worker.engines.logprobs import scored
from services.worker.engines.penalties import penalized
from services.worker.engines.sampling import HEADS, candidates, choose, draw, most_likely, uniform

floats = st.floats(-30, 30, width=32)
vocabularies = st.lists(floats, min_size=1, max_size=60).map(
    lambda values: np.array(values, dtype=np.float32)
)
samplings = st.builds(
    Sampling,
    temperature=st.one_of(st.just(0.0), st.floats(1e-6, 2)),
    top_p=st.floats(0.01, 1),
    top_k=st.one_of(st.none(), st.integers(1, 80)),
    seed=st.integers(0, 2**64 - 1),
)


def row(*values: float) -> Logits:
    return np.array(values, dtype=np.float32)


def test_the_generator_is_philox_as_published() -> None:
    # Random123's known answer for philox4x64-10 with key and counter zero; numpy
    # counts up before it computes, so it is asked from the counter before zero.
    philox = np.random.Philox(key=0, counter=2**256 - 1)
    assert int(philox.random_raw()) == 0x16554D9ECA36314C


def test_random_numbers_never_change() -> None:
    # A worker of a later version must go on with streams of this one.
    places = [(0, 0), (0, 1), (1, 0), (2**64 - 1, 8191)]
    assert [uniform(seed, position) for seed, position in places] == [
        0.011546754286331562,
        0.21185954403345741,
        0.3035680343067586,
        0.6860900762927493,
    ]


def test_random_numbers_are_uniform_and_independent_of_their_neighbours() -> None:
    by_position = [uniform(7, n) for n in range(4000)]
    by_seed = [uniform(n, 7) for n in range(4000)]
    for numbers in (np.array(by_position), np.array(by_seed)):
        counts, _ = np.histogram(numbers, bins=20, range=(0, 1))
        chi_squared = float(((counts - 200) ** 2 / 200).sum())
        assert chi_squared < 43.8  # one in a thousand for 19 degrees of freedom
        assert abs(np.corrcoef(numbers[:-1], numbers[1:])[0, 1]) < 0.05


def test_greedy_takes_the_likeliest_and_of_equals_the_lowest() -> None:
    assert choose(row(0, 3, 3, 1), Sampling(temperature=0), [], []) == 1


@given(vocabularies, samplings, st.lists(st.integers(0, 0), max_size=20))
def test_the_choice_is_a_function_of_its_arguments(
    logits: Logits, sampling: Sampling, answer: list[int]
) -> None:
    before = logits.copy()
    token = choose(logits, sampling, [0], answer)
    assert 0 <= token < len(logits)
    assert choose(logits, sampling, [0], answer) == token
    assert (logits == before).all()


@given(vocabularies, samplings)
def test_top_k_keeps_the_k_likeliest_tokens(logits: Logits, sampling: Sampling) -> None:
    k = sampling.top_k or len(logits)
    by_rank = sorted(range(len(logits)), key=lambda token: (-logits[token], token))
    assert most_likely(logits, k).tolist() == by_rank[:k]
    assert choose(logits, sampling, [], []) in by_rank[:k]


@given(vocabularies, st.floats(0.05, 0.99), st.floats(0.1, 2))
def test_top_p_keeps_the_smallest_set_that_reaches_the_sum(
    logits: Logits, top_p: float, temperature: float
) -> None:
    tokens, _ = candidates(logits, Sampling(temperature=temperature, top_p=top_p))
    exact = np.exp(logits.astype(np.float64) / temperature)
    shares = exact / exact.sum()
    kept = shares[tokens]
    assert kept.sum() >= top_p - 1e-9
    assert kept[:-1].sum() < top_p + 1e-9
    assert kept.min() >= np.delete(shares, tokens).max(initial=0) * (1 - 1e-9)


@pytest.mark.parametrize("top_p", [0.3, 0.9, 0.999])
def test_a_nucleus_wider_than_its_first_guesses_is_found_whole(top_p: float) -> None:
    flat = np.linspace(0, 0.001, HEADS[-1] * 4, dtype=np.float32)
    tokens, _ = candidates(flat, Sampling(temperature=1, top_p=top_p))
    assert len(tokens) == pytest.approx(top_p * len(flat), rel=0.01)


@pytest.mark.parametrize(
    "sampling",
    [
        Sampling(temperature=1.0),
        Sampling(temperature=0.5),
        Sampling(temperature=1.5, top_k=3),
        Sampling(temperature=1.0, top_p=0.8),
    ],
)
def test_tokens_are_drawn_as_often_as_they_are_likely(sampling: Sampling) -> None:
    logits = row(2.0, 1.0, 0.5, 0.0, -1.0)
    tokens, weights = candidates(logits, sampling)
    expected = np.zeros(5)
    expected[tokens] = weights / weights.sum()
    draws = 6000
    counts = np.zeros(5)
    for seed in (1, 2):
        for position in range(draws // 2):
            counts[choose(logits, replace(sampling, seed=seed), [], range(position))] += 1
    likely = expected > 0
    assert counts[~likely].sum() == 0
    chi_squared = ((counts - draws * expected)[likely] ** 2 / (draws * expected[likely])).sum()
    assert chi_squared < 18.5  # one in a thousand for 4 degrees of freedom


@given(
    st.lists(st.floats(0, 1), min_size=1, max_size=20).filter(any),
    st.floats(0, 1, exclude_max=True),
)
def test_no_token_of_weight_zero_is_drawn(weights: list[float], point: float) -> None:
    assert weights[draw(np.array(weights), point)] > 0


@given(st.lists(st.integers(-30, 30), min_size=1, max_size=60))
def test_the_smallest_temperature_is_greedy(values: list[int]) -> None:
    token = choose(row(*values), Sampling(temperature=1e-38), [], [])
    assert values[token] == max(values)


def test_repetition_divides_what_is_above_zero_and_multiplies_what_is_below() -> None:
    sampling = Sampling(repetition_penalty=2.0)
    assert penalized(row(4, -4, 4, -4), sampling, [0, 0], [1]).tolist() == [2, -8, 4, -4]


def test_a_tiny_penalty_leaves_logits_finite() -> None:
    sampling = Sampling(temperature=1.0, repetition_penalty=1e-45)
    assert np.isfinite(penalized(row(9, -9), sampling, [0, 1], [])).all()
    assert choose(row(9, -9), sampling, [0], []) == 0


def test_presence_counts_once_and_frequency_every_time_in_the_answer_alone() -> None:
    logits = row(1, 1, 1)
    assert penalized(logits, Sampling(presence_penalty=0.5), [2], [0, 0, 1]).tolist() == [
        0.5,
        0.5,
        1,
    ]
    assert penalized(logits, Sampling(frequency_penalty=0.5), [2], [0, 0, 1]).tolist() == [
        0,
        0.5,
        1,
    ]


def test_without_penalties_nothing_is_copied() -> None:
    logits = row(1, 2)
    assert penalized(logits, Sampling(), [0], [1]) is logits


def test_log_probabilities_are_the_models_own() -> None:
    logits = np.log(row(0.5, 0.25, 0.125, 0.125))
    score = scored(
        2, logits, 2, lambda token: b"\xff" if token == 2 else b"abcd"[token : token + 1]
    )
    assert score.logprob == pytest.approx(np.log(0.125), abs=1e-6)
    assert score.text.reveal == "\ufffd"
    assert [(one.token_id, one.text.reveal) for one in score.alternatives] == [(0, "a"), (1, "b")]
    assert score.alternatives[0].logprob == pytest.approx(np.log(0.5), abs=1e-6)
    assert scored(0, logits, 0, lambda _: b"").alternatives == ()


@given(vocabularies)
def test_log_probabilities_sum_to_one(logits: Logits) -> None:
    scores = [scored(token, logits, 0, lambda _: b"").logprob for token in range(len(logits))]
    assert max(scores) <= 0
    assert np.exp(scores).sum() == pytest.approx(1, abs=1e-9)
