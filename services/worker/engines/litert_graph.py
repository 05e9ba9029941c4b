"""The Llama decoder for LiteRT: the same layers as llama_graph's, in fixed shapes.

Decides the arithmetic of one shape's step. All that depends on positions comes
from outside: the embeddings, the rotation's cosines and sines, which cached
places are hidden, the cache itself in pages. So does every matrix: conversion
then takes seconds, and litert_file puts the matrices in. What goes out is the
new keys and values, for the caller to write into the cache, and logits.
Change litert_shapes' INT8_VERSION with anything that can change a bit.

A token's bits do not depend on what shares its step, nor on how its past was
cut into chunks. int8 products sum integers, so their order is free. Floats are
summed over positions in the products below alone, one after the other from the
first on; what is hidden adds an exact zero. The largest score is exact anyway.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.worker.engines.litert_shapes import HIDDEN, Shape
from services.worker.engines.llama_config import LlamaConfig
from services.worker.engines.rotation import block, hadamard
from services.worker.engines.tensorflow_quiet import tf

Tensor = Any  # TensorFlow ships no types
Times = Callable[[Tensor, str], Tensor]


@dataclass(frozen=True, slots=True)
class _Step:
    """What all layers of one step share."""

    cosines: Tensor
    sines: Tensor
    hidden: Tensor


class LiteRtGraph:
    """Functions of one model, to be converted."""

    def __init__(
        self, config: LlamaConfig, vectors: Mapping[str, NDArray[np.float32]] | None = None
    ) -> None:
        """Take the model's shape, and its biases and heads' gains by name if it has any."""
        self._config = config
        self._vectors = vectors or {}

    def matrices(self, shape: Shape) -> dict[str, tuple[int, int]]:
        """Names and shapes `[out, in]` of the matrices that a step multiplies by."""
        config = self._config
        inner = config.heads * config.head_size
        mixed = (config.heads + 2 * config.kv_heads) * config.head_size
        found: dict[str, tuple[int, int]] = {}
        for layer in range(config.layers):
            found[f"query_key_value_{layer}"] = (mixed, config.width)
            if shape.logits or layer < config.layers - 1:
                found[f"attention_out_{layer}"] = (config.width, inner)
                found[f"gate_up_{layer}"] = (2 * config.hidden, config.width)
                found[f"down_{layer}"] = (config.width, config.hidden)
        if shape.logits:
            found["output"] = (config.vocabulary, config.width)
        return found

    def function(self, shape: Shape) -> Any:
        """The step of this shape, to be traced. Its arguments are named; see `specs`."""

        def step(**inputs: Tensor) -> dict[str, Tensor]:
            def times(value: Tensor, name: str) -> Tensor:
                return tf.matmul(value, inputs[name], transpose_b=True)

            return self.step(shape, inputs, times)

        return tf.function(step, autograph=False)

    def specs(self, shape: Shape, rows: int | None) -> dict[str, Any]:
        """The step's arguments; None leaves the number of rows open."""
        config = self._config
        tokens = None if rows is None else rows * shape.columns
        sizes: dict[str, tuple[int | None, ...]] = {
            "states": (tokens, config.width),
            "cosines": (tokens, 1, config.head_size // 2),
            "sines": (tokens, 1, config.head_size // 2),
            "hidden": (rows, 1, 1, shape.past),
        }
        for layer in range(config.layers):
            for page, size in enumerate(shape.pages):
                held = (rows, config.kv_heads, size, config.head_size)
                sizes[f"keys_{layer}_{page}"] = sizes[f"values_{layer}_{page}"] = held
        sizes |= self.matrices(shape)
        return {name: tf.TensorSpec(size, tf.float32, name=name) for name, size in sizes.items()}

    def step(self, shape: Shape, inputs: Mapping[str, Tensor], times: Times) -> dict[str, Tensor]:
        """One step; `times` multiplies by the matrix of a name."""
        shared = _Step(inputs["cosines"], inputs["sines"], inputs["hidden"])
        state = inputs["states"]
        fresh: list[Tensor] = []
        for layer in range(self._config.layers):
            mixed = times(self._normed(state), f"query_key_value_{layer}")
            query, key, value = self._heads(shape, shared, layer, mixed)
            fresh += [key, value]
            if not shape.logits and layer == self._config.layers - 1:
                break
            keys, values = (
                [inputs[f"{kind}_{layer}_{page}"] for page in range(len(shape.pages))]
                for kind in ("keys", "values")
            )
            sums = self._attended(shape, shared, query, [*keys, key], [*values, value])
            state += self._plus(
                f"attention_out_bias_{layer}", times(sums, f"attention_out_{layer}")
            )
            both = times(self._normed(state), f"gate_up_{layer}")
            state += times(self._gated(both), f"down_{layer}")
        results = {"fresh": tf.stack(fresh)}
        if shape.logits:
            results["logits"] = times(self._normed(state), "output")
        return results

    def _heads(
        self, shape: Shape, shared: _Step, layer: int, mixed: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Query `[rows, kv_heads, columns * group, size]`; key and value, a head a row."""
        config = self._config
        kv, size, group = config.kv_heads, config.head_size, config.heads_per_kv
        inner, cached = config.heads * size, kv * size
        mixed = self._plus(f"query_key_value_bias_{layer}", mixed)
        query = tf.reshape(mixed[:, :inner], [-1, config.heads, size])
        key = tf.reshape(mixed[:, inner : inner + cached], [-1, kv, size])
        if config.has_head_norms:
            query = self._normed(query) * tf.constant(self._vectors[f"query_norm_{layer}"])
            key = self._normed(key) * tf.constant(self._vectors[f"key_norm_{layer}"])
        query = _heads_first(shape, _rotated(query * size**-0.5, shared), kv, group * size)
        key = _heads_first(shape, _rotated(key, shared), kv, size)
        value = _heads_first(shape, mixed[:, inner + cached :], kv, size)
        return tf.reshape(query, [-1, kv, shape.columns * group, size]), key, value

    def _attended(
        self,
        shape: Shape,
        shared: _Step,
        query: Tensor,
        keys: Sequence[Tensor],
        values: Sequence[Tensor],
    ) -> Tensor:
        config = self._config
        kv, columns, group = config.kv_heads, shape.columns, config.heads_per_kv
        scores = [tf.matmul(query, part, transpose_b=True) for part in keys]
        past = tf.concat(scores[:-1], axis=-1) + shared.hidden
        every = tf.concat([past, scores[-1] + _later(columns, group)], axis=-1)
        shares = tf.exp(every - tf.reduce_max(every, axis=-1, keepdims=True))
        sums = tf.matmul(shares, tf.concat(values, axis=2))
        # A sum by product: in order, which a reduction is not.
        flat = tf.reshape(shares, [-1, shape.past + columns])
        total = tf.matmul(flat, tf.ones([1, shape.past + columns]), transpose_b=True)
        sums /= tf.reshape(total, [-1, kv, columns * group, 1])
        sums = tf.reshape(sums, [-1, kv, columns, group * config.head_size])
        if columns > 1:
            sums = tf.transpose(sums, [0, 2, 1, 3])
        return tf.reshape(sums, [-1, config.heads * config.head_size])

    def _gated(self, both: Tensor) -> Tensor:
        hidden = self._config.hidden
        gate, up = both[:, :hidden], both[:, hidden:]
        size = block(hidden)
        blocks = tf.reshape(gate * tf.sigmoid(gate) * up, [-1, size])
        turn = tf.constant(hadamard(size), tf.float32)
        return tf.reshape(tf.matmul(blocks, turn, transpose_b=True), [-1, hidden])

    def _plus(self, bias: str, value: Tensor) -> Tensor:
        return value + tf.constant(self._vectors[bias]) if bias in self._vectors else value

    def _normed(self, state: Tensor) -> Tensor:
        power = tf.reduce_mean(state * state, axis=-1, keepdims=True)
        return state * tf.math.rsqrt(power + self._config.norm_epsilon)


def _later(columns: int, group: int) -> Tensor:
    """Hides from each of the step's own tokens those that come after it."""
    mask = np.triu(np.full((columns, columns), HIDDEN, np.float32), 1)
    return tf.constant(np.repeat(mask, group, axis=0)[None, None])


def _heads_first(shape: Shape, part: Tensor, heads: int, size: int) -> Tensor:
    if shape.columns == 1:
        return tf.reshape(part, [-1, heads, 1, size])
    return tf.transpose(tf.reshape(part, [-1, shape.columns, heads, size]), [0, 2, 1, 3])


def _rotated(heads: Tensor, shared: _Step) -> Tensor:
    half = heads.shape[-1] // 2
    first, second = heads[:, :, :half], heads[:, :, half:]
    turned = [
        first * shared.cosines - second * shared.sines,
        second * shared.cosines + first * shared.sines,
    ]
    return tf.concat(turned, axis=-1)
