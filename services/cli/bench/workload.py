"""What a run asks, and when.

Pure. Decides prompts, how many, and arrival times, all from a seed: the same
seed asks the same questions at the same moments. Each run marks its own: what a
gateway keeps of an earlier run's answers must not be measured as a generation.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from services.runtime.text import Text

# Short common words: about one token each in the vocabularies of language models.
_WORDS = (
    "time year people way day man thing woman life child world school state family "
    "student group country problem hand part place case week company system program "
    "question work government number night point home water room mother area money "
    "story fact month lot right study book eye job word business issue side kind head "
    "house service friend father power hour game line end member law car city name"
).split()


@dataclass(frozen=True, slots=True)
class Workload:
    """What to ask. One of `requests` and `duration` (seconds) ends it, or the earlier of both.

    `rate` (requests a second) makes it an open loop; else `concurrency` callers
    each ask again as soon as they are answered. `run` is the run's mark, with which its prompts
    begin; empty for none.
    """

    requests: int | None = None
    duration: float | None = None
    concurrency: int = 8
    rate: float | None = None
    prompt_tokens: int = 64
    bytes_per_token: float = 5.0
    seed: int = 0
    run: str = ""

    def has_more(self, asked: int, elapsed: float) -> bool:
        """Whether to ask once more, after `asked` questions and `elapsed` seconds."""
        if self.requests is not None and asked >= self.requests:
            return False
        return self.duration is None or elapsed < self.duration

    def prompt(self, index: int) -> Text:
        """The question of that index: as long as `prompt_tokens` tokens, no two alike.

        Where so few tokens have no room for mark and index, it is as long as these.
        """
        length = max(1, round(self.prompt_tokens * self.bytes_per_token))
        rng = np.random.default_rng((self.seed, index))
        # Words have four letters and a space at the mean, and three at least.
        words = rng.choice(_WORDS, length // 4 + 1)
        head = f"{self.run} {index}".lstrip()
        return Text(f"{head} {' '.join(words)}"[: max(length, len(head))].rstrip())


def poisson_arrivals(rate: float, rng: np.random.Generator) -> Iterator[float]:
    """Seconds since the start at which to ask, for ever: independent callers, `rate` a second."""
    at = 0.0
    while True:
        at += float(rng.exponential(1.0 / rate))
        yield at
