"""Rounds a matrix to eight bits so that what it is multiplied by notices least.

Pure. Each row is rounded to 255 steps of its largest value, one column after
the other; what a column's rounding has lost is made good, as far as it can be,
in the columns to its right, by what is known of the vectors that the matrix
will be multiplied by (GPTQ; Frantar et al., 2022).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]
_STEPS = 127
_BLOCK = 64  # columns; what a block has lost reaches the columns behind it at once
_DAMPING = 0.01  # of the mean square of the vectors' elements: no direction is unheard of


@dataclass(frozen=True, slots=True)
class Rounded:
    """A matrix `[out, in]`: `steps * scales[:, None]`."""

    steps: NDArray[np.int8]
    scales: Array


def rounded(matrix: Array, vectors: Array) -> Rounded:
    """Round a matrix `[out, in]`, given some of the vectors `[count, in]` that it will meet."""
    rest = np.array(matrix.T, np.float32)  # columns of the matrix are rows here
    scales = np.abs(rest).max(axis=0) / _STEPS
    scales = np.maximum(scales, np.finfo(np.float32).tiny).astype(np.float32)
    weights = _weights(vectors)
    steps = np.empty(rest.shape, np.int8)
    for begin in range(0, len(rest), _BLOCK):
        end = min(begin + _BLOCK, len(rest))
        lost = np.empty((end - begin, rest.shape[1]), np.float32)
        for column in range(begin, end):
            taken = np.clip(np.rint(rest[column] / scales), -_STEPS, _STEPS)
            steps[column] = taken
            lost[column - begin] = (rest[column] - taken * scales) / weights[column, column]
            rest[column:end] -= np.outer(weights[column, column:end], lost[column - begin])
        rest[end:] -= weights[begin:end, end:].T @ lost
    return Rounded(np.ascontiguousarray(steps.T), scales)


def _weights(vectors: Array) -> Array:
    """How a column's loss is shared among those to its right: an upper triangle."""
    moments = vectors.T.astype(np.float64) @ vectors / max(len(vectors), 1)
    mean = np.trace(moments) / len(moments) or 1.0
    moments += np.eye(len(moments)) * _DAMPING * mean
    return np.asarray(np.linalg.cholesky(np.linalg.inv(moments)).T, np.float32)
