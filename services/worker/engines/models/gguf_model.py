"""A model in a GGUF file.

Decides what follows from the tensors that are there: biases, and rope's
divisors, which such files keep as a tensor.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self

from services.worker.engines.errors import ModelFileError
from services.worker.engines.models.gguf_file import GgufFile
from services.worker.engines.models.llama_config import LlamaConfig, check_sizes, llama_config
from services.worker.engines.models.llama_weights import LlamaWeights
from services.worker.engines.models.tensor_names import GGUF_LLAMA, GGUF_QWEN
from services.worker.engines.tokens.gguf_tokenizer import gguf_tokenizer
from services.worker.engines.tokens.tokenizer import ModelTokenizer

_DIVISORS = "rope_freqs.weight"


class GgufModel:
    """A ModelSource."""

    def __init__(self, path: Path) -> None:
        self._file = GgufFile(path)
        try:
            metadata = self._file.metadata
            is_llama = metadata.get("general.architecture") == "llama"
            self._names = GGUF_LLAMA if is_llama else GGUF_QWEN
            self.config: LlamaConfig = self._completed(llama_config(metadata))
            self.weights().check(besides=[_DIVISORS])
            self.tokenizer: ModelTokenizer = gguf_tokenizer(metadata)
        except BaseException:
            self._file.__exit__(None, None, None)
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.__exit__(kind, error, trace)

    def weights(self, progress: Callable[[float], None] = lambda fraction: None) -> LlamaWeights:
        """The weights, not yet read."""
        return LlamaWeights(self._file, self.config, progress, names=self._names)

    def _completed(self, config: LlamaConfig) -> LlamaConfig:
        """With what the metadata leave to the tensors."""
        there = self._file.shapes
        config = replace(
            config,
            has_query_key_value_bias=config.has_query_key_value_bias
            or self._names.of(0, "query.bias") in there,
            has_attention_out_bias=self._names.of(0, "attention_out.bias") in there,
        )
        if _DIVISORS not in there:
            return config
        if config.rope_divisors:
            raise ModelFileError(f"{_DIVISORS} and rope.scaling are both there")
        divisors = self._file.tensor(_DIVISORS, (config.head_size // 2,)).tolist()
        config = replace(config, rope_divisors=tuple(divisors))
        check_sizes(config)
        return config
