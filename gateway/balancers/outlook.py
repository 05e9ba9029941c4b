"""How long a ticket would wait at each shard, as far as was last told.

Pure. Decides the order in which shards are asked: of two drawn at random the one
with less work for each slot first, then the others by the same measure. What was
sent there since the last word counts as work; without that everybody would run
to whoever was idle a second ago. Knows neither tickets nor streams.
"""

import math
from collections.abc import Sequence
from typing import Protocol

from gateway.fleet import Fleet


class Rng(Protocol):
    """A source of random numbers, `random.Random` for one."""

    def sample(self, population: Sequence[int], k: int, /) -> list[int]:
        """Draw `k` different ones."""
        ...


class Outlook:
    """One shard: its last snapshot, and what this gateway has sent there since."""

    def __init__(self) -> None:
        self._fleet = Fleet()
        self._by_model: dict[str, tuple[int, int]] = {}
        self._sent = 0

    def told(self, fleet: Fleet) -> None:
        """The shard's balancer has told its fleet."""
        self._fleet = fleet
        self._by_model.clear()
        self._sent = 0

    def sent(self) -> None:
        """A ticket goes there."""
        self._sent += 1

    def pressure(self, model: str) -> float:
        """Work for each slot of the workers that serve a model; infinite where none does."""
        if model not in self._by_model:
            serving = [w for w in self._fleet.workers if w.is_ready and model in ("", w.model)]
            slots = sum(worker.slots for worker in serving)
            self._by_model[model] = slots, sum(worker.slots_used for worker in serving)
        slots, used = self._by_model[model]
        return (used + self._fleet.waiting + self._sent) / slots if slots else math.inf

    def __repr__(self) -> str:
        return f"<Outlook {self.pressure(''):.2f}>"


def order(outlooks: Sequence[Outlook], model: str, rng: Rng) -> list[int]:
    """The shards in the order in which to ask them."""
    ranked = sorted(range(len(outlooks)), key=lambda shard: outlooks[shard].pressure(model))
    pair = rng.sample(ranked, min(2, len(ranked)))
    first = min(pair, key=ranked.index)
    return [first, *(shard for shard in ranked if shard != first)]
