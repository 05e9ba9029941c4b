import numpy as np
import pytest

from services.worker.engines.litert.rounding import Rounded, rounded


def value(matrix: Rounded) -> np.ndarray:
    return matrix.steps * matrix.scales[:, None]


@pytest.fixture
def matrix() -> np.ndarray:
    return np.random.default_rng(1).standard_normal((40, 150)).astype(np.float32)


def test_vectors_that_say_nothing_leave_each_element_to_itself(matrix: np.ndarray) -> None:
    found = rounded(matrix, np.zeros((0, 150), np.float32))
    assert found.steps.dtype == np.int8
    np.testing.assert_array_equal(found.scales, np.abs(matrix).max(axis=1) / np.float32(127))
    np.testing.assert_array_equal(found.steps, np.rint(matrix / found.scales[:, None]))


def test_what_is_multiplied_notices_less(matrix: np.ndarray) -> None:
    random = np.random.default_rng(2)
    # Vectors of few directions, one of them far stronger than the rest.
    strengths = np.array([30.0, *[1.0] * 19])
    basis = random.standard_normal((20, 150))
    seen, unseen = (
        ((random.standard_normal((400, 20)) * strengths) @ basis).astype(np.float32)
        for _ in range(2)
    )
    blind = value(rounded(matrix, np.zeros((0, 150), np.float32)))
    informed = value(rounded(matrix, seen))
    lost_blind, lost = (
        np.square(unseen @ (found - matrix).T).mean() for found in (blind, informed)
    )
    assert lost < lost_blind / 20
    # No element strays by more than a few steps for it.
    steps = np.abs(matrix).max(axis=1, keepdims=True) / 127
    assert np.abs((informed - matrix) / steps).max() < 6


def test_rows_of_zeros(matrix: np.ndarray) -> None:
    matrix[3] = 0
    found = rounded(matrix, matrix)
    assert not found.steps[3].any()
    assert np.isfinite(found.scales).all()
    assert (found.scales > 0).all()
