"""Whether this balancer is the active one of its shard.

Decides when it begins to grant (the lock is its own, and every worker it knows
has told what it holds) and that it ends where the lock may be another's. Who is
stopped for longer than the lock forgives asks before the next decision. Knows
neither tickets nor which registry keeps the lock.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

import structlog

from loadbalancer.loads import FleetView, Health
from services.discovery.endpoint import Contest
from services.discovery.uncontended import Uncontended

log = structlog.get_logger(__name__)

REBUILD_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Role:
    """What a balancer tells of itself; see FleetSnapshot."""

    balancer_id: str
    is_active: bool
    term: int
    active_address: str
    shard: int = 0
    shards: int = 1


class Dispatching(Protocol):
    """What begins and ends with a term."""

    @property
    def version(self) -> int:
        """Rises with each change of membership or health."""
        ...

    def view(self) -> FleetView:
        """The fleet now."""
        ...

    async def moved_since(self, version: int, timeout: float) -> None:
        """Wait until the fleet is no more what it was."""
        ...

    def begin(self, term: int) -> None:
        """Take tickets and grant."""
        ...

    def stand_by(self) -> None:
        """Send all gateways away."""
        ...


class Standby:
    """Follows the lock. `shard` of `shards`: the part of the workers that it grants to."""

    def __init__(self, balancer_id: str, shard: int = 0, shards: int = 1) -> None:
        self._balancer_id = balancer_id
        self._part = (shard, shards)
        self._contest: Contest = Uncontended()
        self._clock = asyncio.get_running_loop().time
        self.is_active = False
        self.term = 0
        self.takeovers = 0

    @property
    def role(self) -> Role:
        """What it is now."""
        holder = self._contest.standing.holder
        return Role(self._balancer_id, self.is_active, self.term, holder, *self._part)

    @property
    def is_over(self) -> bool:
        """Whether it is active still and should not be."""
        standing = self._contest.standing
        return self.is_active and not (standing.is_held and standing.term == self.term)

    async def until_certain(self) -> None:
        """Wait while the lock may be another's without our knowing."""
        if self.is_active and not self._contest.is_sure(self._clock()):
            log.warning("stopped for too long, asking who is active", term=self.term)
            await self._contest.until_sure()

    def began(self, term: int) -> None:
        """It is the active one from now on."""
        self.is_active, self.term = True, term
        self.takeovers += 1

    def ended(self) -> None:
        """It stands by from now on."""
        self.is_active, self.term = False, 0

    async def follow(
        self, contest: Contest, work: Dispatching, told: Callable[[bool], Awaitable[None]]
    ) -> None:
        """Do what the lock says, for ever; `told` hears each time whether it is active."""
        self._contest = contest
        has_told = False
        while True:
            standing = contest.standing
            if self.is_over:
                work.stand_by()
            if has_told and not self.is_active:  # the work may have noticed before us
                has_told = False
                log.warning("stands by", holder=standing.holder)
                await told(False)
            if standing.is_held and not self.is_active:
                if standing.term:
                    await _rebuilt(work)
                if contest.standing == standing:
                    has_told = True
                    work.begin(standing.term)
                    log.info("active", term=standing.term, workers=len(work.view().workers))
                    await told(True)
            await contest.changed_from(standing)


async def _rebuilt(work: Dispatching) -> None:
    """Wait until every worker known has told what it holds; not for long for the silent."""
    clock = asyncio.get_running_loop().time
    ends = clock() + REBUILD_SECONDS
    while (left := ends - clock()) > 0:
        version = work.version
        if all(worker.health is not Health.CONNECTING for worker in work.view().workers):
            return
        await work.moved_since(version, left)
