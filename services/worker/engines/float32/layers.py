"""The Llama decoder's layers as TensorFlow operations, whatever holds their past.

Decides the arithmetic of `rows` sequences with `columns` consecutive tokens each.
Where a layer's keys and values are kept and read again is its caller's, by `Past`:
a cache that steps write to, or nothing at all, where whole texts are computed and
gradients shall flow. Knows neither tokens' ids nor sampling. Change GRAPH_VERSION
in `graph.py` with anything that can change a bit of the result.

A token's bits do not depend on what shares its step, nor on how its past was cut
into chunks. Choices that keep that so are marked "bits", here and in `graph.py`.
"""

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from services.worker.engines.models.llama_config import LlamaConfig
from services.worker.engines.models.llama_weights import LlamaWeights
from services.worker.engines.models.rope import cosines_and_sines
from services.worker.engines.tensorflow_quiet import tf

SPAN = 512  # bits: longer sums over positions are blocked by their length, so they are cut here
Tensor = Any  # TensorFlow ships no types


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer's variables."""

    attention_norm: Tensor
    query_key_value: Tensor
    attention_out: Tensor
    feed_norm: Tensor
    gate_up: Tensor
    down: Tensor
    query_key_value_bias: Tensor | None
    attention_out_bias: Tensor | None
    query_norm: Tensor | None
    key_norm: Tensor | None


@dataclass(frozen=True, slots=True)
class Places:
    """Where the tokens of a step stand, and what each of them sees."""

    rows: Tensor
    columns: Tensor
    cosines: Tensor
    sines: Tensor
    mask: Tensor  # [rows or 1, 1, columns, positions]: 0 where seen


class Past(Protocol):
    """Gives all keys and values that a step's tokens may see, those of the step included."""

    def __call__(self, layer: int, keys: Tensor, values: Tensor) -> tuple[Tensor, Tensor]:
        """Take `[rows, kv_heads, columns, head_size]`; give `[rows, kv_heads, positions, …]`.

        Positions are as many as the step's mask has, and beyond SPAN a multiple of it.
        """
        ...


