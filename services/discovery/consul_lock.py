"""The lock by Consul: a session that lives as long as our health check passes.

Decides when to take the lock, when it is lost and when to ask again. The session
is bound to the gRPC check by which Consul knows us, so that a holder that is
killed or frozen loses the lock within a second or two and not with the session's
TTL. As long as Consul is down altogether a holder stays one: nobody else can
take the lock meanwhile. Who was stopped itself (`tenure.py`) asks first.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog

from services.discovery.believing import onward
from services.discovery.consul import check_id
from services.discovery.consul_locks import TTL_SECONDS, ConsulLocks, Entry
from services.discovery.endpoint import Registration, Standing
from services.discovery.errors import RegistryFault
from services.discovery.outage import Random
from services.discovery.seat import Seat
from services.discovery.settings import DiscoverySettings
from services.discovery.tenure import Tenure
from services.discovery.watching import Trouble
from services.runtime.lifecycle import background

log = structlog.get_logger(__name__)

RENEW_SECONDS = TTL_SECONDS / 3
OUTAGE_SECONDS = 2.0
# Our own registration reaches the agent a moment after we begin.
UNKNOWN_SECONDS = 0.1
LEAST_SECONDS = 0.05
BEATS_OF_SLACK = 5


class ConsulLock:
    """A Lock over Consul's key-value store."""

    def __init__(self, locks: ConsulLocks, settings: DiscoverySettings, rng: Random) -> None:
        self._locks = locks
        # A check that begins as we are stopped fails after its timeout: half of that is safe.
        self._slack = settings.consul_check_timeout_seconds / 2
        self._rng = rng

    @asynccontextmanager
    async def contended(self, key: str, registration: Registration) -> AsyncIterator["_Contest"]:
        """Contend for a key while the block runs (see `Lock`)."""
        trouble = Trouble(registration.service, "consul lock", self._rng)
        contest = _Contest(self._locks, key, registration, self._slack, trouble)
        try:
            async with (
                background("consul lock", contest.contend()),
                background("consul lock's pulse", contest.beat(self._slack / BEATS_OF_SLACK)),
                background("consul lock's doubts", contest.settle_doubts()),
            ):
                yield contest
        finally:
            await contest.give_back()


class _Contest(Seat):
    """One candidate. `contend` alone takes the lock; `settle_doubts` asks whether it is ours."""

    def __init__(
        self,
        locks: ConsulLocks,
        key: str,
        registration: Registration,
        slack: float,
        trouble: Trouble,
    ) -> None:
        super().__init__()
        self._locks = locks
        self._key = key
        self._registration = registration
        self._tenure = Tenure(slack, OUTAGE_SECONDS)
        self._trouble = trouble
        self._clock = asyncio.get_running_loop().time
        self._session: str | None = None
        self._index: int | None = None
        self._seen = 0
        self._greatest_term = 0
        self._doubt = asyncio.Event()
        self._settled = asyncio.Event()

    def is_sure(self, now: float) -> bool:
        """Whether the lock cannot have gone to another unnoticed (see `Contest`)."""
        return self._tenure.is_sure(now)

    async def until_sure(self) -> None:
        """Wait until it is sure, or the lock is lost (see `Contest`)."""
        while not self._tenure.is_sure(self._clock()):
            await self._settled.wait()

    async def contend(self) -> None:
        """Take the lock whenever it is free, for ever."""
        while True:
            try:
                pause = await self._turn()
            except RegistryFault as fault:
                self._index = None
                pause = self._trouble.failed(fault)
            else:
                self._trouble.ended()
            await asyncio.sleep(pause)

    async def beat(self, interval: float) -> None:
        """Note that we run, for ever; begin to doubt where we did not."""
        while True:
            self._tenure.beat(self._clock())
            if not self._tenure.is_sure(self._clock()):
                self._doubt.set()
            await asyncio.sleep(interval)

    async def settle_doubts(self) -> None:
        """Ask whenever we are not sure, for ever."""
        while True:
            await self._doubt.wait()
            self._doubt.clear()
            self._tenure.asked(self._clock())
            try:
                entry = await self._locks.look(self._key)
            except RegistryFault:
                self._tenure.unanswered(self._clock())
            else:
                if entry.index >= self._seen:  # else `contend` knows better by now
                    self._take_in(entry)
                    self._tenure.vouched(self._clock())
            self._settle()

    async def give_back(self) -> None:
        """End the session, and with it the hold; after this nobody contends here."""
        self._lose("")
        session, self._session = self._session, None
        if session is None:
            return
        try:
            await self._locks.close_session(session)
        except RegistryFault as fault:
            log.warning("lock not given back, Consul will free it", reason=str(fault))

    async def _turn(self) -> float:
        """One step; the seconds to rest before the next.

        1. Without a session get one, once our health check passes.
        2. Wait for news of the lock, at most until the session wants renewal.
        3. A session that is gone has taken our hold with it.
        4. A lock that is free is taken.
        """
        if self._session is None:  # 1
            wanted = check_id(self._registration)
            node = await self._locks.node_that_checks(self._registration.service, wanted)
            if node is None:
                return UNKNOWN_SECONDS
            self._session = await self._locks.open_session(self._key, node, wanted)
        asked, self._index = self._index, None
        entry = await self._locks.look(self._key, asked, RENEW_SECONDS)  # 2
        self._index = onward(asked, entry.index)
        if not await self._locks.renew(self._session):  # 3
            self._session = self._index = None
            self._lose(entry.holder if entry.session else "")
            return LEAST_SECONDS
        if entry.session is None:  # 4
            self._take_in(entry)
            self._tenure.asked(self._clock())
            address = self._registration.endpoint.address
            if not await self._locks.take(self._key, self._session, address, self._greatest_term):
                raise RegistryFault("the lock was free and could not be taken")
            entry = await self._locks.look(self._key)
        self._take_in(entry)
        return LEAST_SECONDS

    def _take_in(self, entry: Entry) -> None:
        """See whose it is."""
        self._seen = entry.index
        # What Consul counts begins at 1 again where it has lost its data; what we do does not.
        self._greatest_term = max(self._greatest_term, entry.term)
        if entry.session is None or entry.session != self._session:
            self._lose(entry.holder if entry.session else "")
            return
        if self._tenure.term != entry.term:
            self._tenure.won(entry.term, self._clock())
        self.take(Standing(is_held=True, term=entry.term, holder=entry.holder))

    def _lose(self, holder: str) -> None:
        self._tenure.lost()
        self.take(Standing(holder=holder))
        self._settle()

    def _settle(self) -> None:
        """Wake who waits for certainty, where there is any."""
        if self._tenure.is_sure(self._clock()):
            self._settled.set()
            self._settled = asyncio.Event()
