"""From a model's gradients to attributions: which passes are made, in which order.

Pure, but that it calls the model. Decides how many points and outcomes one pass
holds, and when enough points are there. Yields between passes, so that whoever
drives it can stop. Knows no TensorFlow: the model stands behind `Differentiable`.
"""

from collections.abc import Generator, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.worker.explaining.line import Array, Line, Point, evenly, relative
from services.worker.explaining.values import (
    Attributed,
    Computed,
    Differentiable,
    Found,
    Method,
    Options,
    Summed,
)

BEGINNING = 5  # points of a line at first
USUAL = 128  # points that suffice for most lines: what is told to be ahead until more are wanted
OUTCOMES = 8  # differentiated in one pass; so many are computed between two looks at the mail


def attributed(model: Differentiable, options: Options, rows: int) -> Iterator[Found]:
    """Explain all outcomes of `model`, `rows` points at a time."""
    if options.method is Method.GRADIENT_X_INPUT:
        return _at_the_text(model, options)
    return _along_the_line(model, options, rows)


def _at_the_text(model: Differentiable, options: Options) -> Iterator[Found]:
    passes = _Passes(model, most=2)
    start, end = yield from passes.points([0.0, 1.0], rows=1)
    changes = end.values - start.values
    slopes = end.slopes.astype(np.float64)
    gaps = slopes.sum(axis=1) - changes
    yield from _told(model, options, start, end, _Sums(slopes, gaps, relative(gaps, changes)))
    yield Summed(1, float(relative(gaps, changes).max()))


def _along_the_line(model: Differentiable, options: Options, rows: int) -> Iterator[Found]:
    passes = _Passes(model, most=options.steps)
    beginning = yield from passes.points(evenly(BEGINNING), rows)
    line = Line(beginning)
    pairs = max(1, rows // 2)
    while line.bounds.max() > options.tolerance and line.points + 2 <= options.steps:
        room = (options.steps - line.points) // 2
        taken = line.worst(options.tolerance, min(pairs, room))
        wanted = [at for stretch in taken for at in stretch.wanted]
        found = yield from passes.points(wanted, rows)
        for index, stretch in enumerate(taken):
            line.put_back(stretch, found[2 * index], found[2 * index + 1])
    sums = _Sums(line.sums, line.gaps, line.relative_gaps)
    yield from _told(model, options, beginning[0], beginning[-1], sums)
    yield Summed(line.points, float(line.relative_gaps.max()))


@dataclass(frozen=True, slots=True, eq=False)
class _Sums:
    attributions: Array
    gaps: Array
    relative_gaps: Array


class _Passes:
    """Computes points of the line, and counts them."""

    def __init__(self, model: Differentiable, most: int) -> None:
        self._model = model
        self._outcomes = len(model.outcomes)
        self._most = most
        self._ahead = min(USUAL, most)
        self._done = 0
        self._direction = model.text - model.baseline

    def points(self, places: list[float], rows: int) -> Generator[Computed, None, list[Point]]:
        """Compute the points at these places."""
        found: list[Point] = []
        for first in range(0, len(places), rows):
            found += yield from self._together(places[first : first + rows])
        return found

    def _together(self, places: list[float]) -> Generator[Computed, None, list[Point]]:
        along = np.array(places, np.float32)[:, None, None]
        inputs = (self._model.baseline + along * self._direction).astype(np.float32)
        slopes: list[NDArray[np.float32]] = []
        for first in range(0, self._outcomes, OUTCOMES):
            chosen = tuple(range(first, min(first + OUTCOMES, self._outcomes)))
            values, some = self._model.products(inputs, self._direction, chosen)
            slopes.append(some)
            self._done += len(places) * len(chosen)
            yield Computed(self._done, self._total())
        by_outcome = np.concatenate(slopes)
        exact = values.astype(np.float64)
        return [Point(at, exact[row], by_outcome[:, row]) for row, at in enumerate(places)]

    def _total(self) -> int:
        """What there is to do, as far as is known: twice as much each time that it is done."""
        while self._done > self._ahead * self._outcomes and self._ahead < self._most:
            self._ahead = min(2 * self._ahead, self._most)
        return max(self._done, self._ahead * self._outcomes)


def _told(
    model: Differentiable, options: Options, start: Point, end: Point, sums: _Sums
) -> Iterator[Attributed]:
    others = model.alternatives(options.alternatives)
    for place, outcome in enumerate(model.outcomes):
        yield Attributed(
            position=place,
            outcome=outcome,
            scores=tuple(float(s) for s in sums.attributions[place, : model.seen(place)]),
            logprob=min(0.0, float(end.values[place])),
            baseline_logprob=min(0.0, float(start.values[place])),
            gap=float(sums.gaps[place]),
            relative_gap=float(sums.relative_gaps[place]),
            alternatives=others[place],
        )
