"""The real model in int8: exact in itself, and near enough to float32.

The first run converts the model, which takes about a minute.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest

from benchmarks.quality import answers_places, compare
from services.worker.engines.engine import Logits, Row, StepModel
from services.worker.engines.models.finding import default_cache_dir
from services.worker.engines.pretrained import open_pretrained
from tests.real.conftest import Opened

pytestmark = [pytest.mark.real, pytest.mark.timeout(600)]

LENGTH = 1100
BOUNDS = (128, 192, 256, 384, 512, 1024)  # of pages, and of prefills that begin within one
ASKED = (2, 31, 64, *(at + n for at in BOUNDS for n in (-1, 0, 1)), LENGTH - 1)
LONGEST = 120  # prompts that are compared; float32 takes its time with longer ones


@pytest.fixture(scope="module")
def model() -> StepModel:
    _, model, _ = open_pretrained("smollm2-135m-instruct", default_cache_dir(), precision="int8")
    return model


@pytest.fixture(scope="module")
def tokens(model: StepModel) -> list[int]:
    numbers = np.random.default_rng(7)
    return [int(n) for n in numbers.integers(17, model.limits.vocabulary, LENGTH)]


def prefill(model: StepModel, slot: int, tokens: Sequence[int], chunk: int) -> None:
    for start in range(0, len(tokens), chunk):
        model.prefill(slot, start, tokens[start : start + chunk])


@pytest.fixture(scope="module")
def alone(model: StepModel, tokens: list[int]) -> Callable[[int], Logits]:
    """Logits at a position of slot 0, prefilled in the largest chunks, with nothing beside it."""
    prefill(model, 0, tokens, model.limits.prefill_chunk)
    return lambda at: model.decode([Row(0, at, tokens[at])])[0]


@pytest.mark.parametrize("chunk", [7, 37, 64, 100])
def test_chunks(
    model: StepModel, tokens: list[int], alone: Callable[[int], Logits], chunk: int
) -> None:
    prefill(model, 1, tokens, chunk)
    for at in ASKED:
        np.testing.assert_array_equal(model.decode([Row(1, at, tokens[at])])[0], alone(at))


def test_company(model: StepModel, tokens: list[int], alone: Callable[[int], Logits]) -> None:
    last = model.limits.context - 1
    for at in ASKED:
        row = Row(0, at, tokens[at])
        expected = alone(at)
        for count in range(1, model.limits.slots):
            # Company near its start and at the cache's end: every length of past there is.
            for far in (0, last):
                others = [Row(slot, far or slot, 99) for slot in range(1, count + 1)]
                np.testing.assert_array_equal(model.decode([*others, row])[count], expected)


def test_decoded_past(model: StepModel, tokens: list[int], alone: Callable[[int], Logits]) -> None:
    prefill(model, 2, tokens[:480], 128)
    for at in range(480, 540):
        found = model.decode([Row(2, at, tokens[at]), Row(3, at - 480, tokens[at])])[0]
    np.testing.assert_array_equal(found, alone(539))


def test_threads(model: StepModel, tokens: list[int], alone: Callable[[int], Logits]) -> None:
    cache = default_cache_dir()
    _, single, _ = open_pretrained("smollm2-135m-instruct", cache, precision="int8", threads=1)
    prefill(single, 0, tokens, 128)
    for at in ASKED:
        np.testing.assert_array_equal(single.decode([Row(0, at, tokens[at])])[0], alone(at))


def test_near_to_float32(model: StepModel, opened: Opened, expected: dict[str, Any]) -> None:
    cases = [
        answers_places(case)
        for case in expected["greedy"]
        if len(case["prompt_ids"]) < LONGEST and case["output_ids"]
    ]
    measured = compare(opened.model, model, cases)
    assert len(measured.divergence) > 500
    assert measured.divergence.mean() <= 0.01, str(measured)
    assert measured.agrees.mean() >= 0.94, str(measured)
