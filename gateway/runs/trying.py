"""How a run goes from one worker to the next, whatever is run.

Carries out: ask for a lease, have something done under it, and when the worker failed,
once more (`attempts.py` decides). What is asked of a worker, and what the caller has been
told, its subclasses know.
"""

import asyncio
from abc import ABC, abstractmethod
from dataclasses import dataclass

import structlog

from gateway.balancers.shards import Shards
from gateway.dispatch import Dispatch
from gateway.errors import GatewayError, Refused
from gateway.lease import Lease
from gateway.marks import Marker
from gateway.metrics import GatewayMetrics
from gateway.relay.relay import Relay
from gateway.runs.attempts import Attempts, Failure
from gateway.tickets import Ticket

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Ways:
    """What a run needs of its gateway."""

    dispatch: Dispatch | Shards
    relay: Relay
    metrics: GatewayMetrics
    max_attempts: int
    marker: Marker


class Trying(ABC):
    """Something that workers are asked for, one after another, until one has done it."""

    def __init__(self, ways: Ways, request_id: str) -> None:
        self._ways = ways
        self._request_id = request_id
        self._attempts = Attempts(ways.max_attempts)

    @property
    def attempts(self) -> int:
        """Attempts made, the one that runs or succeeded included."""
        return self._attempts.failed + 1

    async def go(self) -> None:
        """Run it; returns when the last message has been delivered.

        Raises:
            GatewayError: it cannot be done.
            TimeoutError: never by itself; a timeout around it cancels it cleanly.
        """
        lost: Failure | None = None
        while True:
            before = self._position
            try:
                async with self._ways.dispatch.lease(self._ticket()) as lease:
                    self._ways.metrics.queued.observe(lease.grant.queued)
                    lost = await self._under(lease)
            except Refused as error:
                raise self._refused(error, lost) from None
            if lost is None:
                return
            self._ways.metrics.failed_attempts.labels(lost.kind.value).inc()
            gained = self._position - before
            end = self._attempts.verdict(lost, gained, is_guess=lease.grant.is_guess)
            if end is not None:
                raise self._given_up(end, lost)
            log.info(
                "dispatched again",
                request_id=self._request_id,
                worker_id=lost.worker_id,
                reason=lost.kind.value,
                attempt=self.attempts,
                index=self._position,
            )
            await asyncio.sleep(self._attempts.pause)

    @property
    @abstractmethod
    def _position(self) -> int:
        """How far it is. A worker that has brought it on has not broken under it."""

    @abstractmethod
    def _ticket(self) -> Ticket:
        """What the next worker is asked for."""

    @abstractmethod
    async def _under(self, lease: Lease) -> Failure | None:
        """Have it done by one worker; returns how that failed, None where it did not."""

    @abstractmethod
    def _refused(self, error: Refused, lost: Failure | None) -> GatewayError:
        """What the caller is told whose ticket was refused; `lost`: after what failure."""

    def _given_up(self, end: GatewayError, lost: Failure) -> GatewayError:
        """What the caller is told who is to get no other worker."""
        del lost
        return end
