"""Where on the line from the baseline to the text gradients are computed.

Pure. Integrates a function whose integral over any stretch is known from the
function's primitive: the gradient along the line, and the log probability itself.
So the error of every stretch is known, for every answer token, and points go
where it is greatest: to the stretch whose outcomes change fastest. Knows neither
embeddings nor models.

A stretch is measured by Simpson's rule at its ends and in its middle. Halving it
uses all three again: no point is computed twice, and none is lost.
"""

import heapq
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
    changes along the line by each token, `[outcomes, tokens]`.
    """

    at: float
    values: Array
    slopes: Array


@dataclass(frozen=True, slots=True, eq=False)
class Stretch:
    """A part of the line between two points, and one in its middle."""

    start: Point
    middle: Point
    end: Point

    @property
    def sums(self) -> Array:
        """What each token brings to each outcome here, `[outcomes, tokens]`."""
        weighted = self.start.slopes + 4 * self.middle.slopes + self.end.slopes
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
        self._stretches: list[tuple[float, int, Stretch]] = []
        self._sums = np.zeros_like(points[0].slopes)
        self._changes = points[-1].values - points[0].values
        self._number = 0
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

    def worst(self, count: int) -> list[Stretch]:
        """Take out the `count` stretches with the greatest gaps: halve them and put them back."""
        taken = [heapq.heappop(self._stretches)[2] for _ in range(min(count, len(self._stretches)))]
        for stretch in taken:
            self._sums = self._sums - stretch.sums
        return taken

    def put_back(self, stretch: Stretch, first: Point, second: Point) -> None:
        """Put in the halves of a stretch that was taken out."""
        self.points += 2
        for half in stretch.halved(first, second):
            self._add(half)

    def _add(self, stretch: Stretch) -> None:
        self._number += 1  # of equally bad ones the older first
        worst = float(relative(stretch.gaps, self._changes).max())
        heapq.heappush(self._stretches, (-worst, self._number, stretch))
        self._sums = self._sums + stretch.sums


def relative(gaps: Array, changes: Array) -> Array:
    """Gaps by the changes that they belong to."""
    return np.asarray(np.abs(gaps) / np.maximum(np.abs(changes), SMALLEST_CHANGE))
