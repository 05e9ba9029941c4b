"""A model in a folder, as they are published: config.json, safetensors, tokenizer.json.

Decides which files make it up. Nothing in the folder is run: neither code that
config.json names nor pickled weights.
"""

from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from services.worker.engines.errors import ModelFileError
from services.worker.engines.json_file import read_json
from services.worker.engines.models.config_json import config_of_json
from services.worker.engines.models.llama_config import LlamaConfig
from services.worker.engines.models.llama_weights import LlamaWeights
from services.worker.engines.models.safetensors_folder import SafetensorsFolder
from services.worker.engines.models.tensor_names import HUGGING_FACE
from services.worker.engines.tokens.json_tokenizer import json_tokenizer
from services.worker.engines.tokens.tokenizer import ModelTokenizer

_CONFIG = "config.json"


class FolderModel:
    """A ModelSource."""

    def __init__(self, folder: Path) -> None:
        entries = read_json(folder / _CONFIG)
        self._tensors = SafetensorsFolder(folder)
        try:
            self.config: LlamaConfig = config_of_json(entries)
            # What is said in config.json is what the published classes go by.
            tied = entries.get("tie_word_embeddings")
            self._is_tied = tied if isinstance(tied, bool) else None
            self.weights().check(besides=self._left_out())
            self.tokenizer: ModelTokenizer = json_tokenizer(folder, entries)
            if self.tokenizer.largest_token >= self.config.vocabulary:
                raise ModelFileError(
                    f"tokenizer.json has token {self.tokenizer.largest_token},"
                    f" vocab_size is {self.config.vocabulary}"
                )
        except BaseException:
            self._tensors.__exit__(None, None, None)
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._tensors.__exit__(kind, error, trace)

    def weights(self, progress: Callable[[float], None] = lambda fraction: None) -> LlamaWeights:
        """The weights, not yet read."""
        return LlamaWeights(
            self._tensors, self.config, progress, names=HUGGING_FACE, is_tied=self._is_tied
        )

    def _left_out(self) -> list[str]:
        """What old files hold beside the weights, and an output matrix that is the embedding."""
        layers = range(self.config.layers)
        found = [HUGGING_FACE.layer.format(n) + ".self_attn.rotary_emb.inv_freq" for n in layers]
        return [*found, HUGGING_FACE.output] if self._is_tied else found
