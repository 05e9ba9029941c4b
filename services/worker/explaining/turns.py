"""Turns to explain, and how many may have a place: `queue.py`'s order carried out.

One explanation runs at a time, for two would take twice the memory and end no sooner.
More than `limit` are refused, and told when to come back: from how long the last ones
took. Knows no explanation.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import contextmanager

from services.worker.explaining.errors import ExplainerBusy
from services.worker.explaining.queue import Place, Queue

_NEWEST = 0.3  # weight of the last explanation in the mean
_FIRST_GUESS = 30.0  # seconds


class Turn:
    """An explanation's place; its turn comes when it stands first in the line."""

    def __init__(self, place: Place, queue: Queue, moved: Callable[[], None]) -> None:
        self._place = place
        self._queue = queue
        self._moved = moved
        self._ahead: int | None = None
        self._changed = asyncio.Event()
        self._busy: ExplainerBusy | None = None
        self.began: float | None = None

    def join(self) -> int:
        """Stand in the line; returns how many are before it.

        Raises:
            ExplainerBusy: it had to give its place to another scope.
        """
        if self._busy is not None:
            raise self._busy
        self._queue.join(self._place)
        self._moved()
        return self._ahead or 0

    async def nearing(self) -> AsyncGenerator[int, None]:
        """Yield how many are before it whenever they are others than before; ends as it comes.

        Raises:
            ExplainerBusy: as `join` does.
        """
        while self.began is None:
            await self._changed.wait()
            self._changed.clear()
            if self._busy is not None:
                raise self._busy
            if self._ahead:
                yield self._ahead

    def look(self) -> None:
        """The line has changed."""
        ahead, before = self._queue.ahead(self._place), self._ahead
        if ahead == before:
            return
        self._ahead = ahead
        if ahead == 0:
            self.began = asyncio.get_running_loop().time()
        if ahead == 0 or before is not None:
            self._changed.set()

    def give_way(self, busy: ExplainerBusy) -> None:
        """Its place is another's now."""
        self._busy = busy
        self._changed.set()


class Turns:
    """Who explains. `changed` is called whenever `used` may differ."""

    def __init__(self, limit: int, changed: Callable[[], None]) -> None:
        self.limit = limit
        self._changed = changed
        self._queue = Queue()
        self._turns: dict[Place, Turn] = {}
        self._mean = _FIRST_GUESS

    @property
    def used(self) -> int:
        """Explanations that run or wait."""
        return len(self._queue)

    @contextmanager
    def turn(self, scope: str) -> Iterator[Turn]:
        """Have a place while the block runs, or until another scope needs it.

        Raises:
            ExplainerBusy: as many as may are here, and none gives way.
        """
        if self.used >= self.limit:
            self._make_room(scope)
        place, clock = Place(scope), asyncio.get_running_loop().time
        turn = self._turns[place] = Turn(place, self._queue, self._look)
        self._queue.add(place)
        self._changed()
        try:
            yield turn
        finally:
            if turn.began is not None:
                took = clock() - turn.began
                self._mean += _NEWEST * (took - self._mean)
            if place in self._turns:
                self._leave(place)
                self._changed()

    def _make_room(self, newcomer: str) -> None:
        busy = ExplainerBusy(self.limit, self._mean)
        place = self._queue.last_of_greediest(newcomer) if self.limit else None
        if place is None:
            raise busy
        self._leave(place).give_way(busy)

    def _leave(self, place: Place) -> Turn:
        turn = self._turns.pop(place)
        self._queue.remove(place)
        self._look()
        return turn

    def _look(self) -> None:
        for turn in self._turns.values():
            turn.look()

    def __repr__(self) -> str:
        return f"<Turns of {self.limit}, {self._queue!r}>"
