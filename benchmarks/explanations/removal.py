"""What becomes of an answer's log probability when prompt tokens are taken away.

Decides which tokens may go (all but the first, which every text has), how many
(a fifth, at least one), and what the most attributed ones are compared with: as
many drawn at random, many times. Knows no model: `logprob` tells what is left.
"""

import math
import random
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass

SHARE = 0.2
DRAWS = 20
RESAMPLES = 10_000


@dataclass(frozen=True, slots=True)
class Removed:
    """How much the log probability fell, in nats: by the most attributed, and by chance."""

    tokens: int
    by_attribution: float
    by_chance: float

    @property
    def difference(self) -> float:
        """How much more it fell by the most attributed."""
        return self.by_attribution - self.by_chance


def removed(
    prompt: Sequence[int],
    scores: Sequence[float],
    logprob: Callable[[Sequence[int]], float],
    rng: random.Random,
) -> Removed:
    """Take away the most attributed fifth of `prompt`, and as many by chance."""
    places = range(1, len(prompt))
    count = max(1, math.floor(SHARE * len(places)))
    whole = logprob(prompt)
    most = sorted(places, key=lambda place: -scores[place])[:count]
    falls = [whole - logprob(without(prompt, rng.sample(places, count))) for _ in range(DRAWS)]
    return Removed(count, whole - logprob(without(prompt, most)), statistics.fmean(falls))


def without(prompt: Sequence[int], places: Sequence[int]) -> list[int]:
    """The prompt without the tokens at these places."""
    gone = set(places)
    return [token for place, token in enumerate(prompt) if place not in gone]


def confidence(values: Sequence[float], rng: random.Random) -> tuple[float, float]:
    """A 95 % bootstrap interval of the mean."""
    means = sorted(statistics.fmean(rng.choices(values, k=len(values))) for _ in range(RESAMPLES))
    return means[int(0.025 * RESAMPLES)], means[int(0.975 * RESAMPLES) - 1]
