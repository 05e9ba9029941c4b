import itertools

import numpy as np
import pytest

from services.cli.bench.workload import Workload, poisson_arrivals


def test_the_same_seed_asks_the_same_questions() -> None:
    first = [Workload(seed=7).prompt(n).reveal for n in range(20)]
    again = [Workload(seed=7).prompt(n).reveal for n in range(20)]
    assert first == again
    assert len(set(first)) == 20
    assert Workload(seed=8).prompt(0).reveal != first[0]


@pytest.mark.parametrize("tokens", [1, 3, 64])
def test_no_two_prompts_of_any_runs_are_alike(tokens: int) -> None:
    runs = [Workload(prompt_tokens=tokens, run=run) for run in ("", "0a1b2c", "0a1b2d")]
    prompts = {run.prompt(n).reveal for run in runs for n in range(1500)}
    assert len(prompts) == 3 * 1500


@pytest.mark.parametrize(("tokens", "each"), [(1, 5.0), (64, 1.0), (64, 5.0), (1000, 4.5)])
def test_prompts_are_as_long_as_asked_for(tokens: int, each: float) -> None:
    workload = Workload(prompt_tokens=tokens, bytes_per_token=each)
    for index in range(50):
        # A space at the end is dropped.
        assert tokens * each - 2 < len(workload.prompt(index).reveal) <= tokens * each + 0.5


def test_requests_and_duration_end_a_run_whichever_comes_first() -> None:
    both = Workload(requests=3, duration=10.0)
    assert both.has_more(2, 9.9)
    assert not both.has_more(3, 0.0)
    assert not both.has_more(0, 10.0)
    assert Workload(requests=3).has_more(2, 1e9)


def test_poisson_arrivals_come_at_their_rate_and_by_chance() -> None:
    times = np.array(
        list(itertools.islice(poisson_arrivals(50.0, np.random.default_rng(1)), 20_000))
    )
    pauses = np.diff(times)
    assert pauses.min() > 0
    assert pauses.mean() == pytest.approx(1 / 50, rel=0.03)
    # An exponential's deviation equals its mean; regular arrivals would have none.
    assert pauses.std() == pytest.approx(1 / 50, rel=0.03)
