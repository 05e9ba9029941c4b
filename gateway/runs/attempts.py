"""What a failed attempt means: go on elsewhere, or fail the request.

Pure. Decides from the kind of failure, from how far the attempt brought the
answer, and from how often it happened. Knows neither gRPC codes (the relay names
the kind) nor who comes next (the balancer does).
"""

from dataclasses import dataclass
from enum import Enum

from gateway.errors import (
    Disallowed,
    FieldFault,
    GatewayError,
    Poisonous,
    Refusal,
    Refused,
)
from gateway.tickets import Outcome

# The second worker that breaks under a request is the last. One that has brought the answer
# so many tokens further has not broken under it.
_POISON = 2
_CARRIED = 16
# A worker that has no slot has one soon: seconds until the ticket waits again.
_FIRST_PAUSE, _LONGEST_PAUSE = 0.02, 0.5


class FailureKind(Enum):
    """How an attempt failed."""

    DISALLOWED = "disallowed"  # the request itself is wrong
    DEADLINE = "deadline"
    BUSY = "busy"  # the worker took it not, but takes others: no slot, a new incarnation
    LEAVING = "leaving"  # the worker takes nothing more
    UNREACHABLE = "unreachable"  # the request has not come to the worker
    LOST = "lost"  # the worker is gone or has stalled
    UNABLE = "unable"  # the worker serves on, and cannot do this: it explains nothing, or enough
    FAILED = "failed"  # the worker lives, this sequence failed in it


@dataclass(frozen=True, slots=True)
class Failure:
    """An attempt that failed; code and what follows as the worker told it."""

    kind: FailureKind
    worker_id: str
    code: str = ""
    reason: str = ""
    message: str = ""
    faults: tuple[FieldFault, ...] = ()
    metadata: tuple[tuple[str, str], ...] = ()

    @property
    def outcome(self) -> Outcome:
        """How the attempt's lease ended."""
        match self.kind:
            case FailureKind.BUSY | FailureKind.LEAVING:
                return Outcome.REFUSED
            case FailureKind.DEADLINE:
                return Outcome.ABANDONED
            # What the request itself brought about is no mark against the worker.
            case FailureKind.DISALLOWED | FailureKind.UNABLE:
                return Outcome.COMPLETED
            case _:
                return Outcome.FAILED


class Attempts:
    """The attempts of one step; at most `limit`."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._broken: list[str] = []
        self._excluded: list[str] = []
        self._busy = 0
        self._wrong_guesses = 0
        self.failed = 0

    @property
    def pause(self) -> float:
        """Seconds to let pass before the next attempt."""
        return min(_FIRST_PAUSE * 2 ** (self._busy - 1), _LONGEST_PAUSE) if self._busy else 0.0

    @property
    def excluded(self) -> tuple[str, ...]:
        """Workers that are not to get the step again."""
        return tuple(self._excluded)

    def verdict(
        self, failure: Failure, gained: int, *, is_guess: bool = False
    ) -> GatewayError | None:
        """Return what the request fails with, None to go on elsewhere.

        `gained` is the number of tokens that the attempt has brought. `is_guess`:
        the worker was chosen by this gateway, with nobody overseeing it.
        """
        self.failed += 1
        kind = failure.kind
        # 1. Nobody else could do better.
        if kind is FailureKind.DISALLOWED:
            return Disallowed(
                failure.code, failure.reason, failure.message, failure.faults, failure.metadata
            )
        if kind is FailureKind.DEADLINE:
            return Refused(Refusal.DEADLINE, "the deadline passed before the answer was complete")
        # 2. The worker broke under it: once is the worker's fault, twice the request's.
        if kind in (FailureKind.LOST, FailureKind.FAILED) and gained < _CARRIED:
            self._broken.append(failure.worker_id)
            if len(self._broken) >= _POISON:
                return Poisonous(self._broken)
        # 3. That it was busy could not be known: it is asked less, the request may go on.
        if kind is FailureKind.BUSY and is_guess:
            self._wrong_guesses += 1
            return None
        # 4. Elsewhere, unless that has been tried often enough.
        if kind is FailureKind.BUSY:
            self._busy += 1
        else:
            self._excluded.append(failure.worker_id)
        if self.failed - self._wrong_guesses >= self._limit:
            message = f"no worker took the request in {self.failed} attempts"
            return Refused(Refusal.NO_WORKERS, message, retry_after=1.0)
        return None

    def __repr__(self) -> str:
        return f"<Attempts {self.failed} failed, excluded {self._excluded}>"
