"""The shape of a Llama-family model, from a GGUF file's metadata.

Pure. Decides whether this worker's graph can run the model; knows neither
tensors nor tokenizers.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from services.worker.engines.errors import ModelFileError


@dataclass(frozen=True, slots=True)
class LlamaConfig:
    """Sizes in elements; `context` is what the model was trained for, in tokens."""

    vocabulary: int
    layers: int
    width: int
    hidden: int
    heads: int
    kv_heads: int
    head_size: int
    context: int
    rope_base: float
    norm_epsilon: float

    @property
    def heads_per_kv(self) -> int:
        """Query heads that share one key-value head."""
        return self.heads // self.kv_heads


def llama_config(metadata: Mapping[str, object]) -> LlamaConfig:
    """Read and check the metadata.

    Raises:
        ModelFileError: another architecture, a missing or impossible size, or a
            variant (scaled rope, partial rotation) that the graph does not run.
    """
    architecture = metadata.get("general.architecture")
    if architecture != "llama":
        raise ModelFileError(f"architecture {str(architecture)[:40]!r} is not llama")
    read = _Metadata(metadata)
    width, heads = read.size("embedding_length"), read.size("attention.head_count")
    head_size = read.size("attention.key_length", width // heads)
    config = LlamaConfig(
        vocabulary=_vocabulary(metadata),
        layers=read.size("block_count"),
        width=width,
        hidden=read.size("feed_forward_length"),
        heads=heads,
        kv_heads=read.size("attention.head_count_kv", heads),
        head_size=head_size,
        context=read.size("context_length"),
        rope_base=read.positive("rope.freq_base", 10000.0),
        norm_epsilon=read.positive("attention.layer_norm_rms_epsilon"),
    )
    _check(config, read)
    return config


def _check(config: LlamaConfig, read: "_Metadata") -> None:
    if config.heads % config.kv_heads or config.head_size % 2:
        raise ModelFileError(
            f"{config.heads} heads of {config.head_size} do not share {config.kv_heads} kv heads"
        )
    if read.size("attention.value_length", config.head_size) != config.head_size:
        raise ModelFileError("keys and values of different lengths are not supported")
    if read.size("rope.dimension_count", config.head_size) != config.head_size:
        raise ModelFileError("partial rotation is not supported")
    if read.get("rope.scaling.type", "none") != "none" or read.get("rope.scale_linear", 1.0) != 1.0:
        raise ModelFileError("scaled rope is not supported")
    if read.get("expert_count", 0) != 0:
        raise ModelFileError("mixtures of experts are not supported")


def _vocabulary(metadata: Mapping[str, object]) -> int:
    tokens = metadata.get("tokenizer.ggml.tokens")
    if not isinstance(tokens, list) or not tokens:
        raise ModelFileError("the vocabulary is missing")
    return len(tokens)


class _Metadata:
    """The architecture's own entries, typed."""

    def __init__(self, metadata: Mapping[str, object]) -> None:
        self._metadata = metadata

    def get(self, key: str, default: object) -> object:
        return self._metadata.get(f"llama.{key}", default)

    def size(self, key: str, default: int | None = None) -> int:
        value = self.get(key, default)
        if not isinstance(value, int) or not 1 <= value < 1 << 31:
            raise ModelFileError(f"llama.{key} is {value!r:.40}, not a size")
        return value

    def positive(self, key: str, default: float | None = None) -> float:
        value = self.get(key, default)
        if not isinstance(value, float) or not 0 < value < float("inf"):
            raise ModelFileError(f"llama.{key} is {value!r:.40}, not a positive number")
        return value
