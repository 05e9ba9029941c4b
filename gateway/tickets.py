"""Tickets and leases, as values: what gateway and balancer tell each other.

Pure. A Ticket is a step that waits for a worker; a Grant binds it to one under
a lease. `wire.py` turns these into messages and back.
"""

from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from gateway.errors import Refusal
from gateway.marks import Mark
from gateway.tasks.task import Priority


class Outcome(Enum):
    """How a lease ended."""

    COMPLETED = "completed"
    ABANDONED = "abandoned"
    REFUSED = "refused"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Ticket:
    """A step that waits for a worker. `deadline` is by the clock that gives `now`."""

    tenant: str
    model: str
    model_revision: str
    prompt_bytes: int
    max_tokens: int
    priority: Priority
    deadline: float
    excluded: tuple[str, ...] = ()
    is_returned: bool = False
    marks: tuple[Mark, ...] = ()
    explains: bool = False


@dataclass(frozen=True, slots=True)
class Submitted:
    """A ticket for the balancer; `time_left` in seconds."""

    ticket_id: int
    ticket: Ticket
    time_left: float


@dataclass(frozen=True, slots=True)
class Cancelled:
    """Nobody waits for the ticket any more."""

    ticket_id: int


@dataclass(frozen=True, slots=True)
class FirstToken:
    """The worker has sent its first token, and told what the prompt cost; 0: it has not."""

    lease_id: int
    prompt_tokens: int = 0
    cached_tokens: int = 0


@dataclass(frozen=True, slots=True)
class Ended:
    """The worker's stream has ended."""

    lease_id: int
    tokens: int
    outcome: Outcome


TicketEvent: TypeAlias = Submitted | Cancelled | FirstToken | Ended


@dataclass(frozen=True, slots=True)
class Candidate:
    """A worker that had room for a ticket; `predicted` seconds to its first token there."""

    worker_id: str
    predicted: float
    held_tokens: int
    slots_free: int
    kv_tokens_free: int
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Grant:
    """A ticket bound to a worker. Times in seconds. `is_guess`: nobody oversaw the fleet.

    Of `prompt_tokens`, an estimate, the worker is believed to hold `held_tokens`.
    """

    ticket_id: int
    lease_id: int
    worker_id: str
    address: str
    worker_epoch: int
    model: str
    model_revision: str
    queued: float
    predicted_ttft: float
    is_guess: bool = False
    prompt_tokens: int = 0
    held_tokens: int = 0
    candidates: tuple[Candidate, ...] = ()


@dataclass(frozen=True, slots=True)
class Rejection:
    """A ticket refused. `retry_after` in seconds, None where not known."""

    ticket_id: int
    refusal: Refusal
    retry_after: float | None


@dataclass(frozen=True, slots=True)
class Revocation:
    """A lease taken back: its worker is gone or has stalled."""

    lease_id: int


Decision: TypeAlias = Grant | Rejection | Revocation
