"""What the real model's answers are owed to: its gradients, against what they are gradients of."""

from typing import Any

import numpy as np
import pytest

from services.worker.engines.explain.open import open_explainable
from services.worker.engines.explain.process import POSITIONS, Bounds
from services.worker.engines.models.finding import default_cache_dir
from services.worker.explaining.attributing import attributed
from services.worker.explaining.messages import Source
from services.worker.explaining.values import (
    Array,
    Attributed,
    Differentiable,
    Options,
    Subject,
    Summed,
)

pytestmark = [pytest.mark.real, pytest.mark.timeout(300)]

ANSWER = 2
EVERY = 3  # of the tokens one is stepped: a step is a pass there and back
STEP = 0.02  # of a token's own length: far above rounding, far below where slopes bend


@pytest.fixture(scope="module")
def case(expected: dict[str, Any]) -> dict[str, Any]:
    """The shortest text whose greedy answer has as many tokens as are explained."""
    texts = [one for one in expected["greedy"] if "text" in one and len(one["prompt_ids"]) > 3]
    return min((one for one in texts if len(one["output_ids"]) > ANSWER), key=_length)


@pytest.fixture(scope="module")
def explained(case: dict[str, Any]) -> Differentiable:
    # As many threads as the other tests: TensorFlow takes a number once in a process.
    bounds = Bounds(tokens=64, threads=0, memory_mb=0, cache_dir=default_cache_dir())
    model = open_explainable(
        Source("model", "smollm2-135m-instruct"), bounds, lambda fraction: None
    )
    return model.outcomes(Subject(tuple(case["prompt_ids"]), tuple(case["output_ids"][:ANSWER])))


def _length(case: dict[str, Any]) -> int:
    return len(case["prompt_ids"])


def a_direction(text: Array) -> Array:
    """One in which every token changes, by as much as it is long."""
    drawn = np.random.default_rng(7).standard_normal(text.shape)
    lengths = np.linalg.norm(text, axis=1) / np.linalg.norm(drawn, axis=1)
    return (drawn * lengths[:, None]).astype(np.float32)


def test_what_is_explained_is_the_greedy_answer(
    explained: Differentiable, case: dict[str, Any]
) -> None:
    likeliest = [found[0].token_id for found in explained.alternatives(1)]
    assert likeliest == case["output_ids"][:ANSWER]


def test_slopes_are_what_small_steps_of_a_token_measure(explained: Differentiable) -> None:
    text, direction = explained.text, a_direction(explained.text)
    _, products = explained.products(text[None], direction, tuple(range(ANSWER)))
    slopes = products[:, 0, 1::EVERY].T
    each = np.eye(len(text), dtype=np.float32)[1::EVERY, :, None] * direction  # one token alone
    stepped = np.concatenate([text - STEP * each, text + STEP * each])
    values, _ = explained.products(stepped, direction, (0,))
    before, behind = np.split(values, 2)
    measured = (behind - before) / (2 * STEP)
    assert np.abs(measured).max() > 0.1, "the answer hangs on what was changed"
    assert slopes == pytest.approx(measured, rel=0.05, abs=0.01)


def test_attributions_sum_to_the_change_of_the_log_probability(explained: Differentiable) -> None:
    words = list(attributed(explained, Options(), POSITIONS // len(explained.text)))
    found = [word for word in words if isinstance(word, Attributed)]
    assert len(found) == ANSWER
    for one in found:
        changed = one.logprob - one.baseline_logprob
        assert sum(one.scores) == pytest.approx(changed, rel=0.02)
    assert isinstance(words[-1], Summed)
    assert words[-1].worst_gap <= 0.02
    assert words[-1].steps < Options().steps
