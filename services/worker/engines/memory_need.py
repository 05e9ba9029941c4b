"""How much memory a model takes, from its shape alone.

Pure. Decides what is counted: weights, key-value cache, and what work on them
takes beside. It is an estimate for saying no before anything is allocated;
knows no machine.
"""

from dataclasses import dataclass

from services.worker.engines.errors import ModelFileError
from services.worker.engines.litert.shapes import Shapes
from services.worker.engines.models.llama_config import LlamaConfig
from services.worker.engines.models.tensor_names import HUGGING_FACE

_FLOAT = 4
_TENSORFLOW = 600 << 20  # resident once it is imported and has run a graph
_LITERT = 150 << 20
_PAGE = 512  # the float32 cache is held in spans of so many positions


@dataclass(frozen=True, slots=True)
class MemoryNeed:
    """In bytes."""

    weights: int
    cache: int
    working: int

    @property
    def total(self) -> int:
        """All of it."""
        return self.weights + self.cache + self.working

    def __str__(self) -> str:
        parts = ("weights", "cache", "working")
        told = ", ".join(f"{part} {in_mb(getattr(self, part))}" for part in parts)
        return f"{in_mb(self.total)} MB ({told})"


def in_mb(count: int) -> int:
    """Bytes in MB, rounded up."""
    return -(-count // (1 << 20))


def float32_need(
    config: LlamaConfig, *, slots: int, context: int, prefill_chunk: int, is_tied: bool
) -> MemoryNeed:
    """What the float32 graph takes: its cache in variables, and copies as weights are loaded."""
    held = -(-context // _PAGE) * _PAGE
    table, layer = _table(config), _layer(config)
    copies = 2 * max(table, layer)
    return MemoryNeed(
        weights=_FLOAT * (config.layers * layer + table * (1 if is_tied else 2)),
        cache=_cache(config, slots * held),
        working=_FLOAT * copies + _step(config, slots, prefill_chunk, held) + _TENSORFLOW,
    )


def int8_need(config: LlamaConfig, *, slots: int, context: int, prefill_chunk: int) -> MemoryNeed:
    """What serving a converted model takes; the embedding is kept in sixteen bits."""
    shapes = Shapes(slots, context)
    held = sum(shapes.pages)
    return MemoryNeed(
        weights=config.layers * _layer(config) + 3 * _table(config),
        cache=_cache(config, slots * held) // 2,  # in sixteen bits
        working=_step(config, slots, prefill_chunk, held) + _LITERT,
    )


def explaining_need(
    config: LlamaConfig, *, tokens: int, positions: int, is_tied: bool
) -> MemoryNeed:
    """What gradients by the embeddings take: all that a pass over `positions` computes is kept.

    `tokens` of them see each other.
    """
    table, layer = _table(config), _layer(config)
    kept = 16 * config.width + 8 * config.hidden + 4 * config.heads * tokens
    return MemoryNeed(
        weights=_FLOAT * (config.layers * layer + table * (1 if is_tied else 2)),
        cache=0,
        working=_FLOAT * (positions * config.layers * kept + 2 * max(table, layer)) + _TENSORFLOW,
    )


def conversion_need(config: LlamaConfig) -> MemoryNeed:
    """What converting to int8 takes: all matrices in float32, rounded ones beside them."""
    numbers = config.layers * _layer(config) + 2 * _table(config)
    largest = max(config.width * max(config.vocabulary, 2 * config.hidden), config.hidden**2)
    return MemoryNeed((_FLOAT + 2) * numbers, 0, 4 * _FLOAT * largest + _TENSORFLOW)


def refuse_beyond(need: MemoryNeed, available: int | None, what: str) -> None:
    """Raise ModelFileError if `what` needs more than is available; None is not known."""
    if available is not None and need.total > available:
        raise ModelFileError(f"{what} needs about {need}, {in_mb(available)} MB are available")


def _table(config: LlamaConfig) -> int:
    return config.vocabulary * config.width


def _layer(config: LlamaConfig) -> int:
    sizes = HUGGING_FACE.layer_shapes(config).values()
    return sum(size[0] * (size[1] if len(size) > 1 else 1) for size in sizes)


def _cache(config: LlamaConfig, positions: int) -> int:
    return 2 * _FLOAT * config.layers * config.kv_heads * config.head_size * positions


def _step(config: LlamaConfig, slots: int, prefill_chunk: int, held: int) -> int:
    """The largest arrays of one step: scores over the past, logits, what the feed forward holds."""
    tokens = max(slots, prefill_chunk)
    scores = 2 * tokens * config.heads * held
    gathered = 2 * slots * config.kv_heads * config.head_size * held
    wide = tokens * (4 * config.hidden + 4 * config.width) + slots * config.vocabulary
    return _FLOAT * (scores + gathered + wide)
