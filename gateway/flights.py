"""Single flight: identical requests of one tenant at the same time share one generation.

Carries out what the book of each `Flight` decides: runs the generation in a
task of its own, so that it is nobody's to take away, lets each follower read at
its own pace and by its own deadline, and cancels it when the last has left. Whoever
leaves pays what nobody has paid yet: all of it is paid once, whoever stays longest.
Knows neither tasks nor how their answers are made.
"""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Sequence
from dataclasses import dataclass
from types import TracebackType

from evenflow.v1.generation_pb2 import GenerateResponse

from gateway.errors import GatewayError, Refusal, Refused
from gateway.flight import Flight
from gateway.relay.relay import Deliver
from services.runtime.lifecycle import Tasks

# Bytes that a generation may be ahead of its fastest reader: about what HTTP/2 lets one be.
_WINDOW = 64 * 1024
# Bytes of the longest answer that is shared from its beginning.
_MOST = 1 << 20


@dataclass(frozen=True, slots=True)
class Flyer:
    """One who asks.

    Args:
        deadline: until when, by the event loop's clock.
        generate: makes the answer; called where this one flies.
        keep: takes an answer that is whole; called where this one has flown.
        used: tells the tokens that were computed where this one flies.
        pays: is told how many of those that were computed for all are this one's to pay.
    """

    deadline: float
    generate: Callable[[Deliver], Awaitable[None]]
    keep: Callable[[Sequence[GenerateResponse]], None]
    used: Callable[[], int]
    pays: Callable[[int], None]


class _Bell:
    """Wakes all who wait for it."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def ring(self) -> None:
        self._rung.set()
        self._rung = asyncio.Event()

    async def heard(self) -> None:
        await self._rung.wait()


class _Flying:
    """A flight with its task, its flyers by seat, and how it ended."""

    def __init__(self) -> None:
        self.book: Flight[GenerateResponse] = Flight(_WINDOW, _MOST)
        self.flyers: dict[int, Flyer] = {}
        self.pilots: list[Flyer] = []
        self.paid = 0
        self.task: asyncio.Task[None] | None = None
        self.error: BaseException | None = None
        self.trace: TracebackType | None = None
        self.news = _Bell()
        self.room = _Bell()

    async def emit(self, message: GenerateResponse) -> None:
        """Pass a message on to all aboard; wait while none of them has room for more."""
        self.book.added(message, message.ByteSize())
        self.news.ring()
        while not self.book.may_go_on:
            await self.room.heard()

    async def read(self, seat: int, deliver: Deliver) -> None:
        """Deliver all there is and all that comes, and raise what ended it."""
        while True:
            message = self.book.next(seat)
            if message is not None:
                await deliver(message)
                self.book.read(seat)
                self.room.ring()
            elif self.book.is_over:
                break
            else:
                await self.news.heard()
        if self.error is not None:
            raise self.error.with_traceback(self.trace)  # no longer with each who raises it

    def failed(self, error: BaseException) -> None:
        """Have each who is aboard fail with this, as its own status."""
        if not self.book.is_empty:
            # What is known needs no trace, and keeps no frames alive.
            self.error = error
            self.trace = None if isinstance(error, GatewayError) else error.__traceback__

    def cancel(self) -> None:
        """End it: nobody is aboard."""
        self.error = self.trace = None  # their frames hold this very object
        if self.task is not None:
            self.task.cancel()

    def settle(self, flyer: Flyer) -> None:
        """Have one who leaves pay what is not paid."""
        due = sum(pilot.used() for pilot in self.pilots) - self.paid
        self.paid += due
        flyer.pays(due)

    async def generate(self) -> None:
        """Have one aboard make the answer; who runs out of time is relieved."""
        gave_up: float | None = None
        while (seat := self.book.pilot(after=gave_up)) is not None:
            flyer = self.flyers[seat]
            self.pilots.append(flyer)
            try:
                await flyer.generate(self.emit)
            except Refused as refused:
                # Its deadline concerns those with more time only if they have seen of its answer.
                gave_up = flyer.deadline
                is_its_own = refused.refusal is Refusal.DEADLINE and not self.book.has_begun
                if is_its_own and self.book.pilot(after=gave_up) is not None:
                    continue
                raise
            whole = self.book.ended()
            if whole is not None:
                flyer.keep(whole)
            return


class Flights(Tasks):
    """The flights under way, by key; an async context manager that ends them all."""

    def __init__(self) -> None:
        super().__init__()
        self._flying: dict[Hashable, _Flying] = {}

    def __len__(self) -> int:
        return len(self._flying)

    def has(self, key: Hashable) -> bool:
        """Whether one who asks now would join a flight."""
        flying = self._flying.get(key)
        return flying is not None and flying.book.is_open

    async def fly(self, key: Hashable, flyer: Flyer, deliver: Deliver) -> None:
        """Join the flight of `key`, or start it; returns when all has been delivered.

        Raises:
            GatewayError: the generation failed.
        """
        flying = self._flying[key] if self.has(key) else self._take_off(key)
        seat = flying.book.board(flyer.deadline)
        flying.flyers[seat] = flyer
        try:
            await flying.read(seat, deliver)
        finally:
            flying.book.leave(seat)
            del flying.flyers[seat]
            flying.settle(flyer)
            if flying.book.is_empty:
                self._land(key, flying)
                flying.cancel()

    def _take_off(self, key: Hashable) -> _Flying:
        flying = self._flying[key] = _Flying()
        flying.task = self.start("flight", self._run(key, flying))
        return flying

    async def _run(self, key: Hashable, flying: _Flying) -> None:
        try:
            await flying.generate()
        except (Exception, asyncio.CancelledError) as error:
            flying.failed(error)
            if isinstance(error, asyncio.CancelledError):
                raise
        finally:
            flying.book.ended()
            self._land(key, flying)
            flying.news.ring()

    def _land(self, key: Hashable, flying: _Flying) -> None:
        # A flight that could no longer be boarded may have been followed by another.
        if self._flying.get(key) is flying:
            del self._flying[key]

    def __repr__(self) -> str:
        return f"<Flights {len(self)} under way, {len(self._running)} tasks>"
