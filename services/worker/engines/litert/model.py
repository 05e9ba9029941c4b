"""The decoder in eight bits behind the StepModel interface, run by LiteRT.

Decides which graph a step takes and what it is given. Knows no sequence's end,
text or sampling. Called on one thread. TensorFlow is not needed here.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.worker.engines.engine import Logits, Row, StepLimits
from services.worker.engines.litert.memory import PagedCache
from services.worker.engines.litert.runs import Run, Runs
from services.worker.engines.litert.runtime import Buffer, LiteRtRuntime, buffer, zeros
from services.worker.engines.litert.shapes import HIDDEN, Shape, Shapes
from services.worker.engines.models.llama_config import LlamaConfig
from services.worker.engines.models.rope import cosines_and_sines


@dataclass(frozen=True, slots=True)
class _Place:
    """The memory of one shape's inputs and outputs but for the cache."""

    memory: dict[str, NDArray[np.float32]]
    buffers: dict[str, Buffer]


class LiteRtModel:
    """A StepModel over converted graphs. Give `warm_up` a call before the first step."""

    def __init__(
        self,
        config: LlamaConfig,
        runtime: LiteRtRuntime,
        embedding: NDArray[np.float16],
        *,
        revision: str,
        shapes: Shapes,
        prefill_chunk: int,
    ) -> None:
        self._config = config
        self._runtime = runtime
        self._embedding = embedding
        self._revision = revision
        self._shapes = shapes
        self._limits = StepLimits(shapes.slots, shapes.context, config.vocabulary, prefill_chunk)
        self._cosines, self._sines = cosines_and_sines(config, shapes.context)
        self._cache = PagedCache(
            shapes.pages,
            layers=config.layers,
            slots=shapes.slots,
            kv_heads=config.kv_heads,
            head_size=config.head_size,
        )
        self._runs = Runs(shapes)
        self._places: dict[Shape, _Place] = {}
        self._cached: dict[tuple[str, int, int], Buffer] = {}
        self._inputs: dict[tuple[Shape, int], list[Buffer]] = {}

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
        if not 1 <= len(tokens) <= self._limits.prefill_chunk:
            raise ValueError(f"a prefill of {len(tokens)} tokens")
        self._check(slot, start, start + len(tokens))
        done = 0
        while done < len(tokens):
            shape, count = self._shapes.prefill(start + done, len(tokens) - done)
            self._prefill(shape, slot, start + done, list(tokens[done : done + count]))
            done += count

    def _prefill(self, shape: Shape, slot: int, start: int, tokens: list[int]) -> None:
        place, count = self._place(shape), len(tokens)
        # What the columns beyond `count` hold changes nothing: no token looks ahead.
        place.memory["states"][:count] = self._embedding[tokens]
        place.memory["cosines"][:count, 0] = self._cosines[start : start + count]
        place.memory["sines"][:count, 0] = self._sines[start : start + count]
        if shape.hideable:
            _hide(place.memory["hidden"][0, 0, 0], start - shape.past + shape.hideable)
        self._run(shape, slot, place)
        self._cache.write(slot, start, place.memory["fresh"][:, 0, :, :count].astype(np.float16))

    def decode(self, rows: Sequence[Row]) -> Logits:
        """Logits `[len(rows), vocabulary]` of what follows each row's token."""
        if not 1 <= len(rows) <= self._limits.slots or len({row.slot for row in rows}) < len(rows):
            raise ValueError("rows must bear different slots, one at least")
        for row in rows:
            self._check(row.slot, row.position, row.position + 1)
        logits = np.empty((len(rows), self._limits.vocabulary), np.float32)
        order = {row.slot: at for at, row in enumerate(rows)}
        for run in self._runs.plan({row.slot: row.position for row in rows}):
            at = [order[slot] for slot in run.slots]
            logits[at] = self._decode(run, [rows[n] for n in at])
        return logits

    def _decode(self, run: Run, rows: Sequence[Row]) -> Logits:
        memory = self._place(run.shape).memory
        for row in rows:
            at = row.slot - run.first
            memory["states"][at] = self._embedding[row.token]
            memory["cosines"][at, 0] = self._cosines[row.position]
            memory["sines"][at, 0] = self._sines[row.position]
            _hide(memory["hidden"][at, 0, 0], row.position)
        self._run(run.shape, run.first, self._place(run.shape))
        fresh = memory["fresh"].astype(np.float16)
        for row in rows:
            self._cache.write(row.slot, row.position, fresh[:, row.slot - run.first])
        logits: Logits = memory["logits"][[row.slot - run.first for row in rows]]
        return logits

    def release(self, slot: int, keep: int = 0) -> None:
        """Give the memory of what `slot` holds behind `keep` back."""
        self._cache.release(slot, keep)

    def copy(self, source: int, target: int, count: int) -> None:
        """Let `target` begin with the first `count` positions of `source`."""
        self._check(source, 0, count)
        self._check(target, 0, count)
        self._cache.copy(source, target, count)

    def warm_up(self, progress: Callable[[float], None] = lambda fraction: None) -> None:
        """Run each graph once: a graph's first run takes longer than those that follow."""
        every = self._shapes.every()
        for done, shape in enumerate(every, start=1):
            self._run(shape, 0, self._place(shape))
            progress(done / len(every))

    def _run(self, shape: Shape, slot: int, place: _Place) -> None:
        inputs = self._inputs.get((shape, slot))
        if inputs is None:
            names = self._runtime.inputs(shape.name)
            inputs = [place.buffers.get(name) or self._page(name, slot, shape) for name in names]
            self._inputs[shape, slot] = inputs
        outputs = [place.buffers[name] for name in self._runtime.outputs(shape.name)]
        self._runtime.run(shape.name, inputs, outputs)

    def _page(self, name: str, slot: int, shape: Shape) -> Buffer:
        """The buffer of an input such as "keys_3_0": page 0 of layer 3's keys."""
        key = (name, slot, shape.rows)
        if key not in self._cached:
            kind, layer, page = name.split("_")
            part = 2 * int(layer) + (kind == "values")
            self._cached[key] = buffer(self._cache.view(part, int(page), slot, shape.rows))
        return self._cached[key]

    def _place(self, shape: Shape) -> _Place:
        place = self._places.get(shape)
        if place is None:
            place = self._places[shape] = _new_place(self._config, shape)
        return place

    def _check(self, slot: int, start: int, end: int) -> None:
        if not (0 <= slot < self._limits.slots and 0 <= start < end <= self._limits.context):
            raise ValueError(f"slot {slot}, positions {start} to {end} are outside the cache")


def _new_place(config: LlamaConfig, shape: Shape) -> _Place:
    tokens, half = shape.rows * shape.columns, config.head_size // 2
    fresh = (2 * config.layers, shape.rows, config.kv_heads, shape.columns, config.head_size)
    memory = {
        "states": zeros(tokens, config.width),
        "cosines": zeros(tokens, 1, half),
        "sines": zeros(tokens, 1, half),
        "fresh": zeros(*fresh),
    }
    if shape.hideable:
        memory["hidden"] = zeros(shape.rows, 1, 1, shape.hideable)
        memory["hidden"][:] = HIDDEN
    if shape.logits:
        memory["logits"] = zeros(shape.rows, config.vocabulary)
    return _Place(memory, {name: buffer(array) for name, array in memory.items()})


def _hide(places: NDArray[np.float32], position: int) -> None:
    """Hide the cached places that come at or after `position`."""
    places[:position] = 0.0
    places[position:] = HIDDEN
