"""What a run of many answers amounts to: percentiles, rates, a timeline.

Pure. Decides how samples become figures. Knows neither how they were taken nor
how they are shown.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from services.cli.answers import gaps


@dataclass(frozen=True, slots=True)
class Sample:
    """One request of a run. Times in seconds since the run began."""

    asked_at: float
    ended_at: float
    token_times: tuple[float, ...] = ()
    prompt_tokens: int = 0
    worker_id: str = ""
    error: str = ""
    is_complete: bool = True
    is_exact: bool | None = None

    @property
    def is_good(self) -> bool:
        """Whether the answer came whole and, where that can be told, right."""
        return not self.error and self.is_complete and self.is_exact is not False


@dataclass(frozen=True, slots=True)
class Spread:
    """How values are spread. `count` of them; the rest in their own unit."""

    count: int
    mean: float
    p50: float
    p90: float
    p99: float
    most: float


@dataclass(frozen=True, slots=True)
class Tally:
    """What a run amounts to. Seconds, tokens, and their quotients."""

    requests: int
    good: int
    incomplete: int
    inexact: int
    errors: dict[str, int]
    seconds: float
    prompt_tokens: int
    completion_tokens: int
    ttft: Spread | None
    itl: Spread | None
    duration: Spread | None
    by_worker: dict[str, int] = field(default_factory=dict)
    is_checked: bool = False

    @property
    def requests_per_second(self) -> float:
        """Good answers a second."""
        return self.good / self.seconds if self.seconds else 0.0

    @property
    def tokens_per_second(self) -> float:
        """Tokens answered a second, over all streams."""
        return self.completion_tokens / self.seconds if self.seconds else 0.0

    @property
    def is_clean(self) -> bool:
        """Whether something was asked and every answer was good."""
        return self.requests > 0 and self.good == self.requests


def spread(values: Sequence[float] | NDArray[np.float64]) -> Spread | None:
    """Mean, median and upper percentiles, linearly interpolated; None of nothing."""
    if len(values) == 0:
        return None
    array = np.asarray(values, dtype=np.float64)
    p50, p90, p99 = np.percentile(array, (50, 90, 99))
    return Spread(
        count=len(array),
        mean=float(array.mean()),
        p50=float(p50),
        p90=float(p90),
        p99=float(p99),
        most=float(array.max()),
    )


def ttfts(samples: Sequence[Sample]) -> list[float]:
    """Seconds to the first token, of the samples that saw one."""
    return [s.token_times[0] - s.asked_at for s in samples if s.token_times]


def itls(samples: Sequence[Sample]) -> list[float]:
    """Seconds between tokens, of all samples."""
    return [gap for s in samples for gap in gaps(s.token_times)]


def tally(samples: Sequence[Sample]) -> Tally:
    """What the samples amount to.

    The run lasts from the first question to the last end, so that a slow tail
    lowers the rates.
    """
    first = min((s.asked_at for s in samples), default=0.0)
    last = max((s.ended_at for s in samples), default=0.0)
    whole = [s for s in samples if not s.error]
    return Tally(
        requests=len(samples),
        good=sum(s.is_good for s in samples),
        incomplete=sum(not s.is_complete for s in whole),
        inexact=sum(s.is_exact is False for s in whole),
        errors=dict(Counter(s.error for s in samples if s.error).most_common()),
        seconds=last - first,
        prompt_tokens=sum(s.prompt_tokens for s in samples),
        completion_tokens=sum(len(s.token_times) for s in samples),
        ttft=spread(ttfts(samples)),
        itl=spread(itls(samples)),
        duration=spread([s.ended_at - s.asked_at for s in whole]),
        by_worker=dict(sorted(Counter(s.worker_id for s in samples if s.worker_id).items())),
        is_checked=bool(whole) and all(s.is_exact is not None for s in whole),
    )


@dataclass(frozen=True, slots=True)
class Timeline:
    """A run over time: for each bin its middle, tokens a second, and streams open."""

    times: NDArray[np.float64]
    tokens_per_second: NDArray[np.float64]
    in_flight: NDArray[np.float64]


def timeline(samples: Sequence[Sample], bins: int = 60) -> Timeline:
    """Cut the run into equal bins. `in_flight` is the mean over the bin."""
    end = max((s.ended_at for s in samples), default=0.0)
    edges = np.linspace(0.0, end or 1.0, bins + 1)
    width = edges[1] - edges[0]
    tokens = np.array([t for s in samples for t in s.token_times], dtype=np.float64)
    counts, _ = np.histogram(tokens, edges)
    asked = np.array([s.asked_at for s in samples], dtype=np.float64)
    ended = np.array([s.ended_at for s in samples], dtype=np.float64)
    low, high = edges[:-1, None], edges[1:, None]
    overlap = np.clip(np.minimum(high, ended) - np.maximum(low, asked), 0.0, None)
    return Timeline(
        times=(edges[:-1] + edges[1:]) / 2,
        tokens_per_second=counts / width,
        in_flight=overlap.sum(axis=1) / width,
    )
