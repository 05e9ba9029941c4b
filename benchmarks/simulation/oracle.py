"""What could be reached by one who knows everything.

Pure. A Policy that sees the workers themselves: exact lengths, exact batches, the
true speed now, without a hop. It binds late, puts off those who cannot make
their target any more, and keeps a slow worker's batch within its rhythm. A
yardstick: not the optimum, which nobody can compute, but the best we know.
"""

from bisect import insort
from collections import deque
from collections.abc import Sequence

import numpy as np

from benchmarks.simulation.engine_model import EngineModel
from benchmarks.simulation.policy import Placement, Report
from benchmarks.simulation.scores import TOKEN_TARGET_SECONDS, first_token_target
from benchmarks.simulation.trace import Request
from loadbalancer.policy import Floats

ANSWER_STEPS = 15
"""Steps of the answer that count beside the first token: what a slow batch costs."""


class Oracle:
    """A Policy with exact lengths and state. `window`: seconds of prefill in hand at most."""

    def __init__(self, engines: Sequence[EngineModel], window: float = 0.25) -> None:
        self._engines = engines
        self._window = window
        workers = len(engines)
        self._free_at: Floats = np.zeros(workers)
        self._per_token: Floats = np.zeros(workers)
        self._kv_free: Floats = np.zeros(workers)
        self._rhythm: Floats = np.zeros(workers)
        self._full: Floats = np.zeros(workers)
        self._booked: Floats = np.zeros(workers)
        self._placed = [0] * workers
        self._under_way: list[deque[int]] = [deque() for _ in engines]
        self._waiting: list[tuple[float, int, Request]] = []
        self._late: deque[Request] = deque()
        self._held: dict[int, tuple[int, int]] = {}
        for worker in range(workers):
            self._look(worker, 0.0)

    def submitted(self, request: Request, now: float) -> Sequence[Placement]:
        """See Policy."""
        insort(self._waiting, (self._order(request), request.number, request))
        return self._match(now)

    def first_token(self, lease: int, found: int, now: float) -> Sequence[Placement]:
        """See Policy."""
        self._look(self._held[lease][0], now)
        return self._match(now)

    def ended(self, lease: int, now: float) -> Sequence[Placement]:
        """See Policy."""
        worker, booked = self._held.pop(lease)
        self._booked[worker] -= booked
        self._look(worker, now)
        return self._match(now)

    def failed(self, lease: int, now: float) -> Sequence[Placement]:
        """See Policy."""
        return self.ended(lease, now)

    def reported(self, report: Report, now: float) -> Sequence[Placement]:
        """See Policy."""
        return ()

    def passed(self, now: float) -> Sequence[Placement]:
        """See Policy."""
        for worker in range(len(self._engines)):
            self._look(worker, now)
        return self._match(now)

    def _order(self, request: Request) -> float:
        return request.prompt_tokens

    def _look(self, worker: int, now: float) -> None:
        """Take a worker's exact state."""
        engine, pace = self._engines[worker], self._engines[worker].pace
        under_way = self._under_way[worker]
        while len(under_way) > self._placed[worker] - engine.joined:
            under_way.popleft()
        rows = engine.decoding
        step = pace.decode_seconds(rows, engine.context) / engine.speed
        prefill = pace.prefill_token_seconds / engine.speed
        self._per_token[worker] = prefill + step / pace.chunk_tokens
        backlog = engine.backlog_by(now) + sum(under_way)
        self._free_at[worker] = now + backlog * self._per_token[worker]
        self._rhythm[worker] = step
        self._full[worker] = engine.sequences + len(under_way) >= pace.slots
        self._kv_free[worker] = pace.kv_tokens - self._booked[worker]

    def _match(self, now: float) -> list[Placement]:
        placements = []
        while (request := self._next(now)) is not None:
            worker = self._best(request, now)
            if worker is None:
                break
            if self._waiting and self._waiting[0][2] is request:
                self._waiting.pop(0)
            else:
                self._late.popleft()
            self._place(request, worker, now)
            placements.append(Placement(request, worker, request.number))
        return placements

    def _next(self, now: float) -> Request | None:
        """Who can still make it, by order; then those who cannot, as they came."""
        quickest = float(self._per_token.min())
        while self._waiting:
            request = self._waiting[0][2]
            needs = now + quickest * request.prompt_tokens
            if needs <= request.arrives_at + first_token_target(request):
                return request
            self._late.append(self._waiting.pop(0)[2])
        return self._late[0] if self._late else None

    def _best(self, request: Request, now: float) -> int | None:
        """The earliest first token among workers with room, in rhythm if there are any."""
        ahead = np.maximum(0.0, self._free_at - now)
        size = request.prompt_tokens + request.answer_tokens
        seconds = ahead + self._per_token * request.prompt_tokens
        seconds[(ahead > self._window) | (self._full > 0)] = np.inf
        seconds[(self._kv_free < size) & (self._booked > 0)] = np.inf
        seconds += ANSWER_STEPS * self._rhythm
        seconds[self._rhythm > TOKEN_TARGET_SECONDS * 0.9] += 10.0
        best = int(seconds.argmin())
        return None if seconds[best] == np.inf else best

    def _place(self, request: Request, worker: int, now: float) -> None:
        size = request.prompt_tokens + request.answer_tokens
        self._held[request.number] = worker, size
        self._booked[worker] += size
        self._under_way[worker].append(request.prompt_tokens)
        self._placed[worker] += 1
        self._look(worker, now)
