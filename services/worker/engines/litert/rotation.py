"""Turns a model's weights so that eight bits hold them and what flows between them.

Pure. A few of a language model's channels are far larger than the rest, and a
row rounded to 256 steps of its largest value loses the others. An orthogonal
turn spreads them over all channels and changes nothing else: what one matrix
turns, the next turns back (QuaRot; Ashkboos et al., 2024). Three turns:

1. The residual stream. The norms' gains are first folded into the matrices
   that follow, because only a norm without gains lets a turn pass.
2. The values of each head, between the two matrices of attention.
3. What enters `down`, in blocks of BLOCK: this one the graph must do itself,
   after the gate; its inverse is in `down`.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.worker.engines.models.llama_weights import LayerWeights

Array = NDArray[np.float32]
BLOCK = 64


@dataclass(frozen=True, slots=True)
class TurnedLayer:
    """One layer whose norms have no gains and whose `down` takes turned blocks.

    Matrices are `[in, out]`; see llama_weights. The gains of heads stay: they are
    between a product and the rotation by position, and pass through neither.
    """

    query_key_value: Array
    attention_out: Array
    gate_up: Array
    down: Array
    query_key_value_bias: Array | None
    attention_out_bias: Array | None
    query_norm: Array | None
    key_norm: Array | None


def orthogonal(size: int) -> Array:
    """An orthogonal matrix that spreads any one channel over all of them.

    A cosine transform of the odd factor, times a Hadamard matrix of the rest,
    with every other sign turned by a rule that no weight was trained to.
    """
    odd = size // (size & -size)
    mixed = np.kron(_cosines(odd), hadamard(size // odd))
    signs = np.where(np.arange(size) * (np.arange(size) + 1) // 2 * 2654435761 % 7 < 3, -1.0, 1.0)
    return np.asarray(signs[:, None] * mixed, np.float32)


def hadamard(size: int) -> NDArray[np.float64]:
    """The symmetric orthogonal matrix of ± 1/sqrt(size); `size` is a power of two."""
    if size < 1 or size & (size - 1):
        raise ValueError(f"{size} is not a power of two")
    matrix = np.ones((1, 1))
    while len(matrix) < size:
        matrix = np.block([[matrix, matrix], [matrix, -matrix]])
    return np.asarray(matrix / np.sqrt(size))


def block(size: int) -> int:
    """The blocks in which a vector of `size` is turned: BLOCK, or what divides it."""
    return min(BLOCK, size & -size)


def turned(layer: LayerWeights, stream: Array, *, head_size: int, query: int) -> TurnedLayer:
    """Fold one layer's gains, and turn its matrices.

    Args:
        layer: the weights.
        stream: how the residual stream is turned, `orthogonal(width)`.
        head_size: elements of a head.
        query: elements of all query heads; keys and values share what is left.
    """
    mixed = _entering(layer.query_key_value, layer.attention_norm, stream)
    values = query + (mixed.shape[1] - query) // 2
    mixed[:, values:] = _blockwise(mixed[:, values:], block(head_size))
    bias, out_bias = layer.query_key_value_bias, layer.attention_out_bias
    if bias is not None:
        bias = np.concatenate([bias[:values], _blockwise(bias[None, values:], block(head_size))[0]])
    return TurnedLayer(
        query_key_value=mixed,
        attention_out=_blockwise(layer.attention_out.T, block(head_size)).T @ stream,
        gate_up=_entering(layer.gate_up, layer.feed_norm, stream),
        down=_blockwise(layer.down.T, block(layer.down.shape[0])).T @ stream,
        query_key_value_bias=bias,
        attention_out_bias=None if out_bias is None else out_bias @ stream,
        query_norm=layer.query_norm,
        key_norm=layer.key_norm,
    )


def turned_output(output: Array, norm: Array, stream: Array) -> Array:
    """The output matrix `[width, vocabulary]` after a last norm without gains."""
    return _entering(output, norm, stream)


def _entering(matrix: Array, gain: Array, stream: Array) -> Array:
    folded: Array = stream.T @ (gain[:, None] * matrix)
    return folded


def _blockwise(matrix: Array, size: int) -> Array:
    """Turn the columns, block by block."""
    rows, columns = matrix.shape
    blocks = matrix.reshape(rows, columns // size, size)
    return (blocks @ hadamard(size).astype(np.float32)).reshape(rows, columns)


def _cosines(size: int) -> NDArray[np.float64]:
    """The orthogonal cosine transform (DCT-II)."""
    places = np.arange(size)
    matrix = np.cos(np.pi * np.outer(places, places + 0.5) / size) * np.sqrt(2 / size)
    matrix[0] /= np.sqrt(2)
    return np.asarray(matrix)
