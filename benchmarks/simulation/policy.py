"""What the simulated world asks of whoever binds requests to workers.

Pure. A policy hears what its balancer would hear, when it would hear it, and
returns whom it binds to which worker; a worker is named by its index.
"""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from benchmarks.simulation.trace import Request


class Placement(NamedTuple):
    """This request goes to this worker, under this lease."""

    request: Request
    worker: int
    lease: int


class Report(NamedTuple):
    """What a worker tells of itself; the rates are measured, 0 where they are not known.

    `held`: names of beginnings in its cache, those used last first.
    """

    worker: int
    sequence: int
    steps: int
    sequences: int
    kv_used: int
    backlog: int
    prefill_rate: float
    decode_seconds: float
    generated: int
    leases: tuple[int, ...]
    held: tuple[int, ...] = ()


class Policy(Protocol):
    """Binds requests to workers."""

    def submitted(self, request: Request, now: float) -> Sequence[Placement]:
        """A request has come."""

    def first_token(self, lease: int, found: int, now: float) -> Sequence[Placement]:
        """A request has got its first token; so many tokens of its prompt were in the cache."""

    def ended(self, lease: int, now: float) -> Sequence[Placement]:
        """A request has got its last token."""

    def failed(self, lease: int, now: float) -> Sequence[Placement]:
        """A worker has failed a request at once; if it is tried again it comes by `submitted`."""

    def reported(self, report: Report, now: float) -> Sequence[Placement]:
        """A worker's report has come."""

    def passed(self, now: float) -> Sequence[Placement]:
        """Time has passed; asked about twice a second."""
