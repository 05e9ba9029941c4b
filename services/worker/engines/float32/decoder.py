"""The TensorFlow decoder behind the StepModel interface, in float32.

Decides shapes: how a step's rows and columns are padded, how much of the cache
it reads, what is warmed up. Knows no sequence's end, text or sampling. Called
on one thread.
"""

import hashlib
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.worker.engines.engine import Logits, Row, StepLimits
from services.worker.engines.float32.graph import GRAPH_VERSION, PAGE, SPAN, LlamaGraph
from services.worker.engines.models.llama_config import LlamaConfig
from services.worker.engines.models.llama_weights import LlamaWeights
from services.worker.engines.tensorflow_quiet import has_gpu, tf

_FEWEST_ROWS = 2  # one row alone takes another path through the matrix products: other bits
_COLUMNS_STEP = 16  # prefills are padded to multiples of this: few shapes, little waste


class TensorFlowModel:
    """A StepModel over a LlamaGraph. Give `warm_up` a call before the first step."""

    def __init__(
        self,
        config: LlamaConfig,
        weights: LlamaWeights,
        *,
        weights_sha256: str,
        slots: int,
        context: int,
        prefill_chunk: int,
        xla: bool = False,
    ) -> None:
        held = -(-context // PAGE) * PAGE if context <= SPAN else -(-context // SPAN) * SPAN
        graph = LlamaGraph(config, weights, slots=slots, context=held)
        self._padding = held
        self._limits = StepLimits(slots, context, config.vocabulary, prefill_chunk)
        self._xla = xla
        self._revision = revision_of(weights_sha256, xla=xla)
        matrix, row, scalar = (None, None), (None,), ()
        self._logits = _compiled(graph.logits, matrix, matrix, row, scalar, xla=xla)
        self._keep = _compiled(graph.keep, matrix, matrix, row, scalar, xla=xla)
        self._copy = _compiled(graph.copy, scalar, scalar, scalar, xla=xla)

    @property
    def limits(self) -> StepLimits:
        """Shapes, fixed for the model's life."""
        return self._limits

    @property
    def revision(self) -> str:
        """Weights, graph and precision in one name."""
        return self._revision

    def prefill(self, slot: int, start: int, tokens: Sequence[int]) -> None:
        """Compute and keep the cache of `tokens` at positions `start`… of `slot`."""
        count = len(tokens)
        if not 1 <= count <= self._limits.prefill_chunk:
            raise ValueError(f"a prefill of {count} tokens")
        self._check(slot, start, start + count)
        step = self._limits.prefill_chunk if self._xla else _COLUMNS_STEP
        columns = -(-count // step) * step
        padded = np.zeros((1, columns), np.int32)
        padded[0, :count] = tokens
        positions = np.full((1, columns), self._padding, np.int32)
        positions[0, :count] = np.arange(start, start + count)
        self._keep(padded, positions, np.array([slot], np.int32), self._pages(start + count))

    def decode(self, rows: Sequence[Row]) -> Logits:
        """Logits `[len(rows), vocabulary]` of what follows each row's token."""
        if not 1 <= len(rows) <= self._limits.slots or len({row.slot for row in rows}) < len(rows):
            raise ValueError("rows must bear different slots, one at least")
        for row in rows:
            self._check(row.slot, row.position, row.position + 1)
        count = max(self._limits.slots if self._xla else len(rows), _FEWEST_ROWS)
        tokens, slots = np.zeros((count, 1), np.int32), np.zeros(count, np.int32)
        positions = np.full((count, 1), self._padding, np.int32)
        for index, row in enumerate(rows):
            tokens[index], positions[index], slots[index] = row.token, row.position, row.slot
        furthest = max(row.position for row in rows)
        logits: Logits = self._logits(tokens, positions, slots, self._pages(furthest + 1)).numpy()
        return logits[: len(rows)]

    def release(self, slot: int, keep: int = 0) -> None:
        """Forget what `slot` holds behind `keep`: a row sees only what it wrote.

        The cache is a variable, whole from the start: no memory can be given back.
        """

    def copy(self, source: int, target: int, count: int) -> None:
        """Let `target` begin with the first `count` positions of `source`.

        Copies whole pages: what the last one bears behind them no row of `target`
        reads before it has written it itself.
        """
        self._check(source, 0, count)
        self._check(target, 0, count)
        pages = self._pages(count) if self._xla else -(-count // PAGE)
        self._copy(*(np.array(number, np.int32) for number in (source, target, pages)))

    def warm_up(self, progress: Callable[[float], None] = lambda fraction: None) -> None:
        """Run each shape class once: the first run of a graph takes a second, of a shape 10 ms.

        Writes to the cache; call it before any sequence.
        """
        limits = self._limits
        if self._xla:
            self._compile_every_shape(progress)
            return
        rows = [[Row(slot, 0, 0) for slot in range(n)] for n in range(1, limits.slots + 1)]
        rows += [[Row(0, n - 1, 0)] for n in range(PAGE, min(limits.context, SPAN) + 1, PAGE)]
        for done, step in enumerate(rows, start=1):
            self.decode(step)
            progress(done / (len(rows) + 1))
        self.prefill(0, 0, [0] * min(limits.prefill_chunk, limits.context))
        self.copy(0, limits.slots - 1, 1)
        progress(1.0)

    def _compile_every_shape(self, progress: Callable[[float], None]) -> None:
        """XLA compiles each shape by itself, for seconds: there are few, and all are met here."""
        lengths = [self._limits.context]
        while lengths[-1] > PAGE:
            lengths.append(lengths[-1] // 2)
        for done, length in enumerate(reversed(lengths)):
            self.prefill(0, length - 1, [0])
            self.decode([Row(0, length - 1, 0)])
            self.copy(0, self._limits.slots - 1, length)
            progress((done + 1) / len(lengths))

    def _pages(self, length: int) -> NDArray[np.int32]:
        """Pages to read for a past of `length`: in steps of PAGE up to SPAN, then of SPAN.

        With XLA, a power of two of them, or all.
        """
        if self._xla:
            pages = 1 << (-(-length // PAGE) - 1).bit_length()
            return np.array(min(pages, self._padding // PAGE), np.int32)
        step = PAGE if length <= SPAN else SPAN
        return np.array(-(-length // step) * step // PAGE, np.int32)

    def _check(self, slot: int, start: int, end: int) -> None:
        if not (0 <= slot < self._limits.slots and 0 <= start < end <= self._limits.context):
            raise ValueError(f"slot {slot}, positions {start} to {end} are outside the cache")


def revision_of(weights_sha256: str, *, xla: bool = False) -> str:
    """Weights, graph and precision in one name."""
    parts = f"{weights_sha256} graph {GRAPH_VERSION} f32"
    if xla:
        device = "gpu" if has_gpu() else "cpu"
        parts += f" xla {tf.__version__} {device}"
    return hashlib.sha256(parts.encode()).hexdigest()[:12]


def _compiled(
    function: Callable[..., Any], *shapes: tuple[None, ...], xla: bool
) -> Callable[..., Any]:
    """One graph for all arguments of these ranks, traced now."""
    signature = [tf.TensorSpec(shape, tf.int32) for shape in shapes]
    traced = tf.function(
        function, input_signature=signature, autograph=False, jit_compile=xla or None
    ).get_concrete_function()

    def run(*arguments: NDArray[np.int32]) -> Any:
        return traced(*(tf.constant(argument) for argument in arguments))

    return run
