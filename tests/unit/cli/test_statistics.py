import numpy as np
import pytest

from services.cli.bench.statistics import Sample, itls, spread, tally, timeline, ttfts


def sample(asked: float, *tokens: float, ended: float, **fields: object) -> Sample:
    return Sample(asked, ended, tokens, **fields)  # type: ignore[arg-type]


def test_percentiles_are_interpolated() -> None:
    found = spread([float(n) for n in range(101)])
    assert found is not None
    assert (found.count, found.mean, found.most) == (101, 50.0, 100.0)
    assert (found.p50, found.p90, found.p99) == (50.0, 90.0, 99.0)
    assert spread([1.0, 2.0]).p50 == 1.5  # type: ignore[union-attr]


def test_nothing_has_no_spread() -> None:
    assert spread([]) is None


def test_first_tokens_and_gaps_are_of_all_that_saw_them() -> None:
    samples = [
        sample(0.0, 1.0, 1.25, ended=2.0),
        sample(1.0, ended=1.5, error="UNAVAILABLE"),
        sample(2.0, 2.5, 3.0, 3.75, ended=4.0),
    ]
    assert ttfts(samples) == [1.0, 0.5]
    assert itls(samples) == [0.25, 0.5, 0.75]


def test_a_run_lasts_from_the_first_question_to_the_last_end() -> None:
    samples = [
        sample(1.0, 2.0, 2.5, ended=3.0, worker_id="b", prompt_tokens=4, is_exact=True),
        sample(2.0, 3.0, 4.0, ended=5.0, worker_id="a", prompt_tokens=6, is_exact=True),
    ]
    result = tally(samples)
    assert (result.seconds, result.prompt_tokens, result.completion_tokens) == (4.0, 10, 4)
    assert (result.tokens_per_second, result.requests_per_second) == (1.0, 0.5)
    assert result.by_worker == {"a": 1, "b": 1}
    assert result.is_clean
    assert result.is_checked


def test_each_way_to_fail_is_counted_once() -> None:
    samples = [
        sample(0.0, 1.0, ended=1.0),
        sample(0.0, ended=1.0, error="UNAVAILABLE X", is_complete=False),
        sample(0.0, ended=1.0, error="UNAVAILABLE X", is_complete=False),
        sample(0.0, ended=1.0, is_complete=False),
        sample(0.0, ended=1.0, is_exact=False),
    ]
    result = tally(samples)
    assert (result.requests, result.good, result.incomplete, result.inexact) == (5, 1, 1, 1)
    assert result.errors == {"UNAVAILABLE X": 2}
    assert not result.is_clean
    assert not result.is_checked


def test_an_empty_run_is_not_clean() -> None:
    result = tally([])
    assert not result.is_clean
    assert result.tokens_per_second == 0.0


def test_a_timeline_keeps_every_token_and_every_open_second() -> None:
    rng = np.random.default_rng(3)
    samples = [
        sample(at, *np.sort(rng.uniform(at, at + 2, 50)), ended=at + 2)
        for at in rng.uniform(0, 8, 40)
    ]
    line = timeline(samples, bins=25)
    width = float(line.times[1] - line.times[0])
    assert line.tokens_per_second.sum() * width == pytest.approx(2000)
    assert line.in_flight.sum() * width == pytest.approx(80.0)


def test_a_timeline_of_nothing_is_flat() -> None:
    assert not timeline([], bins=4).tokens_per_second.any()
