"""How sure a classifier is, made honest."""

import numpy as np
import pytest

from services.worker.classifiers.calibration import (
    calibrated,
    calibration_error,
    fitting_temperature,
)


def outcomes(sharpness: float, seed: int = 1):
    """Probabilities of an honest model, sharpened, and what then comes out."""
    chance = np.random.default_rng(seed)
    honest = chance.dirichlet(np.ones(3), size=4000).astype(np.float32)
    truth = np.array([chance.choice(3, p=row / row.sum()) for row in honest.astype(np.float64)])
    return calibrated(honest, 1 / sharpness), truth


def test_rows_add_up_to_one_and_keep_their_order():
    rows = np.array([[0.7, 0.2, 0.1], [0.0, 1.0, 0.0]], np.float32)
    softer = calibrated(rows, 2.0)
    assert softer.sum(axis=1) == pytest.approx([1, 1])
    assert (softer.argsort() == rows.argsort()).all()
    assert softer[0, 0] < 0.7
    assert calibrated(rows, 1.0) == pytest.approx(rows, abs=1e-6)


@pytest.mark.parametrize("sharpness", [0.5, 1.0, 2.5])
def test_the_temperature_that_made_a_model_too_sure_is_found(sharpness):
    rows, truth = outcomes(sharpness)
    found = fitting_temperature(rows, truth)
    assert found == pytest.approx(sharpness, rel=0.15)
    assert calibration_error(calibrated(rows, found), truth) < 0.03


def test_the_error_is_how_far_the_surest_label_is_off():
    rows = np.tile(np.array([[0.9, 0.1]], np.float32), (10, 1))
    truth = np.array([0] * 6 + [1] * 4)
    assert calibration_error(rows, truth) == pytest.approx(0.3)
