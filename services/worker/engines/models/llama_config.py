"""The shape of a Llama-family model, from a GGUF file's metadata.

Pure. Decides whether this worker's graph can run the model, and refuses by name
whatever it does not know: an entry may change what is computed. Knows neither
tensors nor tokenizers.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from services.worker.engines.errors import ModelFileError
from services.worker.engines.models.rope import Divisors, linear, yarn, yarn_magnitude

ARCHITECTURES = ("llama", "qwen2", "qwen3")
LARGEST = (1 << 31) - 1
MOST_LAYERS, MOST_HEADS, LARGEST_HEAD = 4096, 4096, 4096
_KNOWN = frozenset(
    "block_count context_length embedding_length feed_forward_length vocab_size expert_count"
    " expert_used_count tensor_data_layout attention.head_count attention.head_count_kv"
    " attention.key_length attention.value_length attention.layer_norm_rms_epsilon"
    " attention.sliding_window rope.dimension_count rope.freq_base rope.scale_linear".split()
)
_SCALING = "rope.scaling."  # what is known of it is decided by its type


@dataclass(frozen=True, slots=True)
class LlamaConfig:
    """Sizes in elements; `context` is what the model was trained for, in tokens.

    `rope_divisors` divide the frequency of each pair; none means that all are plain.
    Attention sees `window` tokens: a longer context would be another computation.
    """

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
    rope_divisors: Divisors = ()
    rope_magnitude: float = 1.0
    window: int | None = None
    has_query_key_value_bias: bool = False
    has_attention_out_bias: bool = False
    has_head_norms: bool = False

    @property
    def heads_per_kv(self) -> int:
        """Query heads that share one key-value head."""
        return self.heads // self.kv_heads


def llama_config(metadata: Mapping[str, object]) -> LlamaConfig:
    """Read and check the metadata.

    Raises:
        ModelFileError: another architecture, a missing or impossible size, or a
            variant (experts, partial rotation) that the graph does not run.
    """
    architecture = metadata.get("general.architecture")
    if architecture not in ARCHITECTURES:
        known = ", ".join(ARCHITECTURES)
        raise ModelFileError(f"architecture {str(architecture)[:40]!r} is not one of {known}")
    if metadata.get("split.count", 1) not in (0, 1):
        raise ModelFileError("the file is one part of several: join them first")
    read = Entries(metadata, f"{architecture}.")
    read.refuse_unknown()
    width = read.size("embedding_length")
    heads = read.size("attention.head_count", at_most=MOST_HEADS)
    head_size = read.size("attention.key_length", width // heads, at_most=LARGEST_HEAD)
    base = read.base("rope.freq_base")
    divisors, magnitude = _scaled(read, head_size, base)
    config = LlamaConfig(
        vocabulary=_vocabulary(metadata),
        layers=read.size("block_count", at_most=MOST_LAYERS),
        width=width,
        hidden=read.size("feed_forward_length"),
        heads=heads,
        kv_heads=read.size("attention.head_count_kv", heads),
        head_size=head_size,
        context=read.size("context_length"),
        rope_base=base,
        norm_epsilon=read.positive("attention.layer_norm_rms_epsilon"),
        rope_divisors=divisors,
        rope_magnitude=magnitude,
        window=read.size("attention.sliding_window", 0, at_least=0) or None,
        has_query_key_value_bias=architecture == "qwen2",
        has_head_norms=architecture == "qwen3",
    )
    if read.size("attention.value_length", head_size) != head_size:
        raise ModelFileError("keys and values of different lengths are not supported")
    if read.size("rope.dimension_count", head_size) != head_size:
        raise ModelFileError("partial rotation is not supported")
    if read.get("expert_count", 0) != 0:
        raise ModelFileError("mixtures of experts are not supported")
    check_sizes(config)
    return config


def check_sizes(config: LlamaConfig) -> None:
    """Refuse sizes that fit together in no model, and rope scaled beyond what numbers hold."""
    for divisor in config.rope_divisors:
        if not 1e-3 <= divisor <= 1e6:
            raise ModelFileError(f"rope's frequencies are divided by {divisor}")
    if config.heads % config.kv_heads or config.head_size % 2:
        raise ModelFileError(
            f"{config.heads} heads of {config.head_size} do not share {config.kv_heads} kv heads"
        )


def _scaled(read: "Entries", head_size: int, base: float) -> tuple[Divisors, float]:
    kind = read.get("rope.scaling.type", "none")
    older = read.positive("rope.scale_linear", 1.0)  # the key before there were types
    if kind == "none" and older != 1.0:
        return linear(head_size, older), 1.0
    if kind == "none":
        return (), 1.0
    factor = read.positive("rope.scaling.factor", 1.0)
    if kind == "linear":
        return linear(head_size, factor), 1.0
    if kind != "yarn":
        raise ModelFileError(f"rope scaled by {kind!r:.40} is not supported")
    divisors = yarn(
        head_size,
        base,
        factor=factor,
        trained=read.size("rope.scaling.original_context_length"),
        fast=read.positive("rope.scaling.yarn_beta_fast", 32.0),
        slow=read.positive("rope.scaling.yarn_beta_slow", 1.0),
    )
    if read.get("rope.scaling.yarn_log_multiplier", 0.0) != 0.0:
        raise ModelFileError("rope.scaling.yarn_log_multiplier is not supported")
    return divisors, yarn_magnitude(factor) * read.positive("rope.scaling.attn_factor", 1.0)


def _vocabulary(metadata: Mapping[str, object]) -> int:
    tokens = metadata.get("tokenizer.ggml.tokens")
    if not isinstance(tokens, list) or not tokens:
        raise ModelFileError("the vocabulary is missing")
    return len(tokens)


class Entries:
    """Entries that begin with `prefix`, typed; messages name them whole."""

    def __init__(self, entries: Mapping[str, object], prefix: str = "") -> None:
        self._entries = entries
        self._prefix = prefix

    def refuse_unknown(self) -> None:
        """Refuse an entry of the architecture that may mean another computation."""
        for name in self._entries:
            key = name.removeprefix(self._prefix)
            if key != name and key not in _KNOWN and not key.startswith(_SCALING):
                raise ModelFileError(f"{name:.80} is not understood")

    def get(self, key: str, default: object) -> object:
        """An entry as it is."""
        return self._entries.get(self._prefix + key, default)

    def size(
        self, key: str, default: int | None = None, *, at_least: int = 1, at_most: int = LARGEST
    ) -> int:
        """An entry that counts something."""
        value = self.get(key, default)
        if not isinstance(value, int) or isinstance(value, bool):
            raise ModelFileError(f"{self._prefix}{key} is {value!r:.40}, not a size")
        if not at_least <= value <= at_most:
            raise ModelFileError(
                f"{self._prefix}{key} is {value!r:.40}, not a size from {at_least} to {at_most}"
            )
        return value

    def positive(self, key: str, default: float | None = None) -> float:
        """An entry that is a number greater than 0."""
        value = self.get(key, default)
        is_number = isinstance(value, float | int) and not isinstance(value, bool)
        if not is_number or not 0 < value < 1e30:  # type: ignore[operator]  # a number
            raise ModelFileError(f"{self._prefix}{key} is {value!r:.40}, not a positive number")
        return float(value)  # type: ignore[arg-type]  # a number

    def base(self, key: str) -> float:
        """The base of rope's frequencies."""
        value = self.positive(key, 10000.0)
        if value <= 1:
            raise ModelFileError(f"{self._prefix}{key} is {value}, not more than 1")
        return value
