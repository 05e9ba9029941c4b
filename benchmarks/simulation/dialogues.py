"""Dialogues: requests that begin with what was said before.

Pure. Decides a trace in which a share of the requests goes on where an earlier
one has ended, and the one in which all begin alike. A turn comes once its
caller has read the answer before, and however long that took here: open loop,
so that every policy is asked the same at the same times.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from benchmarks.simulation.prefix_cache import Beginning
from benchmarks.simulation.trace import AZURE, Mix, Request, draw, gamma_arrivals

READING_SECONDS = 10.0
ANSWERING_SECONDS_A_TOKEN = 0.03
LONGEST_PROMPT = 30_000


@dataclass(frozen=True, slots=True)
class Dialogues:
    """Of all requests `later` are a dialogue's second turn or after; all share `systems` starts.

    Each later turn adds about `said_median` tokens to all that was said before.
    """

    later: float = 0.7
    systems: int = 4
    system_tokens: int = 300
    said_median: float = 120.0
    said_spread: float = 0.8
    mix: Mix = AZURE

    def build(self, rate: float, seconds: float, seed: int) -> list[Request]:
        """So many requests a second, for so long, in order of arrival.

        Dialogues begin from some time before 0, so that at 0 there are old ones too;
        what they asked before then is left out.
        """
        rng = np.random.default_rng(seed)
        before = 200.0
        starts = gamma_arrivals(rate * (1 - self.later), seconds + before, 2.0, rng)
        turns: list[Request] = []
        for first in draw(self.mix, [at - before for at in starts], rng):
            turns += self._dialogue(first, rng)
        turns = [turn for turn in turns if 0 <= turn.arrives_at < seconds]
        return _numbered(turns)

    def _dialogue(self, first: Request, rng: np.random.Generator) -> Iterator[Request]:
        name = int(rng.integers(1 << 62))
        system = Beginning(int(rng.integers(self.systems)) + 1, self.system_tokens)
        said: tuple[Beginning, ...] = (system,)
        at, prompt = first.arrives_at, first.prompt_tokens + self.system_tokens
        for turn in range(int(rng.geometric(1 - self.later))):
            (drawn,) = draw(self.mix, [at], rng)
            said = (*said, Beginning(name + 2 * turn, prompt))
            whole = Beginning(name + 2 * turn + 1, prompt + drawn.answer_tokens)
            yield Request(
                number=0,
                arrives_at=at,
                prompt_tokens=prompt,
                prompt_bytes=round(prompt * first.prompt_bytes / first.prompt_tokens),
                answer_tokens=drawn.answer_tokens,
                max_tokens=drawn.max_tokens,
                beginnings=said,
                whole=whole,
            )
            at += ANSWERING_SECONDS_A_TOKEN * drawn.answer_tokens
            at += READING_SECONDS * float(rng.exponential())
            said = (*said, whole)
            more = rng.lognormal(np.log(self.said_median), self.said_spread)
            prompt = whole.tokens + 1 + int(more)
            if prompt > LONGEST_PROMPT:
                return


def one_beginning(count: int, rate: float, shared: int, own: int, seed: int) -> list[Request]:
    """So many requests that all begin with the same text, and nothing else."""
    rng = np.random.default_rng(seed)
    start = Beginning(1, shared)
    arrivals = np.cumsum(rng.exponential(1 / rate, count))
    turns = [
        Request(
            number=0,
            arrives_at=float(at),
            prompt_tokens=shared + own,
            prompt_bytes=4 * (shared + own),
            answer_tokens=int(answer),
            max_tokens=512,
            beginnings=(start, Beginning(2 * number + 2, shared + own)),
            whole=Beginning(2 * number + 3, shared + own + int(answer)),
        )
        for number, (at, answer) in enumerate(
            zip(arrivals, rng.integers(50, 200, count), strict=True)
        )
    ]
    return _numbered(turns)


def _numbered(turns: list[Request]) -> list[Request]:
    """In order of arrival, each with a number of its own."""
    ordered = sorted(turns, key=lambda turn: turn.arrives_at)
    return [replace(turn, number=number) for number, turn in enumerate(ordered, 1)]
