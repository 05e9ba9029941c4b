import math

import numpy as np
import pytest

from services.worker.explaining.line import (
    SMALLEST_CHANGE,
    Line,
    Point,
    Stretch,
    evenly,
    relative,
)


def cubic(at: float) -> Point:
    """Two tokens of one outcome, whose slopes are at² and 2at³: Simpson's rule is exact."""
    value = at**3 / 3 + at**4 / 2
    return Point(at, np.array([value]), np.array([[at**2, 2 * at**3]], np.float32))


def bent(at: float) -> Point:
    """Two outcomes: one bends behind 3/4 only, one before 1/4 only; straight else."""
    late, early = max(0.0, at - 0.75), max(0.0, 0.25 - at)
    slopes = np.array([[math.exp(20 * late)], [math.exp(15 * early)]], np.float32)
    first = math.expm1(20 * late) / 20 + min(at, 0.75)
    second = max(0.0, at - 0.25) - math.expm1(15 * early) / 15
    return Point(at, np.array([first, second]), slopes)


def grown(at: float) -> Point:
    """One outcome, which grows ever faster."""
    grown = math.exp(5 * at)
    return Point(at, np.array([grown]), np.array([[5 * grown]], np.float32))


def there_and_back(at: float) -> Point:
    """Up for one token, down for another as far from the other end; and a third one's."""
    up, down = (math.atan((at - place) / 0.01) for place in (0.3, 0.7))
    slopes = [0.01 / (1e-4 + (at - 0.3) ** 2), -0.01 / (1e-4 + (at - 0.7) ** 2), 1.0]
    return Point(at, np.array([up - down + at]), np.array([slopes], np.float32))


def line_of(function, points: int = 17) -> Line:
    return Line([function(at) for at in evenly(points)])


def put_back(line: Line, taken: list[Stretch], function) -> None:
    for stretch in taken:
        line.put_back(stretch, *map(function, stretch.wanted))


def ends(stretch: Stretch) -> tuple[float, float]:
    return stretch.start.at, stretch.end.at


def test_places_are_even_from_the_baseline_to_the_text():
    assert evenly(5) == [0.0, 0.25, 0.5, 0.75, 1.0]


def test_what_simpson_measures_exactly_needs_no_more():
    line = line_of(cubic, 3)
    assert line.sums == pytest.approx(np.array([[1 / 3, 1 / 2]]))
    assert line.bounds.max() < 1e-6
    assert line.worst(1e-6, 9) == []


def test_halves_use_their_stretch_s_points_and_two_new_ones():
    line = line_of(grown, 3)
    (whole,) = line.worst(0.0, 1)
    assert whole.wanted == (0.25, 0.75)
    halves = whole.halved(*map(grown, whole.wanted))
    assert [ends(half) for half in halves] == [(0.0, 0.5), (0.5, 1.0)]
    assert halves[0].end is halves[1].start is whole.middle
    put_back(line, [whole], grown)
    assert line.points == 5


def test_points_are_wanted_only_where_something_is_left():
    line = line_of(bent)
    taken = line.worst(1e-4, 99)
    assert sorted(map(ends, taken)) == [(0, 0.125), (0.125, 0.25), (0.75, 0.875), (0.875, 1)]


def test_the_greatest_go_first():
    (taken,) = line_of(grown).worst(0.0, 1)
    assert ends(taken) == (0.875, 1.0)


def test_no_more_are_taken_than_bring_the_rest_within_the_tolerance():
    taken = line_of(grown).worst(0.0, 99)
    gaps = [relative(stretch.gaps, grown(1.0).values - 1)[0] for stretch in taken]
    assert gaps == sorted(gaps, reverse=True)
    for count in (1, 2, 5):
        left = sum(gaps[count:])
        assert len(line_of(grown).worst(1.001 * left, 99)) == count
        assert len(line_of(grown).worst(0.999 * left, 99)) == count + 1


def test_halving_goes_on_to_the_integral_of_every_outcome():
    line = line_of(bent, 5)
    while line.bounds.max() > 1e-6:
        put_back(line, line.worst(1e-6, 4), bent)
    assert line.relative_gaps.max() <= 1e-6
    assert line.sums[:, 0] == pytest.approx(bent(1.0).values - bent(0.0).values, rel=1e-6)
    assert line.points < 120


def test_gaps_that_cancel_are_no_less_for_that():
    line = line_of(there_and_back, 5)
    assert line.relative_gaps.max() < 1e-6
    assert line.bounds.max() > 1.0
    assert len(line.worst(0.02, 9)) == 2


def test_bounds_are_never_less_than_gaps():
    line = line_of(bent, 5)
    for _ in range(6):
        assert (line.bounds >= line.relative_gaps - 1e-12).all()
        put_back(line, line.worst(0.0, 2), bent)


def test_a_change_near_none_is_not_divided_by():
    assert relative(np.array([0.001]), np.array([1e-9])) == pytest.approx(0.001 / SMALLEST_CHANGE)
    assert relative(np.array([-0.5]), np.array([-2.0])) == pytest.approx(0.25)
