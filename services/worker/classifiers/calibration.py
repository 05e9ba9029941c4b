"""How sure a classifier is, made honest: temperature scaling.

Pure. Decides what is reported of what the model gives, and how far reports are
from the truth. Which temperature fits is found in training, from texts that
were not trained on. Knows no model.
"""

import numpy as np
from numpy.typing import NDArray

Probabilities = NDArray[np.float32]
_LEAST = 1e-9  # below that a probability is as good as none; its logarithm stays finite
_BINS = 15


def calibrated(probabilities: Probabilities, temperature: float) -> Probabilities:
    """Each row to the power of 1 / temperature, made to add up to 1 again.

    The order within a row never changes; above 1 the rows become less sure.
    """
    logits = np.log(np.maximum(probabilities, _LEAST), dtype=np.float64) / temperature
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True), np.float32)


def calibration_error(probabilities: Probabilities, truth: NDArray[np.int64]) -> float:
    """Expected calibration error: by how much the most probable label's probability is off.

    Rows are put in 15 bins of equal width by that probability; the mean, over rows, of
    the distance between a bin's mean probability and its share of right answers.
    """
    sure = probabilities.max(axis=-1)
    is_right = probabilities.argmax(axis=-1) == truth
    bins = np.minimum((sure * _BINS).astype(int), _BINS - 1)
    off = 0.0
    for found in np.unique(bins):
        inside = bins == found
        off += inside.mean() * abs(float(sure[inside].mean()) - float(is_right[inside].mean()))
    return float(off)


def fitting_temperature(probabilities: Probabilities, truth: NDArray[np.int64]) -> float:
    """The temperature, 0.25 to 8, under which the true labels are most probable.

    The loss has one minimum in the temperature's logarithm, so it is closed in
    from both sides (golden section).
    """
    rows = np.arange(len(truth))

    def loss(logarithm: float) -> float:
        chosen = calibrated(probabilities, float(np.exp(logarithm)))[rows, truth]
        return float(-np.log(np.maximum(chosen, _LEAST), dtype=np.float64).mean())

    low, high = float(np.log(0.25)), float(np.log(8.0))
    golden = (np.sqrt(5.0) - 1) / 2
    while high - low > 1e-3:
        left, right = high - golden * (high - low), low + golden * (high - low)
        low, high = (low, right) if loss(left) <= loss(right) else (left, high)
    return float(np.exp((low + high) / 2))
