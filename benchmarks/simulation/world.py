"""The simulated world: a clock, workers, a network between them and the policy.

Pure. Decides when what is known to whom: every message takes its hop, reports
come late, seldom or not at all. Knows no policy from the inside.

A request's way: caller -> gateway -> (hop) policy -> (hop) gateway -> (hop)
worker -> (hop) gateway: there the first token counts -> (hop) policy.
"""

import heapq
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from benchmarks.simulation.engine_model import EngineModel
from benchmarks.simulation.pace import Pace
from benchmarks.simulation.policy import Placement, Policy, Report
from benchmarks.simulation.trace import Request

PATIENCE_SECONDS = 120.0
MOST_ATTEMPTS = 2
"""A request that so many workers have failed is given up, as by our gateway."""


@dataclass(frozen=True, slots=True)
class Reports:
    """Each worker reports `every` so many seconds, is heard `late`, and a share is lost."""

    every: float = 0.05
    late: float = 0.0
    lost_share: float = 0.0


@dataclass(frozen=True, slots=True)
class Slowdown:
    """From `at` on the worker has this speed."""

    at: float
    worker: int
    speed: float


@dataclass(frozen=True, slots=True)
class Breakage:
    """Until then, from `since` on, the worker fails at once whatever comes to it."""

    worker: int
    since: float
    until: float


@dataclass(frozen=True, slots=True)
class Fleet:
    """The workers' speeds at first, and what becomes of them. `begins`: who comes later."""

    pace: Pace
    speeds: tuple[float, ...]
    slowdowns: tuple[Slowdown, ...] = ()
    begins: tuple[tuple[int, float], ...] = ()
    breakages: tuple[Breakage, ...] = ()

    @property
    def power(self) -> float:
        """The sum of all speeds once every slowdown has come."""
        speeds = list(self.speeds)
        for slowdown in self.slowdowns:
            speeds[slowdown.worker] = slowdown.speed
        return sum(speeds)


@dataclass(slots=True)
class Record:
    """What became of a request; infinite: it has not happened. `found`: tokens not computed."""

    request: Request
    worker: int = -1
    first_token_at: float = math.inf
    ended_at: float = math.inf
    found: int = 0
    failures: int = 0


Follow: TypeAlias = Callable[[Record], Request | None]


def _nobody_follows(record: Record) -> None:
    """Who asks once only."""


