"""A token's logits do not depend, in any bit, on what shared its step.

That is what lets another worker go on with a stream exactly: it prefills what
the first one had decoded, in other chunks, beside other sequences.
"""

from collections.abc import Callable, Sequence

import numpy as np
import pytest

from services.worker.engines.engine import Logits, Row, StepModel
from tests.real.conftest import Opened

pytestmark = [pytest.mark.real, pytest.mark.timeout(300)]

LENGTH = 1100  # beyond two spans of the cache
ASKED = (2, 63, 64, 500, 512, 513, 1023, 1024, LENGTH - 1)


@pytest.fixture(scope="module")
def tokens(opened: Opened) -> list[int]:
    numbers = np.random.default_rng(7)
    return [int(n) for n in numbers.integers(17, opened.model.limits.vocabulary, LENGTH)]


def prefill(model: StepModel, slot: int, tokens: Sequence[int], chunk: int) -> None:
    for start in range(0, len(tokens), chunk):
        model.prefill(slot, start, tokens[start : start + chunk])


@pytest.fixture(scope="module")
def alone(opened: Opened, tokens: list[int]) -> Callable[[int], Logits]:
    """Logits at a position of slot 0, prefilled in the largest chunks, with nothing beside it."""
    prefill(opened.model, 0, tokens, opened.model.limits.prefill_chunk)
    return lambda at: opened.model.decode([Row(0, at, tokens[at])])[0]


def test_chunks(opened: Opened, tokens: list[int], alone: Callable[[int], Logits]) -> None:
    prefill(opened.model, 1, tokens, 37)
    for at in ASKED:
        np.testing.assert_array_equal(opened.model.decode([Row(1, at, tokens[at])])[0], alone(at))


def test_company(opened: Opened, tokens: list[int], alone: Callable[[int], Logits]) -> None:
    last = opened.model.limits.context - 1
    for at in ASKED:
        row, expected = Row(0, at, tokens[at]), alone(at)
        for count in {1, 2, opened.model.limits.slots - 1}:
            # Company near its start and at the cache's end: other padding for all.
            others = [Row(slot, slot, 99) for slot in range(1, count)] + [Row(count, last, 99)]
            np.testing.assert_array_equal(opened.model.decode([row, *others])[0], expected)
            np.testing.assert_array_equal(opened.model.decode([*others, row])[count], expected)


def test_decoded_past(opened: Opened, tokens: list[int], alone: Callable[[int], Logits]) -> None:
    prefill(opened.model, 2, tokens[:480], 128)
    for at in range(480, 540):
        found = opened.model.decode([Row(2, at, tokens[at]), Row(3, at - 480, tokens[at])])[0]
    np.testing.assert_array_equal(found, alone(539))
