"""The Llama decoder for LiteRT: the same layers as float32's, in fixed shapes.

Decides the arithmetic of one shape's step. All that depends on positions comes
from outside: the embeddings, the rotation's cosines and sines, which cached
places are hidden, the cache itself in pages. So does every matrix: conversion
then takes seconds, and `file.py` puts the matrices in. What goes out is the
new keys and values, for the caller to write into the cache, and logits.
Change `shapes.INT8_VERSION` with anything that can change a bit.

A token's bits do not depend on what shares its step, nor on how its past was
cut into chunks: int8 products sum integers, so their order is free, and what is
summed over positions is `attention.py`'s.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.worker.engines.litert.attention import HELD, Heads, attended, heads_first, places
from services.worker.engines.litert.rotation import block, hadamard
from services.worker.engines.litert.shapes import Shape
from services.worker.engines.models.llama_config import LlamaConfig
from services.worker.engines.tensorflow_quiet import tf

Tensor = Any  # TensorFlow ships no types
Times = Callable[[Tensor, str], Tensor]


@dataclass(frozen=True, slots=True)
class _Step:
    """What all layers of one step share."""

    cosines: Tensor
    sines: Tensor
    unseen: Tensor


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
        }
        if shape.hideable:
            sizes["hidden"] = (rows, 1, 1, shape.hideable)
        sizes |= self.matrices(shape)
        specs = {name: tf.TensorSpec(size, tf.float32, name=name) for name, size in sizes.items()}
        for layer in range(config.layers):
            for page, size in enumerate(shape.pages):
                held = (rows, config.kv_heads, size, config.head_size)
                for name in (f"keys_{layer}_{page}", f"values_{layer}_{page}"):
                    specs[name] = tf.TensorSpec(held, HELD, name=name)
        return specs

    def step(self, shape: Shape, inputs: Mapping[str, Tensor], times: Times) -> dict[str, Tensor]:
        """One step; `times` multiplies by the matrix of a name."""
        unseen = places(shape, self._config.heads_per_kv, inputs.get("hidden"))
        shared = _Step(inputs["cosines"], inputs["sines"], unseen)
        state = inputs["states"]
        fresh: list[Tensor] = []
        for layer in range(self._config.layers):
            mixed = times(self._normed(state), f"query_key_value_{layer}")
            own = self._heads(shared, layer, mixed)
            fresh += [heads_first(shape, own.key), heads_first(shape, own.value)]
            if not shape.logits and layer == self._config.layers - 1:
                break
            keys, values = (
                [inputs[f"{kind}_{layer}_{page}"] for page in range(len(shape.pages))]
                for kind in ("keys", "values")
            )
            sums = attended(shape, shared.unseen, own, keys, values)
            state += self._plus(
                f"attention_out_bias_{layer}", times(sums, f"attention_out_{layer}")
            )
            both = times(self._normed(state), f"gate_up_{layer}")
            state += times(self._gated(both), f"down_{layer}")
        results = {"fresh": tf.stack(fresh)}
        if shape.logits:
            results["logits"] = times(self._normed(state), "output")
        return results

    def _heads(self, shared: _Step, layer: int, mixed: Tensor) -> Heads:
        config = self._config
        heads, kv, size = config.heads, config.kv_heads, config.head_size
        inner, turned = heads * size, (heads + kv) * size
        mixed = self._plus(f"query_key_value_bias_{layer}", mixed)
        both = tf.reshape(mixed[:, :turned], [-1, heads + kv, size])
        if config.has_head_norms:
            both = self._normed(both) * tf.constant(self._head_gains(layer))
        both = _rotated(both, shared)
        return Heads(
            query=tf.reshape(both[:, :heads] * size**-0.5, [-1, kv, inner // kv // size, size]),
            key=tf.reshape(both[:, heads:], [-1, kv, 1, size]),
            value=tf.reshape(mixed[:, turned:], [-1, kv, 1, size]),
        )

    def _head_gains(self, layer: int) -> NDArray[np.float32]:
        """The gains of all query heads, then of all key heads."""
        gains = [self._vectors[f"{kind}_norm_{layer}"] for kind in ("query", "key")]
        return np.repeat(gains, [self._config.heads, self._config.kv_heads], axis=0)

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


def _rotated(heads: Tensor, shared: _Step) -> Tensor:
    half = heads.shape[-1] // 2
    first, second = heads[:, :, :half], heads[:, :, half:]
    turned = [
        first * shared.cosines - second * shared.sines,
        second * shared.cosines + first * shared.sines,
    ]
    return tf.concat(turned, axis=-1)
