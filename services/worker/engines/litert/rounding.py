"""Rounds a matrix to eight bits so that what it is multiplied by notices least.

Pure. Each row is rounded to 255 steps of its largest value, one column after
the other; what a column's rounding has lost is made good, as far as it can be,
in the columns to its right, by what is known of the vectors that the matrix
will be multiplied by (GPTQ; Frantar et al., 2022).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]
ROUNDING_VERSION = 2  # of all that decides what a matrix is rounded to, the text read included
_STEPS = 127
_BLOCK = 64  # columns; what a block has lost reaches the columns behind it at once
_ROWS = 2048  # rounded at a time, so that a block of them stays in the processor's cache
_DAMPING = 0.01  # of the mean square of the vectors' elements: no direction is unheard of
_SMALL = 64  # triangles of this size are inverted as they stand


@dataclass(frozen=True, slots=True)
class Rounded:
    """A matrix `[out, in]`: `steps * scales[:, None]`."""

    steps: NDArray[np.int8]
    scales: Array


def rounded(matrix: Array, vectors: Array) -> Rounded:
    """Round a matrix `[out, in]`, given some of the vectors `[count, in]` that it will meet."""
    scales = np.abs(matrix).max(axis=1) / _STEPS
    scales = np.maximum(scales, np.finfo(np.float32).tiny).astype(np.float32)
    weights = _weights(vectors)
    steps = np.empty(matrix.shape, np.int8)
    for begin in range(0, len(matrix), _ROWS):
        some = slice(begin, begin + _ROWS)
        steps[some] = _steps(matrix[some] / scales[some, None], weights)
    return Rounded(steps, scales)


def _steps(matrix: Array, weights: Array) -> Array:
    """Whole steps for a matrix that is given in steps."""
    rest = np.ascontiguousarray(matrix.T)  # columns of the matrix are rows here
    for begin in range(0, len(rest), _BLOCK):
        end = min(begin + _BLOCK, len(rest))
        shares = np.ascontiguousarray(weights[begin:end, begin:end].T)
        lost = np.empty((end - begin, rest.shape[1]), np.float32)
        for done, column in enumerate(rest[begin:end]):
            column -= shares[done, :done] @ lost[:done]
            taken = np.clip(np.rint(column), -_STEPS, _STEPS)
            np.divide(column - taken, shares[done, done], out=lost[done])
            column[:] = taken
        rest[end:] -= weights[begin:end, end:].T @ lost
    return rest.T


def _weights(vectors: Array) -> Array:
    """How a column's loss is shared among those to its right: an upper triangle.

    Times its own transpose, from the left, it is the inverse of the vectors' moments.
    """
    moments = (vectors.T @ vectors).astype(np.float64) / max(len(vectors), 1)
    mean = np.trace(moments) / len(moments) or 1.0
    moments += np.eye(len(moments)) * _DAMPING * mean
    # From the last column to the first, so that the factor is an upper triangle.
    factor = np.linalg.cholesky(moments[::-1, ::-1])[::-1, ::-1]
    return np.asarray(_inverse(factor), np.float32)


def _inverse(upper: NDArray[Any]) -> NDArray[Any]:
    """The inverse of an upper triangle, by its quarters."""
    size = len(upper)
    if size <= _SMALL:
        return np.linalg.inv(upper)
    half = size // 2
    found = np.zeros_like(upper)
    first, last = _inverse(upper[:half, :half]), _inverse(upper[half:, half:])
    found[:half, :half], found[half:, half:] = first, last
    found[:half, half:] = -first @ upper[:half, half:] @ last
    return found
