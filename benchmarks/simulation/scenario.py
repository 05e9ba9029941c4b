"""What is simulated: a fleet, a trace and how stale the reports are.

Pure. Decides how a load of 0.85 becomes a rate of arrivals, and what a degraded
fleet looks like. Knows no policy.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from benchmarks.simulation.engine_model import EngineModel
from benchmarks.simulation.pace import GPU, INT8, SCRIPTED, Pace
from benchmarks.simulation.trace import (
    AZURE,
    SMALL,
    Mix,
    Request,
    draw,
    gamma_arrivals,
    with_bursts,
)
from benchmarks.simulation.world import Breakage, Fleet, Reports, Slowdown

PACES: dict[str, tuple[Pace, Mix]] = {
    "gpu": (GPU, AZURE),
    "scripted": (SCRIPTED, SMALL),
    "int8": (INT8, SMALL),
}
AGES = {0: Reports(0.05, 0.0), 100: Reports(0.1, 0.1), 1000: Reports(1.0, 1.0)}
"""Reports so many milliseconds old when they come, and as seldom; 0: as our workers send them."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """One cell of a table."""

    workers: int
    load: float
    fleet: str = "equal"
    age_ms: int = 100
    seconds: float = 60.0
    engine: str = "gpu"
    arrivals: str = "gamma"
    lost_share: float = 0.0

    @property
    def span(self) -> tuple[float, float]:
        """What arrives within is counted."""
        return 0.2 * self.seconds, 0.9 * self.seconds

    @property
    def reports(self) -> Reports:
        """How the policy hears of load."""
        kept = AGES[self.age_ms]
        return Reports(kept.every, kept.late, self.lost_share)

    def build(self, seed: int) -> tuple[Fleet, list[Request]]:
        """The fleet and the trace of a seed."""
        rng = np.random.default_rng(seed)
        pace, mix = PACES[self.engine]
        fleet = self._fleet(pace, rng)
        rate = self.load * fleet.power * capacity(self.engine)
        arrivals = gamma_arrivals(rate, self.seconds, 2.0, rng)
        if self.arrivals == "bursts":
            arrivals = with_bursts(arrivals, every=15.0, lasts=2.0, height=2.0)
        return fleet, draw(mix, arrivals, rng)

    def _fleet(self, pace: Pace, rng: np.random.Generator) -> Fleet:
        """Equal workers; or a quarter at 0.6 of the speed, and an eighth that falls to 0.3.

        Broken: an eighth fails at once whatever it gets, for the middle half of the time.
        """
        if self.fleet == "equal":
            return Fleet(pace, (1.0,) * self.workers)
        if self.fleet == "broken":
            holes = rng.permutation(self.workers)[: max(1, self.workers // 8)]
            span = 0.25 * self.seconds, 0.75 * self.seconds
            breakages = tuple(Breakage(int(worker), *span) for worker in holes)
            return Fleet(pace, (1.0,) * self.workers, breakages=breakages)
        order = [int(worker) for worker in rng.permutation(self.workers)]
        slow, failing = self.workers // 4, max(1, self.workers // 8)
        speeds = [1.0] * self.workers
        for worker in order[:slow]:
            speeds[worker] = 0.6
        at = 0.25 * self.seconds
        falls = tuple(Slowdown(at, worker, 0.3) for worker in order[slow : slow + failing])
        return Fleet(pace, tuple(speeds), falls)


@cache
def capacity(engine: str) -> float:
    """Requests of an engine's mix a second that one worker at speed 1 completes."""
    pace, mix = PACES[engine]
    return completed(pace, draw(mix, [0.0] * 4_000, np.random.default_rng(0)))


def completed(pace: Pace, requests: Sequence[Request]) -> float:
    """Such requests a second, when it never wants for any; the middle half counts."""
    model = EngineModel(pace)
    for request in requests:
        model.join(request, request.number, 0.0)
    done = 0
    marks: dict[int, tuple[int, float]] = {}
    while model.sequences:
        at = model.boundary
        done += len(model.advance().ended)
        for quarter in (1, 3):
            if done >= quarter * len(requests) / 4:
                marks.setdefault(quarter, (done, at))
    (first, began), (last, finished) = marks[1], marks[3]
    return (last - first) / (finished - began)
