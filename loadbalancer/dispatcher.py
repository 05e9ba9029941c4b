"""The one loop: events to the desk, its effects to the gateways.

Decides nothing but when: whatever has come is handed over at once, else the desk
is asked again at the time it named. Knows neither gRPC nor a single rule.
"""

import asyncio
import itertools
from collections.abc import Iterator
from contextlib import contextmanager

from loadbalancer.desk import Desk
from loadbalancer.loads import FleetView
from loadbalancer.metrics import BalancerMetrics
from loadbalancer.standby import Role, Standby
from loadbalancer.tickets import Effect, Event, Revoke, Sender, StreamEnded

MOST_UNREAD = 65_536
LEASES_OF_A_TERM = 40  # bits; 23 are left for the term, so that int64 holds both


def first_lease(term: int) -> int:
    """Where the lease ids of a term begin: no two terms' ids meet."""
    return (term % (1 << 23) << LEASES_OF_A_TERM) + 1


class Outlet:
    """What was decided for one gateway's stream and not yet sent.

    A gateway that does not read is let go: its stream ends where it left off.
    """

    def __init__(self, sender: Sender) -> None:
        self.sender = sender
        self.is_closed = False
        self._effects: list[Effect] = []
        self._news = asyncio.Event()

    def put(self, effect: Effect) -> None:
        """Something was decided."""
        if len(self._effects) >= MOST_UNREAD:
            self.close()
        if not self.is_closed:
            self._effects.append(effect)
            self._news.set()

    def close(self) -> None:
        """Nothing more comes, and what was not taken is dropped."""
        self.is_closed = True
        self._effects.clear()
        self._news.set()

    async def take(self) -> list[Effect]:
        """All that was decided, oldest first, once there is any; nothing: closed."""
        await self._news.wait()
        if not self.is_closed:
            self._news.clear()
        effects, self._effects = self._effects, []
        return effects


class Dispatcher:
    """Feeds the desk."""

    def __init__(self, desk: Desk, metrics: BalancerMetrics, standby: Standby) -> None:
        self._desk = desk
        self._metrics = metrics
        self._standby = standby
        self._terms = 0
        self._clock = asyncio.get_running_loop().time
        self._inbox: list[Event] = []
        self._wake = asyncio.Event()
        self._moved = asyncio.Event()
        self._streams = itertools.count(1)
        self._outlets: dict[int, Outlet] = {}
        self._newest: dict[str, Outlet] = {}
        self.is_closed = False

    def tell(self, *events: Event) -> None:
        """Something happened."""
        self._inbox += events
        self._wake.set()

    async def run(self) -> None:
        """Take what has come, decide, carry out, wait for more or for the desk's timer."""
        while True:
            await self._standby.until_certain()
            if self._standby.is_over:
                self.stand_by()
            self._wake.clear()
            events, self._inbox = self._inbox, []
            self._step(events)
            with self._alarm(self._desk.next_timer):
                await self._wake.wait()

    @contextmanager
    def stream(self, gateway_id: str) -> Iterator[Outlet]:
        """A gateway's stream is open while the block runs; its tickets leave with it."""
        outlet = Outlet(Sender(gateway_id, next(self._streams)))
        self._outlets[outlet.sender.stream] = self._newest[gateway_id] = outlet
        if self.is_closed:
            outlet.close()
        try:
            yield outlet
        finally:
            del self._outlets[outlet.sender.stream]
            if self._newest.get(gateway_id) is outlet:
                del self._newest[gateway_id]
            self.tell(StreamEnded(outlet.sender.stream))

    def close(self) -> None:
        """End all streams and watches; no later decision reaches anybody."""
        self.is_closed = True
        for outlet in self._outlets.values():
            outlet.close()
        self._moved.set()

    def begin(self, term: int) -> None:
        """Take tickets and grant, in a term that nobody else has."""
        if term:
            self._desk.begin_term(first_lease(term))
        self._standby.began(term)
        self._tell_moved()

    def stand_by(self) -> None:
        """Send all gateways away; their tickets are theirs again."""
        self._standby.ended()
        for outlet in self._outlets.values():
            outlet.close()
            self.tell(StreamEnded(outlet.sender.stream))
        self._tell_moved()

    @property
    def role(self) -> Role:
        """What this balancer is now."""
        return self._standby.role

    def view(self) -> FleetView:
        """The fleet and the queue now."""
        return self._desk.view(self._clock())

    @property
    def version(self) -> int:
        """Rises with each change of membership or health, and of the role."""
        return self._desk.fleet_version + self._terms

    async def moved_since(self, version: int, timeout: float) -> None:
        """Wait until the fleet is no more what it was at `version`, or for so many seconds."""
        if version == self.version and not self.is_closed:
            try:
                async with asyncio.timeout(timeout):
                    await self._moved.wait()
            except TimeoutError:
                pass

    def _step(self, events: list[Event]) -> None:
        version, began = self.version, self._clock()
        effects = self._desk.decide(events, began)
        self._metrics.decided(effects, self._clock() - began)
        for effect in effects:
            outlet = self._outlets.get(effect.sender.stream)
            if outlet is None and isinstance(effect, Revoke):
                # A gateway that came back still runs the leases of its former stream.
                outlet = self._newest.get(effect.sender.gateway)
            if outlet is not None:
                outlet.put(effect)
        if self.version != version:
            self._wake_watchers()

    def _tell_moved(self) -> None:
        self._terms += 1
        self._wake_watchers()

    def _wake_watchers(self) -> None:
        if not self.is_closed:
            self._moved.set()
            self._moved = asyncio.Event()

    @contextmanager
    def _alarm(self, at: float | None) -> Iterator[None]:
        if at is None:
            yield
            return
        alarm = asyncio.get_running_loop().call_at(at, self._wake.set)
        try:
            yield
        finally:
            alarm.cancel()
