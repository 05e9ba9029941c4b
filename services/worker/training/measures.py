"""What a classifier is worth, in figures.

Pure. Decides which figures are told: accuracy, recall by label, confusion, accuracy by
slice, and calibration error before and after. Knows no model.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.worker.classifiers.calibration import calibrated, calibration_error


def measures(
    probabilities: NDArray[np.float32],
    truth: NDArray[np.int64],
    labels: Sequence[str],
    slices: Sequence[str],
    temperature: float,
) -> dict[str, Any]:
    """The figures of one part of the data, as the card holds them."""
    said = probabilities.argmax(axis=-1)
    confusion = np.zeros((len(labels), len(labels)), int)
    np.add.at(confusion, (truth, said), 1)
    is_right = said == truth
    by_slice = np.array(slices)
    after = calibration_error(calibrated(probabilities, temperature), truth)
    return {
        "accuracy": round(float(is_right.mean()), 4),
        "recall": {
            label: round(float(confusion[row, row] / max(1, confusion[row].sum())), 4)
            for row, label in enumerate(labels)
        },
        "confusion": confusion.tolist(),
        "by_slice": {
            name: round(float(is_right[by_slice == name].mean()), 4)
            for name in sorted(set(slices))
            if name
        },
        "calibration_error": {
            "before": round(calibration_error(probabilities, truth), 4),
            "after": round(after, 4),
        },
    }
