"""Whose explanation runs, and how many may wait.

Decides the order: one runs at a time, in the order of arrival, for two would take
twice the memory and end no sooner. More than `limit` are refused, and told when to
come back: from how long the last ones took. Knows no explanation.
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from services.worker.explaining.errors import ExplainerBusy

_NEWEST = 0.3  # weight of the last explanation in the mean
_FIRST_GUESS = 30.0  # seconds


class Turn:
    """A place in the queue of `turns`."""

    def __init__(self, turns: "list[Turn]") -> None:
        self._turns = turns
        self.began: float | None = None
        self._is_first = asyncio.Event()

    @property
    def ahead(self) -> int:
        """How many are before it."""
        return self._turns.index(self)

    async def comes(self) -> None:
        """Wait until nobody is before it."""
        await self._is_first.wait()
        self.began = asyncio.get_running_loop().time()

    def call(self) -> None:
        """Nobody is before it any more."""
        self._is_first.set()


class Turns:
    """The queue. `changed` is called whenever `used` may differ."""

    def __init__(self, limit: int, changed: Callable[[], None]) -> None:
        self.limit = limit
        self._changed = changed
        self._turns: list[Turn] = []
        self._mean = _FIRST_GUESS

    @property
    def used(self) -> int:
        """Explanations that run or wait."""
        return len(self._turns)

    @contextmanager
    def turn(self) -> Iterator[Turn]:
        """Have a place while the block runs.

        Raises:
            ExplainerBusy: as many as may are here.
        """
        if self.used >= self.limit:
            raise ExplainerBusy(self.limit, self._mean)
        turn, clock = Turn(self._turns), asyncio.get_running_loop().time
        self._turns.append(turn)
        self._turns[0].call()
        self._changed()
        try:
            yield turn
        finally:
            if turn.began is not None:
                took = clock() - turn.began
                self._mean += _NEWEST * (took - self._mean)
            self._turns.remove(turn)
            if self._turns:
                self._turns[0].call()
            self._changed()

    def __repr__(self) -> str:
        return f"<Turns {self.used} of {self.limit}>"
