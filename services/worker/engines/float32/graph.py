"""The Llama decoder in TensorFlow with a key-value cache, for prefill and decode.

Decides how a step's tokens reach their past: every row of a step has its own. The
arithmetic is that of `layers.py`. Knows neither sequences nor sampling. Change
GRAPH_VERSION with anything that can change a bit of the result: it is part of the
model's revision.

The cache is one variable a layer for keys and one for values, `[blocks, PAGE,
head_size]`; a block holds PAGE positions of one key-value head of one slot.
Steps write by scatter and read by gathering pages: the two accesses that
TensorFlow does in place. A token at position `context` is padding: it reads
whatever its slot holds and is written to a last block that nobody reads.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from services.worker.engines.float32.layers import SPAN, LlamaLayers, Past, Places, variable
from services.worker.engines.models.llama_config import LlamaConfig
from services.worker.engines.models.llama_weights import LlamaWeights
from services.worker.engines.tensorflow_quiet import tf

__all__ = ["GRAPH_VERSION", "PAGE", "SPAN", "LlamaGraph"]

GRAPH_VERSION = 1
PAGE = 64
Tensor = Any  # TensorFlow ships no types


@dataclass(frozen=True, slots=True)
class _Cache:
    """A layer's keys and values."""

    keys: Tensor
    values: Tensor


class LlamaGraph:
    """One model's layers, its cache, and the functions that compute with them.

    `context` is a multiple of SPAN, or at most SPAN and a multiple of PAGE.
    """

    def __init__(
        self, config: LlamaConfig, weights: LlamaWeights, *, slots: int, context: int
    ) -> None:
        self._config = config
        self._slot_pages = context // PAGE
        self._padding_block = slots * config.kv_heads * self._slot_pages
        self._layers = LlamaLayers(config, weights, positions=context + 1)
        empty = np.zeros((self._padding_block + 1, PAGE, config.head_size), np.float32)
        self._caches = [_Cache(variable(empty), variable(empty)) for _ in range(config.layers)]

    def logits(self, tokens: Tensor, positions: Tensor, slots: Tensor, pages: Tensor) -> Tensor:
        """`[rows * columns, vocabulary]` of what follows each token; see `keep`."""
        return self._layers.logits(self._states(tokens, positions, slots, pages))

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
        for cache in self._caches:
            cache.keys.scatter_nd_update(written, tf.gather(cache.keys, read))
            cache.values.scatter_nd_update(written, tf.gather(cache.values, read))

    def _states(self, tokens: Tensor, positions: Tensor, slots: Tensor, pages: Tensor) -> Tensor:
        hidden = tf.range(pages * PAGE) > positions[:, None, :, None]
        places = self._layers.places(positions, tf.where(hidden, -1e30, 0.0))
        past = self._past(places, positions, slots, pages)
        return self._layers.states(self._layers.embedded(tokens), places, past)

    def _past(self, places: Places, positions: Tensor, slots: Tensor, pages: Tensor) -> Past:
        """What a step writes to each layer's cache, and then reads from it."""
        kv, size = self._config.kv_heads, self._config.head_size
        heads = slots[:, None] * kv + tf.range(kv)
        first = heads[:, :, None] * self._slot_pages
        page = positions[:, None, :] // PAGE
        block = tf.where(page < self._slot_pages, first + page, self._padding_block)
        place = tf.broadcast_to(positions[:, None, :] % PAGE, tf.shape(block))
        written = tf.stack([block, place], axis=-1)  # [rows, kv_heads, columns, 2]
        read = first + tf.range(pages)  # [rows, kv_heads, pages]: blocks

        def kept(layer: int, keys: Tensor, values: Tensor) -> tuple[Tensor, Tensor]:
            cache = self._caches[layer]
            cache.keys.scatter_nd_update(written, keys)
            cache.values.scatter_nd_update(written, values)
            return (
                tf.reshape(tf.gather(cache.keys, read), [places.rows, kv, -1, size]),
                tf.reshape(tf.gather(cache.values, read), [places.rows, kv, -1, size]),
            )

        return kept
