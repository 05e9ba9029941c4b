"""What the desk speaks of: tickets, leases, and what happens to them.

Pure. Decides the words: events are in the past tense, effects in the imperative.
Knows neither the wire nor any rule. Times are seconds of one monotonic clock.
What every request brings is a named tuple, made by position: that takes a third of
the time that it takes by names, or that a frozen dataclass takes.
"""

from dataclasses import dataclass
from enum import Enum, IntEnum
from typing import NamedTuple, TypeAlias

from loadbalancer.loads import Candidate, GrantView, Load


class Priority(IntEnum):
    """Whom to serve first within a tenant's share."""

    LOW = -1
    NORMAL = 0
    HIGH = 1


class Outcome(Enum):
    """How a lease ended."""

    COMPLETED = "completed"
    ABANDONED = "abandoned"
    REFUSED = "refused"
    FAILED = "failed"


class RejectReason(Enum):
    """Why a ticket is refused."""

    QUEUE_FULL = "queue_full"
    EXPIRED = "expired"
    NO_SUCH_MODEL = "no_such_model"
    NO_WORKERS = "no_workers"
    TOO_LARGE = "too_large"


class RevokeReason(Enum):
    """Why a lease is taken back."""

    WORKER_GONE = "worker_gone"
    WORKER_STALLED = "worker_stalled"


class Sender(NamedTuple):
    """A gateway, and which of its streams this was: a later one takes over its leases."""

    gateway: str
    stream: int


class TicketKey(NamedTuple):
    """Names a ticket: its number is unique among those of its stream."""

    stream: int
    number: int


class Lane(NamedTuple):
    """What a ticket asks of a worker. Tickets of one lane can all go to the same workers."""

    model: str
    revision: str = ""
    excluded: frozenset[tuple[str, int]] = frozenset()
    """Incarnations (worker, epoch) that have failed the request."""
    context_tokens: int = 0
    """A context that some workers lack; 0: any will do."""


class Mark(NamedTuple):
    """Names a beginning of a prompt; `tokens` of it, an estimate."""

    name: int
    tokens: int


class Ticket(NamedTuple):
    """A step that waits for a worker. `prompt_tokens` is an estimate; `marks`: shortest first."""

    key: TicketKey
    sender: Sender
    tenant: str
    lane: Lane
    prompt_tokens: int
    max_tokens: int
    submitted_at: float
    deadline: float
    priority: Priority = Priority.NORMAL
    returned: bool = False
    marks: tuple[Mark, ...] = ()
    explains: bool = False

    @property
    def number(self) -> int:
        """Its number among those of its stream."""
        return self.key.number


class Lease(NamedTuple):
    """A ticket bound to one incarnation of a worker.

    `booked_tokens`: prompt and longest answer. `held_tokens`: what the worker is
    believed to hold of the prompt.
    """

    id: int
    ticket: Ticket
    worker_id: str
    epoch: int
    granted_at: float
    booked_tokens: int
    held_tokens: int = 0

    @property
    def prefill_tokens(self) -> int:
        """Tokens of the prompt that are to be computed."""
        return self.ticket.prompt_tokens - self.held_tokens


class Submitted(NamedTuple):
    """A step waits for a worker. `marks`: name and bytes of its prompt's beginnings."""

    sender: Sender
    number: int
    tenant: str
    model: str
    prompt_bytes: int
    max_tokens: int
    seconds_left: float
    revision: str = ""
    priority: Priority = Priority.NORMAL
    excluded: tuple[str, ...] = ()
    returned: bool = False
    marks: tuple[tuple[int, int], ...] = ()
    explains: bool = False


@dataclass(frozen=True, slots=True)
class Cancelled:
    """Nobody waits for this ticket any more."""

    key: TicketKey


class FirstTokenSent(NamedTuple):
    """The worker has sent the lease's first token, and told what its prompt cost; 0: not."""

    lease_id: int
    prompt_tokens: int = 0
    cached_tokens: int = 0


class Ended(NamedTuple):
    """The worker's stream for this lease has ended."""

    lease_id: int
    completion_tokens: int = 0
    outcome: Outcome = Outcome.COMPLETED


@dataclass(frozen=True, slots=True)
class StreamEnded:
    """A gateway's stream has ended: its tickets wait no more."""

    stream: int


@dataclass(frozen=True, slots=True)
class WorkerJoined:
    """Discovery lists this worker."""

    worker_id: str
    address: str


@dataclass(frozen=True, slots=True)
class WorkerLeft:
    """Discovery lists it no more, its stream still lives: it finishes what it has."""

    worker_id: str


@dataclass(frozen=True, slots=True)
class WorkerLost:
    """Its stream of reports broke; it is being looked for."""

    worker_id: str


@dataclass(frozen=True, slots=True)
class WorkerForgotten:
    """It is looked for no more."""

    worker_id: str


@dataclass(frozen=True, slots=True)
class LoadReported:
    """A worker has told its load."""

    load: Load


Event: TypeAlias = (
    Submitted
    | Cancelled
    | FirstTokenSent
    | Ended
    | StreamEnded
    | WorkerJoined
    | WorkerLeft
    | WorkerLost
    | WorkerForgotten
    | LoadReported
)


class Grant(NamedTuple):
    """Tell the gateway to go to this worker. `candidates`: the best, where it asked for them."""

    lease: Lease
    address: str
    model: str
    revision: str
    queue_seconds: float
    predicted_seconds: float
    candidates: tuple[Candidate, ...] = ()

    @property
    def sender(self) -> Sender:
        """Whom to tell."""
        return self.lease.ticket.sender

    def view(self, candidates: tuple[Candidate, ...]) -> GrantView:
        """What an onlooker is told."""
        return GrantView(
            worker_id=self.lease.worker_id,
            queue_seconds=self.queue_seconds,
            predicted_seconds=self.predicted_seconds,
            prompt_tokens=self.lease.ticket.prompt_tokens,
            held_tokens=self.lease.held_tokens,
            candidates=candidates,
        )


@dataclass(frozen=True, slots=True)
class Reject:
    """Tell the gateway that this ticket is refused; `retry_after` 0: not known."""

    sender: Sender
    number: int
    reason: RejectReason
    retry_after: float = 0.0


@dataclass(frozen=True, slots=True)
class Revoke:
    """Tell the gateway that this lease's worker is lost to it."""

    sender: Sender
    lease_id: int
    reason: RevokeReason


Effect: TypeAlias = Grant | Reject | Revoke
