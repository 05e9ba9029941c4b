"""A model as it lies on disk: its shape, its weights, its tokenizer.

Decides which of the two formats a path holds. The members are complete and have
been checked against each other once a source is open; no weight has been read.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from services.worker.engines.models.folder_model import FolderModel
from services.worker.engines.models.gguf_model import GgufModel
from services.worker.engines.models.llama_config import LlamaConfig
from services.worker.engines.models.llama_weights import LlamaWeights
from services.worker.engines.tokens.tokenizer import ModelTokenizer


class ModelSource(AbstractContextManager["ModelSource"], Protocol):
    """An open model."""

    @property
    def config(self) -> LlamaConfig:
        """The model's shape."""
        ...

    @property
    def tokenizer(self) -> ModelTokenizer:
        """The model's tokenizer."""
        ...

    def weights(self, progress: Callable[[float], None] = ...) -> LlamaWeights:
        """The model's weights, not yet read."""
        ...


def open_source(path: Path) -> ModelSource:
    """Open a GGUF file, or a folder of safetensors files; ModelFileError says what is wrong."""
    return FolderModel(path) if path.is_dir() else GgufModel(path)
