"""Equal steps in a row, and the sequences that they serve.

Pure. Decides by a closed form how long so many steps take, each a little longer
than the last, and how many have ended by a moment. Knows no batch.
"""

import math
from dataclasses import dataclass, field

from benchmarks.simulation.trace import Request


@dataclass(slots=True, eq=False)
class Sequence:
    """A request on a worker. `left`: prompt tokens to compute; `rest`: answer tokens to come.

    `found`: prompt tokens that the cache held when its turn came, None before.
    """

    request: Request
    lease: int
    left: int
    rest: int
    ends_at_step: int = 0
    has_begun: bool = False
    found: int | None = None


@dataclass(slots=True)
class Stretch:
    """Equal steps in a row. `chunk`: prefill tokens a step; `parts`: whose they are."""

    begun_at: float
    speed: float
    steps: int
    first: float
    growth: float
    chunk: int = 0
    parts: list[tuple[Sequence, int]] = field(default_factory=list)

    def seconds(self, steps: int) -> float:
        """How long so many steps take; each is longer than the last by `growth`."""
        return steps * self.first + self.growth * steps * (steps - 1) / 2

    def steps_by(self, now: float) -> int:
        """Steps that have ended by now."""
        passed = now - self.begun_at
        if self.growth <= 0:
            done = passed / self.first
        else:
            half = self.first / self.growth - 0.5
            done = math.sqrt(half * half + 2 * passed / self.growth) - half
        return min(self.steps, max(0, math.floor(done + 1e-9)))


@dataclass(frozen=True, slots=True)
class Happened:
    """What a stretch has brought."""

    first_tokens: list[Sequence]
    ended: list[Sequence]
