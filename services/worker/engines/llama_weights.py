"""A Llama-family model's weights in the layout that the graph multiplies by.

Decides names, shapes and layout; knows neither files' formats nor TensorFlow.
Matrices are `[in, out]`; query, key and value are one matrix, gate and up
another, so that a layer multiplies four times and not seven.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.worker.engines.gguf_file import GgufFile
from services.worker.engines.llama_config import LlamaConfig

Array = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class LayerWeights:
    """One layer."""

    attention_norm: Array
    query_key_value: Array
    attention_out: Array
    feed_norm: Array
    gate_up: Array
    down: Array


@dataclass(frozen=True, slots=True)
class OuterWeights:
    """What stands before and after the layers; `output` is None where it is the embedding."""

    embedding: Array
    norm: Array
    output: Array | None


class LlamaWeights:
    """Reads weights one layer at a time, so that no second copy of the model is held."""

    def __init__(
        self,
        file: GgufFile,
        config: LlamaConfig,
        progress: Callable[[float], None] = lambda fraction: None,
    ) -> None:
        self._file = file
        self._config = config
        self._progress = progress

    def outer(self) -> OuterWeights:
        """Embedding, last norm and output."""
        table = (self._config.vocabulary, self._config.width)
        tied = "output.weight" not in self._file.tensors
        return OuterWeights(
            embedding=self._file.tensor("token_embd.weight", table),
            norm=self._file.tensor("output_norm.weight", (self._config.width,)),
            output=None if tied else self._file.tensor("output.weight", table),
        )

    def layer(self, index: int) -> LayerWeights:
        """The layer `index`, from 0."""
        self._progress((index + 1) / self._config.layers)
        config, file = self._config, self._file
        width, hidden = config.width, config.hidden
        query, cached = config.heads * config.head_size, config.kv_heads * config.head_size

        def read(part: str, *shape: int) -> Array:
            return file.tensor(f"blk.{index}.{part}.weight", shape)

        return LayerWeights(
            attention_norm=read("attn_norm", width),
            query_key_value=_side_by_side(
                halves(read("attn_q", query, width), config.head_size),
                halves(read("attn_k", cached, width), config.head_size),
                read("attn_v", cached, width),
            ),
            attention_out=_side_by_side(read("attn_output", width, query)),
            feed_norm=read("ffn_norm", width),
            gate_up=_side_by_side(read("ffn_gate", hidden, width), read("ffn_up", hidden, width)),
            down=_side_by_side(read("ffn_down", width, hidden)),
        )


def halves(matrix: Array, head_size: int) -> Array:
    """Undo the order that GGUF gives the rows of query and key.

    There, rotated pairs are neighbours (0 1, 2 3, …); the graph rotates a head's
    first half against its second, which needs no strided access.
    """
    rows, width = matrix.shape
    pairs = matrix.reshape(rows // head_size, head_size // 2, 2, width)
    return pairs.swapaxes(1, 2).reshape(rows, width)


def _side_by_side(*matrices: Array) -> Array:
    return np.ascontiguousarray(np.concatenate(matrices, axis=0).T)
