"""Who asks for what, and when.

Pure. Decides a trace from a mix, a rate and a seed: the same for every policy
that is compared. Knows no worker.
"""

from dataclasses import dataclass

import numpy as np

from benchmarks.simulation.prefix_cache import Beginning


@dataclass(frozen=True, slots=True)
class Request:
    """One request. Only the oracle may look at `answer_tokens` before they have come."""

    number: int
    arrives_at: float
    prompt_tokens: int
    prompt_bytes: int
    answer_tokens: int
    max_tokens: int
    tenant: str = "default"
    beginnings: tuple[Beginning, ...] = ()
    """What it shares with others, shortest first; the last is the whole prompt."""
    whole: Beginning | None = None
    """Prompt and answer: what a next turn begins with."""


@dataclass(frozen=True, slots=True)
class Mix:
    """Lengths: log-normal prompts and answers, and a part of long prompts.

    `bytes_spread` is how far a prompt's bytes a token lie from 4, on a log scale:
    who has no tokenizer misjudges lengths by so much.
    """

    prompt_median: float
    prompt_spread: float
    prompt_most: int
    long_share: float
    long_median: float
    long_spread: float
    long_most: int
    answer_median: float
    answer_spread: float
    answer_most: int
    bytes_spread: float = 0.15


AZURE = Mix(
    prompt_median=800,
    prompt_spread=0.9,
    prompt_most=4_000,
    long_share=0.1,
    long_median=8_000,
    long_spread=0.4,
    long_most=16_000,
    answer_median=130,
    answer_spread=0.9,
    answer_most=1_000,
)
"""Shaped like Azure's published traces: conversations, with one long document in ten."""

SMALL = Mix(
    prompt_median=150,
    prompt_spread=0.9,
    prompt_most=800,
    long_share=0.1,
    long_median=1_200,
    long_spread=0.2,
    long_most=1_500,
    answer_median=80,
    answer_spread=0.7,
    answer_most=500,
)
"""The same shape within a context of 2,048 tokens."""

LEAST_TOKENS = 8


def draw(mix: Mix, arrivals: list[float], rng: np.random.Generator) -> list[Request]:
    """One request for each arrival."""
    count = len(arrivals)
    is_long = rng.random(count) < mix.long_share
    short = np.minimum(_lengths(mix.prompt_median, mix.prompt_spread, count, rng), mix.prompt_most)
    long = np.minimum(_lengths(mix.long_median, mix.long_spread, count, rng), mix.long_most)
    prompts = np.where(is_long, long, short).astype(int)
    answers = np.minimum(
        _lengths(mix.answer_median, mix.answer_spread, count, rng), mix.answer_most
    ).astype(int)
    # Callers ask for a round number with room to spare.
    asked = 2 ** np.ceil(np.log2(answers * rng.uniform(1, 4, count)))
    most = np.minimum(asked, max(mix.answer_most, 16)).astype(int)
    sizes = prompts * 4 * rng.lognormal(0, mix.bytes_spread, count)
    rows = zip(arrivals, prompts, sizes, answers, most, strict=True)
    return [
        Request(number, at, int(prompt), max(1, int(size)), int(answer), max(int(answer), int(cap)))
        for number, (at, prompt, size, answer, cap) in enumerate(rows, 1)
    ]


def gamma_arrivals(
    rate: float, seconds: float, variation: float, rng: np.random.Generator
) -> list[float]:
    """Times of arrival; `variation` is the gaps' deviation by their mean, 1 for Poisson."""
    shape = 1 / variation**2
    count = int(rate * seconds * 1.5) + 200
    times = np.cumsum(rng.gamma(shape, 1 / (rate * shape), count))
    return [float(at) for at in times[times < seconds]]


def with_bursts(arrivals: list[float], every: float, lasts: float, height: float) -> list[float]:
    """The same arrivals, pressed together in turns.

    For `lasts` of each `every` seconds the rate is `height` times the mean, and
    lower in between, so that the mean stays.
    """
    between = (every - height * lasts) / (every - lasts)
    if between <= 0:
        raise ValueError("so high a burst leaves nothing for the time between")
    return [_warp(at, every, lasts, height, between) for at in arrivals]


def _warp(at: float, every: float, lasts: float, height: float, between: float) -> float:
    """Where a time of even flow lies when bursts end each period."""
    periods, within = divmod(at, every)
    quiet = (every - lasts) * between
    if within <= quiet:
        return periods * every + within / between
    return periods * every + (every - lasts) + (within - quiet) / height


def _lengths(
    median: float, spread: float, count: int, rng: np.random.Generator
) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    return np.maximum(LEAST_TOKENS, rng.lognormal(np.log(median), spread, count))
