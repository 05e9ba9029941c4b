"""Where on the line from the baseline to the text gradients are computed.

Pure. Integrates a function whose integral over any stretch is known from the
function's primitive: the gradient along the line, and the log probability itself.
So the error of every stretch is known, for every answer token, and points go
where it is greatest: to the stretches whose outcomes change fastest. Errors of
different signs cancel in the sum of a whole line while tokens are told what is not
theirs, so enough is known only where the errors' sizes together are small. Knows
neither embeddings nor models.

A stretch is measured by Simpson's rule at its ends and in its middle. Halving it
uses all three again: no point is computed twice, and none is lost.
"""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[np.float64]
SMALLEST_CHANGE = 0.01  # nats: a gap is measured by the change that it leaves unexplained, or this


@dataclass(frozen=True, slots=True, eq=False)
class Point:
    """A place on the line, 0 to 1, and what was found there.

    `values` are the outcomes' log probabilities, `[outcomes]`; `slopes` how each
    changes along the line by each token, `[outcomes, tokens]`; in 32 bits, as they
    are computed: of a thousand points they are most of what is kept.
    """

    at: float
    values: Array
    slopes: NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Stretch:
    """A part of the line between two points, and one in its middle."""

    start: Point
    middle: Point
    end: Point

    @property
    def sums(self) -> Array:
        """What each token brings to each outcome here, `[outcomes, tokens]`."""
        ends = np.add(self.start.slopes, self.end.slopes, dtype=np.float64)
        weighted = ends + 4 * self.middle.slopes.astype(np.float64)
        return np.asarray(weighted * ((self.end.at - self.start.at) / 6))

    @property
    def gaps(self) -> Array:
        """Sum of that, less how much each outcome has changed, `[outcomes]`."""
        return np.asarray(self.sums.sum(axis=1) - (self.end.values - self.start.values))

    @property
    def wanted(self) -> tuple[float, float]:
        """The two points that halve it."""
        first = (self.start.at + self.middle.at) / 2
        return first, (self.middle.at + self.end.at) / 2

    def halved(self, first: Point, second: Point) -> tuple["Stretch", "Stretch"]:
        """Both halves, with the points wanted in their middles."""
        return Stretch(self.start, first, self.middle), Stretch(self.middle, second, self.end)


def evenly(points: int) -> list[float]:
    """The places to begin with: `points` of them, an odd number of at least three."""
    return [index / (points - 1) for index in range(points)]


class Line:
    """The line so far. Begin with points at the places that `evenly` gives, in order."""

    def __init__(self, points: list[Point]) -> None:
        threes = zip(points[::2], points[1::2], points[2::2], strict=False)
        self._stretches: list[_Measured] = []
        self._sums = np.zeros(points[0].slopes.shape)
        self._changes = points[-1].values - points[0].values
        self.points = len(points)
        for start, middle, end in threes:
            self._add(Stretch(start, middle, end))

    @property
    def sums(self) -> Array:
        """The attributions, `[outcomes, tokens]`."""
        return self._sums

    @property
    def gaps(self) -> Array:
        """What they leave unexplained, `[outcomes]`."""
        return np.asarray(self._sums.sum(axis=1) - self._changes)

    @property
    def relative_gaps(self) -> Array:
        """The size of that by the size of the change, `[outcomes]`."""
        return relative(self.gaps, self._changes)

    @property
    def bounds(self) -> Array:
        """The stretches' relative gaps together, `[outcomes]`: never less than the line's."""
        return np.asarray(sum(measured.gaps for measured in self._stretches))

    def worst(self, tolerance: float, most: int) -> list[Stretch]:
        """Take out the stretches that keep bounds above the tolerance, at most so many.

        They are those with the greatest gaps; halve them and put them back.
        """
        self._stretches.sort(key=lambda measured: -measured.gaps.max())
        backwards = np.array([measured.gaps for measured in reversed(self._stretches)])
        left = np.cumsum(backwards, axis=0).max(axis=1)  # by the last, the last two, ...
        count = min(most, int((left > tolerance).sum()))
        taken = [measured.stretch for measured in self._stretches[:count]]
        del self._stretches[:count]
        for stretch in taken:
            self._sums = self._sums - stretch.sums
        return taken

    def put_back(self, stretch: Stretch, first: Point, second: Point) -> None:
        """Put in the halves of a stretch that was taken out."""
        self.points += 2
        for half in stretch.halved(first, second):
            self._add(half)

    def _add(self, stretch: Stretch) -> None:
        self._stretches.append(_Measured(relative(stretch.gaps, self._changes), stretch))
        self._sums = self._sums + stretch.sums


@dataclass(frozen=True, slots=True, eq=False)
class _Measured:
    """A stretch, and its gaps by the changes of the whole line, `[outcomes]`."""

    gaps: Array
    stretch: Stretch


def relative(gaps: Array, changes: Array) -> Array:
    """Gaps by the changes that they belong to."""
    return np.asarray(np.abs(gaps) / np.maximum(np.abs(changes), SMALLEST_CHANGE))