class World:
    """Runs one trace against one policy, which is told each `tick` that time has passed."""

    def __init__(
        self, fleet: Fleet, reports: Reports, seed: int, hop: float = 0.0005, tick: float = 0.5
    ) -> None:
        self.now = 0.0
        self.engines = [EngineModel(fleet.pace, speed) for speed in fleet.speeds]
        self.records: dict[int, Record] = {}
        self._fleet = fleet
        self._reports = reports
        self._hop = hop
        self._tick_seconds = tick
        self._rng = np.random.default_rng(seed)
        self._queue: list[tuple[float, int, Callable[..., None], tuple[object, ...]]] = []
        self._number = 0
        self._running = 0
        self._sequences = [0] * len(self.engines)
        self._armed = [math.inf] * len(self.engines)

    def run(
        self,
        policy: Policy,
        requests: Sequence[Request],
        until: float | None = None,
        follow: Follow = _nobody_follows,
    ) -> list[Record]:
        """The whole trace, until all is done or then, at the latest two minutes after its end.

        `follow` is told of each end, and may name a request that comes then.
        """
        self._policy = policy
        self._follow = follow
        if until is None:
            until = PATIENCE_SECONDS + (requests[-1].arrives_at if requests else 0.0)
        for request in requests:
            self._expect(request)
        for slowdown in self._fleet.slowdowns:
            self._at(slowdown.at, self._slow_down, slowdown)
        if self._reports.every < math.inf:
            begins = dict(self._fleet.begins)
            for worker in range(len(self.engines)):
                self._at(begins.get(worker, 0.0), self._report, worker)
        self._tick()
        while self._queue and self._running and self.now < until:
            self.now, _, happen, told = heapq.heappop(self._queue)
            happen(*told)
        return list(self.records.values())

    def _expect(self, request: Request) -> None:
        self._running += 1
        self.records[request.number] = Record(request)
        self._at(request.arrives_at + self._hop, self._submit, request)

    def _at(self, when: float, happen: Callable[..., None], *told: object) -> None:
        self._number += 1
        heapq.heappush(self._queue, (when, self._number, happen, told))

    def _place(self, placements: Sequence[Placement]) -> None:
        for placement in placements:
            self._at(self.now + 2 * self._hop, self._arrive, placement)

    def _submit(self, request: Request) -> None:
        self._place(self._policy.submitted(request, self.now))

    def _arrive(self, placement: Placement) -> None:
        request, worker, lease = placement
        if self._is_broken(worker):
            self._at(self.now + 2 * self._hop, self._tell_failure, placement)
            return
        self.records[request.number].worker = worker
        self.engines[worker].join(request, lease, self.now)
        self._arm(worker)

    def _arm(self, worker: int) -> None:
        """See to it that the worker's next boundary is kept; earlier ones turn out empty."""
        boundary = self.engines[worker].boundary
        if boundary != math.inf and boundary != self._armed[worker]:
            self._armed[worker] = boundary
            self._at(boundary, self._advance, worker, boundary)

    def _advance(self, worker: int, boundary: float) -> None:
        engine = self.engines[worker]
        if engine.boundary != boundary:
            return
        happened = engine.advance()
        heard = self.now + self._hop
        for sequence in happened.first_tokens:
            record = self.records[sequence.request.number]
            record.first_token_at = heard
            record.found = sequence.found or 0
            self._at(heard + self._hop, self._tell_first_token, sequence.lease, record.found)
        for sequence in happened.ended:
            record = self.records[sequence.request.number]
            record.ended_at = heard
            self._running -= 1
            if (next_one := self._follow(record)) is not None:
                self._expect(next_one)
            self._at(heard + self._hop, self._tell_end, sequence.lease)
        self._arm(worker)

    def _is_broken(self, worker: int) -> bool:
        return any(
            b.worker == worker and b.since <= self.now < b.until for b in self._fleet.breakages
        )

    def _tell_failure(self, placement: Placement) -> None:
        """The gateway has the request tried elsewhere, once."""
        record = self.records[placement.request.number]
        record.failures += 1
        self._place(self._policy.failed(placement.lease, self.now))
        if record.failures < MOST_ATTEMPTS:
            self._submit(placement.request)
        else:
            self._running -= 1

    def _tell_first_token(self, lease: int, found: int) -> None:
        self._place(self._policy.first_token(lease, found, self.now))

    def _tell_end(self, lease: int) -> None:
        self._place(self._policy.ended(lease, self.now))

    def _slow_down(self, slowdown: Slowdown) -> None:
        self.engines[slowdown.worker].change_speed(slowdown.speed, self.now)
        self._arm(slowdown.worker)

    def _report(self, worker: int) -> None:
        engine, reports = self.engines[worker], self._reports
        self._sequences[worker] += 1
        is_first = self._sequences[worker] == 1
        if is_first or self._rng.random() >= reports.lost_share:
            report = Report(
                worker,
                self._sequences[worker],
                engine.steps_by(self.now),
                engine.sequences,
                engine.kv_used,
                engine.backlog_by(self.now),
                engine.prefill_rate,
                engine.decode_seconds,
                engine.generated,
                engine.leases(),
                engine.cache.names(),
            )
            self._at(self.now + (0.0 if is_first else reports.late), self._tell_report, report)
        # The first comes at once, the others evenly spread over the fleet.
        wait = reports.every * (self._rng.random() if is_first else 1.0)
        self._at(self.now + wait, self._report, worker)

    def _tell_report(self, report: Report) -> None:
        self._place(self._policy.reported(report, self.now))

    def _tick(self) -> None:
        self._place(self._policy.passed(self.now))
        self._at(self.now + self._tick_seconds, self._tick)
