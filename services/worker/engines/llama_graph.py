"""The Llama decoder as TensorFlow operations, written once for prefill and decode.

Decides the arithmetic of a step: `rows` sequences with `columns` consecutive
tokens each, every row with its own past in the key-value cache. Knows neither
sequences nor sampling. Change GRAPH_VERSION with anything that can change a bit
of the result: it is part of the model's revision.

The cache is one variable a layer for keys and one for values, `[blocks, PAGE,
head_size]`; a block holds PAGE positions of one key-value head of one slot.
Steps write by scatter and read by gathering pages: the two accesses that
TensorFlow does in place. A token at position `context` is padding: it reads
whatever its slot holds and is written to a last block that nobody reads.

A token's bits do not depend on what shares its step, nor on how its past was
cut into chunks. Three choices below keep that so, each marked "bits".
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.worker.engines.llama_config import LlamaConfig
from services.worker.engines.llama_weights import LlamaWeights
from services.worker.engines.rope import cosines_and_sines
from services.worker.engines.tensorflow_quiet import tf

GRAPH_VERSION = 1
PAGE = 64
SPAN = 512  # bits: longer sums over positions are blocked by their length, so they are cut here
Tensor = Any  # TensorFlow ships no types


@dataclass(frozen=True, slots=True)
class _Layer:
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
    keys: Tensor
    values: Tensor


@dataclass(frozen=True, slots=True)
class _Step:
    """What all layers of one step share."""

    rows: Tensor
    columns: Tensor
    cosines: Tensor
    sines: Tensor
    written: Tensor  # [rows, kv_heads, columns, 2]: block, and place in it
    read: Tensor  # [rows, kv_heads, pages]: blocks
    mask: Tensor  # [rows, 1, columns, positions]


class LlamaGraph:
    """One model's variables, its cache, and the functions that compute with them.

    `context` is a multiple of SPAN, or at most SPAN and a multiple of PAGE.
    """

    def __init__(
        self, config: LlamaConfig, weights: LlamaWeights, *, slots: int, context: int
    ) -> None:
        self._config = config
        self._slot_pages = context // PAGE
        self._padding_block = slots * config.kv_heads * self._slot_pages
        outer = weights.outer()
        # bits: a matrix that is transposed as it multiplies sums in another order from 16 rows on
        self._embedding = _variable(outer.embedding.T)
        self._output = self._embedding if outer.output is None else _variable(outer.output.T)
        self._norm = _variable(outer.norm)
        cosines, sines = cosines_and_sines(config, context + 1)
        self._cosines, self._sines = _variable(cosines), _variable(sines)
        self._layers = [self._layer(weights, index) for index in range(config.layers)]

    def _layer(self, weights: LlamaWeights, index: int) -> _Layer:
        layer = weights.layer(index)
        cache = np.zeros((self._padding_block + 1, PAGE, self._config.head_size), np.float32)
        return _Layer(
            attention_norm=_variable(layer.attention_norm),
            query_key_value=_variable(layer.query_key_value),
            attention_out=_variable(layer.attention_out),
            feed_norm=_variable(layer.feed_norm),
            gate_up=_variable(layer.gate_up),
            down=_variable(layer.down),
            query_key_value_bias=_if_there(layer.query_key_value_bias),
            attention_out_bias=_if_there(layer.attention_out_bias),
            query_norm=_if_there(layer.query_norm),
            key_norm=_if_there(layer.key_norm),
            keys=_variable(cache),
            values=_variable(cache),
        )

    def logits(self, tokens: Tensor, positions: Tensor, slots: Tensor, pages: Tensor) -> Tensor:
        """`[rows * columns, vocabulary]` of what follows each token; see `keep`."""
        state = self._normed(self._states(tokens, positions, slots, pages), self._norm)
        return tf.matmul(state, self._output)

    def keep(self, tokens: Tensor, positions: Tensor, slots: Tensor, pages: Tensor) -> None:
        """Cache the tokens' keys and values, and compute no further than that.

        Tokens and positions are `[rows, columns]`, slots `[rows]`. `pages` is how
        many pages of each slot are read: all that any row's past needs.
        """
        self._states(tokens, positions, slots, pages)

    def copy(self, source: Tensor, target: Tensor, pages: Tensor) -> None:
        """Copy the first pages of one slot's cache to another's; all arguments are scalars."""
        heads = tf.range(self._config.kv_heads)[:, None] * self._slot_pages + tf.range(pages)
        slot_blocks = self._config.kv_heads * self._slot_pages
        read, written = heads + source * slot_blocks, (heads + target * slot_blocks)[..., None]
        for layer in self._layers:
            layer.keys.scatter_nd_update(written, tf.gather(layer.keys, read))
            layer.values.scatter_nd_update(written, tf.gather(layer.values, read))

    def _states(self, tokens: Tensor, positions: Tensor, slots: Tensor, pages: Tensor) -> Tensor:
        step = self._step(positions, slots, pages)
        state = tf.transpose(tf.gather(self._embedding, tf.reshape(tokens, [-1]), axis=1))
        for layer in self._layers:
            mixed = tf.matmul(self._normed(state, layer.attention_norm), layer.query_key_value)
            mixed = _plus(mixed, layer.query_key_value_bias)
            sums = tf.matmul(self._attended(layer, step, mixed), layer.attention_out)
            state += _plus(sums, layer.attention_out_bias)
            both = tf.matmul(self._normed(state, layer.feed_norm), layer.gate_up)
            gate, up = tf.split(both, 2, axis=1)
            state += tf.matmul(tf.nn.silu(gate) * up, layer.down)
        return state

    def _step(self, positions: Tensor, slots: Tensor, pages: Tensor) -> _Step:
        heads = slots[:, None] * self._config.kv_heads + tf.range(self._config.kv_heads)
        first = heads[:, :, None] * self._slot_pages
        page = positions[:, None, :] // PAGE
        block = tf.where(page < self._slot_pages, first + page, self._padding_block)
        place = tf.broadcast_to(positions[:, None, :] % PAGE, tf.shape(block))
        hidden = tf.range(pages * PAGE) > positions[:, None, :, None]
        return _Step(
            rows=tf.shape(positions)[0],
            columns=tf.shape(positions)[1],
            cosines=tf.gather(self._cosines, positions)[:, :, None, :],
            sines=tf.gather(self._sines, positions)[:, :, None, :],
            written=tf.stack([block, place], axis=-1),
            read=first + tf.range(pages),
            mask=tf.where(hidden, -1e30, 0.0),
        )

    def _attended(self, layer: _Layer, step: _Step, mixed: Tensor) -> Tensor:
        config = self._config
        kv, size, group = config.kv_heads, config.head_size, config.heads_per_kv
        mixed = tf.reshape(mixed, [step.rows, step.columns, -1, size])
        query, key, value = tf.split(mixed, [config.heads, kv, kv], axis=2)
        if layer.query_norm is not None:
            query, key = self._normed(query, layer.query_norm), self._normed(key, layer.key_norm)
        query, key = _rotated(query, step), _rotated(key, step)
        layer.keys.scatter_nd_update(step.written, tf.transpose(key, [0, 2, 1, 3]))
        layer.values.scatter_nd_update(step.written, tf.transpose(value, [0, 2, 1, 3]))
        keys = tf.reshape(tf.gather(layer.keys, step.read), [step.rows, kv, -1, size])
        values = tf.reshape(tf.gather(layer.values, step.read), [step.rows, kv, -1, size])
        # The heads that share a key-value head multiply it together, as more columns.
        query = tf.reshape(query, [step.rows, step.columns, kv, group, size])
        query = tf.reshape(tf.transpose(query, [0, 2, 3, 1, 4]), [step.rows, kv, -1, size])
        scores = tf.matmul(query * size**-0.5, keys, transpose_b=True)
        scores = tf.reshape(scores, [step.rows, kv * group, step.columns, -1]) + step.mask
        shares = tf.reshape(tf.nn.softmax(scores), [step.rows, kv, group * step.columns, -1])
        sums = tf.reshape(_weighted(shares, values), [step.rows, kv, group, step.columns, size])
        return tf.reshape(tf.transpose(sums, [0, 3, 1, 2, 4]), [-1, config.heads * size])

    def _normed(self, state: Tensor, gain: Tensor) -> Tensor:
        epsilon = self._config.norm_epsilon
        power = tf.reduce_mean(tf.square(state), axis=-1, keepdims=True)
        # bits: the floor changes no value, but keeps the optimizer from making this a reciprocal
        # square root, whose last bit depends on how many rows there are
        return state / tf.maximum(tf.sqrt(power + epsilon), epsilon**0.5) * gain


def _weighted(shares: Tensor, values: Tensor) -> Tensor:
    """`shares @ values`, summed over positions SPAN by SPAN."""
    rows, kv, columns, length = tf.unstack(tf.shape(shares))
    span = tf.minimum(length, SPAN)
    shares = tf.transpose(tf.reshape(shares, [rows, kv, columns, -1, span]), [0, 1, 3, 2, 4])
    values = tf.reshape(values, [rows, kv, length // span, span, -1])
    return tf.reduce_sum(tf.matmul(shares, values), axis=2)


def _rotated(heads: Tensor, step: _Step) -> Tensor:
    first, second = tf.split(heads, 2, axis=-1)
    turned = [
        first * step.cosines - second * step.sines,
        second * step.cosines + first * step.sines,
    ]
    return tf.concat(turned, axis=-1)


def _variable(values: NDArray[np.floating[Any]]) -> Tensor:
    return tf.Variable(np.ascontiguousarray(values, np.float32), trainable=False)


def _if_there(values: NDArray[np.floating[Any]] | None) -> Tensor | None:
    return None if values is None else _variable(values)


def _plus(value: Tensor, bias: Tensor | None) -> Tensor:
    return value if bias is None else value + bias
