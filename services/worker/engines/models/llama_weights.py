"""A Llama-family model's weights in the layout that the graph multiplies by.

Decides names, shapes and layout; knows neither files' formats nor TensorFlow.
Matrices are `[in, out]`; query, key and value are one matrix, gate and up
another, so that a layer multiplies four times and not seven.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from services.worker.engines.errors import ModelFileError
from services.worker.engines.models.llama_config import LlamaConfig
from services.worker.engines.models.tensor_names import GGUF_LLAMA, Names

Array: TypeAlias = NDArray[np.float32]


class Tensors(Protocol):
    """What holds tensors by name: a GGUF file, or a folder of safetensors files."""

    @property
    def shapes(self) -> Mapping[str, tuple[int, ...]]:
        """All tensors there are; rows first."""
        ...

    def tensor(self, name: str, shape: tuple[int, ...]) -> Array:
        """A tensor's values, refused unless it has this shape and is finite."""
        ...


@dataclass(frozen=True, slots=True)
class LayerWeights:
    """One layer. Biases and the gains of heads are None where the model has none."""

    attention_norm: Array
    query_key_value: Array
    attention_out: Array
    feed_norm: Array
    gate_up: Array
    down: Array
    query_key_value_bias: Array | None = None
    attention_out_bias: Array | None = None
    query_norm: Array | None = None
    key_norm: Array | None = None


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
        tensors: Tensors,
        config: LlamaConfig,
        progress: Callable[[float], None] = lambda fraction: None,
        *,
        names: Names = GGUF_LLAMA,
        is_tied: bool | None = None,
    ) -> None:
        """Read `tensors` by `names`; `is_tied` None takes an output matrix if there is one."""
        self._tensors = tensors
        self._config = config
        self._progress = progress
        self._names = names
        self._is_tied = names.output not in tensors.shapes if is_tied is None else is_tied

    @property
    def is_tied(self) -> bool:
        """Whether the output matrix is the embedding."""
        return self._is_tied

    def check(self, besides: Collection[str] = ()) -> None:
        """Refuse a model that lacks a tensor, or has one that would be left out.

        Reads no weights. `besides` may be there and is left out.
        """
        expected = self._names.shapes(self._config, is_tied=self._is_tied)
        for name, shape in expected.items():
            if name not in self._tensors.shapes:
                raise ModelFileError(f"tensor {name} is missing")
            if self._tensors.shapes[name] != shape:
                raise ModelFileError(f"tensor {name} is {self._tensors.shapes[name]}, not {shape}")
        left_out = self._tensors.shapes.keys() - expected.keys() - set(besides)
        if left_out:
            raise ModelFileError(f"tensor {min(left_out):.80} is not understood")

    def outer(self) -> OuterWeights:
        """Embedding, last norm and output."""
        table = (self._config.vocabulary, self._config.width)
        read, names = self._tensors.tensor, self._names
        return OuterWeights(
            embedding=read(names.embedding, table),
            norm=read(names.norm, (self._config.width,)),
            output=None if self._is_tied else read(names.output, table),
        )

    def layer(self, index: int) -> LayerWeights:
        """The layer `index`, from 0."""
        self._progress((index + 1) / self._config.layers)
        shapes = self._names.layer_shapes(self._config)
        size = self._config.head_size

        def read(part: str) -> Array:
            return self._tensors.tensor(self._names.of(index, part), shapes[part])

        def maybe(part: str) -> Array | None:
            return read(part) if part in shapes else None

        def turned(part: str) -> Array:
            return halves(read(part), size) if self._names.has_pairs else read(part)

        bias = None
        if self._config.has_query_key_value_bias:
            parts = (turned("query.bias"), turned("key.bias"), read("value.bias"))
            bias = np.concatenate(parts)
        return LayerWeights(
            attention_norm=read("attention_norm.weight"),
            query_key_value=_side_by_side(
                turned("query.weight"), turned("key.weight"), read("value.weight")
            ),
            attention_out=_side_by_side(read("attention_out.weight")),
            feed_norm=read("feed_norm.weight"),
            gate_up=_side_by_side(read("gate.weight"), read("up.weight")),
            down=_side_by_side(read("down.weight")),
            query_key_value_bias=bias,
            attention_out_bias=maybe("attention_out.bias"),
            query_norm=maybe("query_norm.weight"),
            key_norm=maybe("key_norm.weight"),
        )


def halves(matrix: Array, head_size: int) -> Array:
    """Undo the order that GGUF gives the rows of a Llama's query and key.

    There, rotated pairs are neighbours (0 1, 2 3, …); the graph rotates a head's
    first half against its second, which needs no strided access.
    """
    pairs = matrix.reshape(len(matrix) // head_size, head_size // 2, 2, -1)
    return pairs.swapaxes(1, 2).reshape(matrix.shape)


def _side_by_side(*matrices: Array) -> Array:
    return np.ascontiguousarray(np.concatenate(matrices, axis=0).T)