class LlamaLayers:
    """One model's variables, and the functions that compute with them."""

    def __init__(self, config: LlamaConfig, weights: LlamaWeights, *, positions: int) -> None:
        self._config = config
        outer = weights.outer()
        # bits: a matrix that is transposed as it multiplies sums in another order from 16 rows on
        self._embedding = variable(outer.embedding.T)
        self._output = self._embedding if outer.output is None else variable(outer.output.T)
        self._norm = variable(outer.norm)
        cosines, sines = cosines_and_sines(config, positions)
        self._cosines, self._sines = variable(cosines), variable(sines)
        self._layers = [_layer(weights, index) for index in range(config.layers)]

    def embedded(self, tokens: Tensor) -> Tensor:
        """`[rows * columns, width]` of `[rows, columns]` token ids."""
        return tf.transpose(tf.gather(self._embedding, tf.reshape(tokens, [-1]), axis=1))

    def places(self, positions: Tensor, mask: Tensor) -> Places:
        """What all layers of a step share, for `[rows, columns]` positions."""
        return Places(
            rows=tf.shape(positions)[0],
            columns=tf.shape(positions)[1],
            cosines=tf.gather(self._cosines, positions)[:, :, None, :],
            sines=tf.gather(self._sines, positions)[:, :, None, :],
            mask=mask,
        )

    def states(self, state: Tensor, places: Places, past: Past) -> Tensor:
        """What embedded tokens, `[rows * columns, width]`, become behind the last layer."""
        for index, layer in enumerate(self._layers):
            mixed = tf.matmul(self._normed(state, layer.attention_norm), layer.query_key_value)
            mixed = _plus(mixed, layer.query_key_value_bias)
            sums = tf.matmul(self._attended(index, places, mixed, past), layer.attention_out)
            state += _plus(sums, layer.attention_out_bias)
            both = tf.matmul(self._normed(state, layer.feed_norm), layer.gate_up)
            gate, up = tf.split(both, 2, axis=1)
            state += tf.matmul(tf.nn.silu(gate) * up, layer.down)
        return state

    def logits(self, states: Tensor) -> Tensor:
        """`[…, vocabulary]` of what follows each of `states`."""
        return tf.matmul(self._normed(states, self._norm), self._output)

    def _attended(self, index: int, places: Places, mixed: Tensor, past: Past) -> Tensor:
        config, layer = self._config, self._layers[index]
        kv, size, group = config.kv_heads, config.head_size, config.heads_per_kv
        mixed = tf.reshape(mixed, [places.rows, places.columns, -1, size])
        query, key, value = tf.split(mixed, [config.heads, kv, kv], axis=2)
        if layer.query_norm is not None:
            query, key = self._normed(query, layer.query_norm), self._normed(key, layer.key_norm)
        query, key = _rotated(query, places), _rotated(key, places)
        keys, values = past(
            index, tf.transpose(key, [0, 2, 1, 3]), tf.transpose(value, [0, 2, 1, 3])
        )
        # The heads that share a key-value head multiply it together, as more columns.
        query = tf.reshape(query, [places.rows, places.columns, kv, group, size])
        query = tf.reshape(tf.transpose(query, [0, 2, 3, 1, 4]), [places.rows, kv, -1, size])
        scores = tf.matmul(query * size**-0.5, keys, transpose_b=True)
        scores = tf.reshape(scores, [places.rows, kv * group, places.columns, -1]) + places.mask
        shares = tf.reshape(tf.nn.softmax(scores), [places.rows, kv, group * places.columns, -1])
        sums = _weighted(shares, values)
        sums = tf.reshape(sums, [places.rows, kv, group, places.columns, size])
        return tf.reshape(tf.transpose(sums, [0, 3, 1, 2, 4]), [-1, config.heads * size])

    def _normed(self, state: Tensor, gain: Tensor) -> Tensor:
        epsilon = self._config.norm_epsilon
        power = tf.reduce_mean(tf.square(state), axis=-1, keepdims=True)
        # bits: the floor changes no value, but keeps the optimizer from making this a reciprocal
        # square root, whose last bit depends on how many rows there are
        return state / tf.maximum(tf.sqrt(power + epsilon), epsilon**0.5) * gain


def variable(values: NDArray[np.floating[Any]]) -> Tensor:
    """A float32 variable that nothing trains."""
    return tf.Variable(np.ascontiguousarray(values, np.float32), trainable=False)


def _layer(weights: LlamaWeights, index: int) -> Layer:
    layer = weights.layer(index)
    return Layer(
        attention_norm=variable(layer.attention_norm),
        query_key_value=variable(layer.query_key_value),
        attention_out=variable(layer.attention_out),
        feed_norm=variable(layer.feed_norm),
        gate_up=variable(layer.gate_up),
        down=variable(layer.down),
        query_key_value_bias=_if_there(layer.query_key_value_bias),
        attention_out_bias=_if_there(layer.attention_out_bias),
        query_norm=_if_there(layer.query_norm),
        key_norm=_if_there(layer.key_norm),
    )


def _weighted(shares: Tensor, values: Tensor) -> Tensor:
    """`shares @ values`, summed over positions SPAN by SPAN."""
    rows, kv, columns, length = tf.unstack(tf.shape(shares))
    span = tf.minimum(length, SPAN)
    shares = tf.transpose(tf.reshape(shares, [rows, kv, columns, -1, span]), [0, 1, 3, 2, 4])
    values = tf.reshape(values, [rows, kv, length // span, span, -1])
    return tf.reduce_sum(tf.matmul(shares, values), axis=2)


def _rotated(heads: Tensor, places: Places) -> Tensor:
    first, second = tf.split(heads, 2, axis=-1)
    turned = [
        first * places.cosines - second * places.sines,
        second * places.cosines + first * places.sines,
    ]
    return tf.concat(turned, axis=-1)


def _if_there(values: NDArray[np.floating[Any]] | None) -> Tensor | None:
    return None if values is None else variable(values)


def _plus(value: Tensor, bias: Tensor | None) -> Tensor:
    return value if bias is None else value + bias
