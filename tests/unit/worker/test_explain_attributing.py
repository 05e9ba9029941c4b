"""On functions whose integrals are known: each token adds a function of its own embedding."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pytest

from services.worker.explaining.attributing import OUTCOMES, attributed
from services.worker.explaining.values import (
    Alternative,
    Array,
    Attributed,
    Computed,
    Method,
    Options,
    Summed,
)

NEAR = 0.0017  # of the line: so near the baseline the real model jumps


@dataclass(frozen=True)
class Part:
    """What a token adds to every outcome, from embedding 0 to embedding 1, and how it rises."""

    value: Callable[[Array], Array]
    slope: Callable[[Array], Array]

    @property
    def owed(self) -> float:
        return float(self.value(np.ones(1))[0] - self.value(np.zeros(1))[0])


def step(height: float, at: float, width: float) -> Part:
    """A smooth jump: so high, there, over about that width."""
    return Part(
        lambda x: height / math.pi * np.arctan((x.astype(np.float64) - at) / width),
        lambda x: height / math.pi * width / (width**2 + (x.astype(np.float64) - at) ** 2),
    )


def slow(height: float) -> Part:
    return Part(lambda x: height * x**2, lambda x: 2 * height * x)


class Known:
    """A `Differentiable`; outcome n is n + 1 times the sum of all parts, less a hundred."""

    def __init__(self, parts: Sequence[Part], outcomes: int = 1) -> None:
        self._parts = parts
        self.outcomes = tuple(range(outcomes))
        self.text: Array = np.ones((len(parts), 1), np.float32)
        self.baseline = np.zeros_like(self.text)
        self.passes: list[tuple[int, int]] = []

    def products(
        self, inputs: Array, direction: Array, chosen: tuple[int, ...]
    ) -> tuple[Array, Array]:
        self.passes.append((len(inputs), len(chosen)))
        places = [inputs[:, token, 0] for token in range(len(self._parts))]
        sums = sum(part.value(x) for part, x in zip(self._parts, places, strict=True))
        slopes = np.stack(
            [part.slope(x) for part, x in zip(self._parts, places, strict=True)], axis=1
        )
        values = np.stack([(n + 1) * sums for n in self.outcomes], axis=1) - 100
        some = np.stack([(n + 1) * slopes * direction[:, 0] for n in chosen])
        return values, some.astype(np.float32)

    def seen(self, outcome: int) -> int:
        return len(self._parts)

    def alternatives(self, count: int) -> list[tuple[Alternative, ...]]:
        return [() for _ in self.outcomes]


def told(model: Known, options: Options | None = None, rows: int = 16):
    words = list(attributed(model, options or Options(), rows))
    assert isinstance(words[-1], Summed)
    return [word for word in words if isinstance(word, Attributed)], words[-1]


def test_each_token_is_told_its_integral():
    parts = [step(4.0, 0.3, 0.01), step(-1.0, 0.6, 0.05), slow(2.0)]
    (found,), summed = told(Known(parts))
    assert found.scores == pytest.approx([part.owed for part in parts], abs=0.02 * 5)
    assert abs(found.gap) <= 0.02 * sum(part.owed for part in parts)
    assert found.logprob - found.baseline_logprob == pytest.approx(
        sum(part.owed for part in parts), abs=1e-4
    )
    assert found.relative_gap == summed.worst_gap <= 0.02
    assert summed.steps < 100


def test_errors_that_cancel_do_not_end_it():
    # As far from the one end as the other, up for one token and down for another: where
    # points lie evenly all is explained, and neither token is.
    parts = [step(5.0, 0.3, 0.002), step(-5.0, 0.7, 0.002), slow(3.0)]
    (found,), summed = told(Known(parts))
    assert summed.steps > 5
    assert found.scores == pytest.approx([part.owed for part in parts], abs=0.02 * 3)


def test_jumps_next_to_the_baseline_are_found_and_measured():
    parts = [step(-9.0, NEAR, 1e-5), step(7.0, 1.1 * NEAR, 2e-5), slow(11.0), step(3.0, 0.5, 0.1)]
    (found,), summed = told(Known(parts))
    assert found.scores == pytest.approx([part.owed for part in parts], abs=0.02 * 12)
    assert summed.worst_gap <= 0.02
    assert summed.steps < 350


def test_no_more_points_than_steps_and_the_gap_is_told():
    model = Known([step(9.0, NEAR, 1e-7), slow(1.0)])
    (found,), summed = told(model, Options(steps=20))
    assert 18 < summed.steps <= 20
    assert sum(rows for rows, _ in model.passes) == summed.steps
    changed = found.logprob - found.baseline_logprob
    assert summed.worst_gap == pytest.approx(abs(sum(found.scores) - changed) / changed, rel=1e-4)
    assert summed.worst_gap > 0.02


def test_zero_uses_all_steps():
    _, summed = told(Known([step(4.0, 0.3, 0.1)]), Options(tolerance=0.0, steps=64))
    assert 62 < summed.steps <= 64


def test_a_pass_has_no_more_rows_and_outcomes_than_fit():
    model = Known([step(4.0, 0.3, 0.01), slow(1.0)], outcomes=OUTCOMES + 3)
    found, _ = told(model, rows=4)
    assert max(rows for rows, _ in model.passes) == 4
    assert {count for _, count in model.passes} == {OUTCOMES, 3}
    for place, one in enumerate(found):
        owed = [(place + 1) * part for part in (4.0, 1.0)]
        assert one.scores == pytest.approx(owed, rel=0.05)
        assert one.position == one.outcome == place


def test_what_is_done_grows_and_what_there_is_to_do_grows_only_where_it_must():
    model = Known([step(9.0, NEAR, 1e-6), step(-8.0, 2 * NEAR, 1e-6)], outcomes=2)
    words = [w for w in attributed(model, Options(), 16) if isinstance(w, Computed)]
    assert [w.done for w in words] == sorted(w.done for w in words)
    assert all(w.done <= w.total for w in words)
    assert sorted({w.total for w in words})[0] == 2 * 128
    assert {w.total for w in words} <= {2 * 128, 2 * 256, 2 * 512, 2 * 1024}
    few = attributed(model, Options(steps=8), 16)
    assert next(w.total for w in few if isinstance(w, Computed)) == 2 * 8


def test_passes_are_made_one_at_a_time():
    model = Known([slow(1.0)])
    words = attributed(model, Options(), 2)
    assert model.passes == []
    next(words)
    assert len(model.passes) == 1


def test_the_gradient_at_the_text_is_told_with_the_gap_that_it_leaves():
    options = Options(method=Method.GRADIENT_X_INPUT)
    (found,), summed = told(Known([slow(2.0), slow(-0.5)]), options)
    assert found.scores == pytest.approx([4.0, -1.0])
    assert found.gap == pytest.approx(1.5)
    assert summed == Summed(1, pytest.approx(1.0))
