"""How others bind requests to workers: at once, on arrival.

Pure. Each rival is a Policy that chooses by what its kind of balancer knows; none
is hampered: all see every end and first token as soon as our desk does, and the
prompt's estimated length. What they send too early waits on the worker.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence

import numpy as np

from benchmarks.simulation.policy import Placement, Report
from benchmarks.simulation.trace import Request
from loadbalancer.policy import Floats

MEAN_ANSWER = 190
"""Answer tokens that a rival expects, its mix's mean: nobody knows a length beforehand."""
BYTES_PER_TOKEN = 4


class _Pushing(ABC):
    """Binds each request as it comes; keeps what is outstanding by its own count."""

    def __init__(self, workers: int, seed: int) -> None:
        self.workers = workers
        self.rng = np.random.default_rng(seed)
        self.requests: Floats = np.zeros(workers)
        self.tokens: Floats = np.zeros(workers)
        self._held: dict[int, tuple[int, float]] = {}

    @abstractmethod
    def choose(self, request: Request, now: float) -> int:
        """The worker for a request."""

    def submitted(self, request: Request, now: float) -> Sequence[Placement]:
        """See Policy."""
        worker = self.choose(request, now)
        tokens = request.prompt_bytes / BYTES_PER_TOKEN + MEAN_ANSWER
        self.requests[worker] += 1
        self.tokens[worker] += tokens
        self._held[request.number] = worker, tokens
        return [Placement(request, worker, request.number)]

    def first_token(self, lease: int, found: int, now: float) -> Sequence[Placement]:
        """See Policy."""
        return ()

    def ended(self, lease: int, now: float) -> Sequence[Placement]:
        """See Policy."""
        worker, tokens = self._held.pop(lease)
        self.requests[worker] -= 1
        self.tokens[worker] -= tokens
        return ()

    def failed(self, lease: int, now: float) -> Sequence[Placement]:
        """See Policy."""
        return self.ended(lease, now)

    def reported(self, report: Report, now: float) -> Sequence[Placement]:
        """See Policy."""
        return ()

    def passed(self, now: float) -> Sequence[Placement]:
        """See Policy."""
        return ()

    def least(self, loads: Floats) -> int:
        """The least loaded, chance among equals."""
        near = np.flatnonzero(loads <= loads.min() + 1e-9)
        return int(near[int(self.rng.random() * len(near))])


class RoundRobin(_Pushing):
    """One after the other."""

    def __init__(self, workers: int, seed: int) -> None:
        super().__init__(workers, seed)
        self._next = 0

    def choose(self, request: Request, now: float) -> int:
        """See `_Pushing`."""
        self._next += 1
        return self._next % self.workers


class Chance(_Pushing):
    """Any."""

    def choose(self, request: Request, now: float) -> int:
        """See `_Pushing`."""
        return int(self.rng.integers(self.workers))


class LeastRequest(_Pushing):
    """Fewest outstanding requests of all."""

    def choose(self, request: Request, now: float) -> int:
        """See `_Pushing`."""
        return self.least(self.requests)


class PowerOfTwo(_Pushing):
    """Fewer outstanding requests of two drawn by chance."""

    def choose(self, request: Request, now: float) -> int:
        """See `_Pushing`."""
        one, other = self.rng.choice(self.workers, 2, replace=False)
        return int(one if self.requests[one] <= self.requests[other] else other)


class LeastTokens(_Pushing):
    """Fewest outstanding tokens of all: those of each prompt and of the answer expected."""

    def choose(self, request: Request, now: float) -> int:
        """See `_Pushing`."""
        return self.least(self.tokens)


class LeastPrefill(LeastTokens):
    """Fewest outstanding tokens, but a prompt counts in full only until its first token.

    Then what it costs is its part in the batch: as token-aware routers count.
    """

    COMPUTED = 0.1

    def first_token(self, lease: int, found: int, now: float) -> Sequence[Placement]:
        """See Policy."""
        worker, tokens = self._held[lease]
        self.tokens[worker] -= tokens * (1 - self.COMPUTED)
        self._held[lease] = worker, tokens * self.COMPUTED
        return ()


class ByBeginning(_Pushing):
    """By a hash of how the prompt begins: `depth` 0 of its shortest beginning, 1 of the next.

    In a dialogue the second one is all of its first prompt, so a whole dialogue
    stays together, whatever else is there.
    """

    def __init__(self, workers: int, seed: int, depth: int) -> None:
        super().__init__(workers, seed)
        self._depth = depth

    def choose(self, request: Request, now: float) -> int:
        """See `_Pushing`."""
        return hash((request.beginnings[self._depth].name, "worker")) % self.workers


class ClientWeighted(_Pushing):
    """Weighted round robin on sampled load, after gRPC's client-side policy (gRFC A58).

    Weight = requests a second by utilization as the worker reports it, both smoothed
    since it would swing without; anew each second. Turns are spread evenly, as by
    the stride scheduler there.
    """

    UPDATE_SECONDS = 1.0
    SMOOTHING = 0.1  # part of a mean that an update sets anew: one second's count is mostly chance

    def __init__(self, workers: int, seed: int, kv_tokens: int) -> None:
        super().__init__(workers, seed)
        self._kv_tokens = kv_tokens
        self._weights = np.ones(workers)
        self._credit = self.rng.random(workers)
        self._utilization: Floats = np.zeros(workers)
        self._ended: Floats = np.zeros(workers)
        self._rates: Floats = np.zeros(workers)
        self._updated_at = 0.0

    def choose(self, request: Request, now: float) -> int:
        """Smooth weighted round robin: who has waited longest for its share."""
        if now - self._updated_at >= self.UPDATE_SECONDS:
            self._update(now)
        self._credit += self._weights
        worker = int(self._credit.argmax())
        self._credit[worker] -= self._weights.sum()
        return worker

    def ended(self, lease: int, now: float) -> Sequence[Placement]:
        """See Policy."""
        self._ended[self._held[lease][0]] += 1
        return super().ended(lease, now)

    def reported(self, report: Report, now: float) -> Sequence[Placement]:
        """Utilization is the cache's, and a second of prefill in hand counts as much again."""
        rate = report.prefill_rate or 1e4
        used = report.kv_used / self._kv_tokens + report.backlog / rate
        before = self._utilization[report.worker]
        moved = self.SMOOTHING * (used - before) if before else used
        self._utilization[report.worker] = before + moved
        return ()

    def _update(self, now: float) -> None:
        counted = self._ended / (now - self._updated_at)
        self._rates += self.SMOOTHING * (counted - self._rates)
        rates, self._updated_at = self._rates, now
        self._ended[:] = 0
        known = (rates > 0) & (self._utilization > 0)
        if known.any():
            weights = np.where(known, rates / np.maximum(self._utilization, 1e-3), 0.0)
            mean = weights[known].mean()
            # As there: without a report a worker gets the mean; ours also bounds the extremes.
            self._weights = np.clip(np.where(known, weights, mean), mean / 10, mean * 10)
