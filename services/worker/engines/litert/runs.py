"""Which graphs a decode step takes, and on which slots.

Pure. A graph computes neighbouring slots, all with as long a past as the longest
of them needs. A few long sequences would make everybody wait for their past, so
a step may run twice: once for all that are short, once for the long ones, if
that takes less time. A row that lies among others is computed with them and
let be. Bits depend on none of this.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from services.worker.engines.litert.shapes import Shape, Shapes

# What a run takes, in the time for one row's attention to one place of its past: measured.
_A_RUN = 1300
_A_ROW = 140


@dataclass(frozen=True, slots=True)
class Run:
    """One graph on the slots from `first` on; what counts is its rows for `slots`."""

    shape: Shape
    first: int
    slots: tuple[int, ...]

    @property
    def cost(self) -> int:
        """What it takes."""
        return _A_RUN + self.shape.rows * (_A_ROW + self.shape.past)


class Runs:
    """The runs of one model's decode steps."""

    def __init__(self, shapes: Shapes) -> None:
        self._slots = shapes.slots
        self._shapes = shapes.decodes()
        self._pasts = sorted({shape.past for shape in self._shapes})

    def plan(self, positions: Mapping[int, int]) -> tuple[Run, ...]:
        """The runs of a step in which each of these slots has a row at its position."""
        best: tuple[Run, ...] = (self._run(positions, positions),)
        for past in self._pasts:
            short = [slot for slot, position in positions.items() if position <= past]
            if not short or len(short) == len(positions):
                continue
            long = [slot for slot, position in positions.items() if position > past]
            both = (self._run(short, positions), self._run(long, positions))
            best = min(best, both, key=lambda runs: sum(run.cost for run in runs))
        return best

    def _run(self, slots: Collection[int], positions: Mapping[int, int]) -> Run:
        first, last = min(slots), max(slots)
        past = max(positions[slot] for slot in slots)
        shape = next(s for s in self._shapes if s.rows > last - first and s.past >= past)
        return Run(shape, min(first, self._slots - shape.rows), tuple(slots))
