"""Which texts a classifier runs together next.

Pure. Calls come in with some texts each; what comes while a batch runs is run
together as the next one, and nobody waits while nothing runs. Knows neither the
texts nor who asks; time is told by whoever runs a batch.

1. A call that is more than there is room for is refused whole, unless nobody waits.
2. While a batch runs, no other does.
3. A batch takes one text of each waiting call in turn, those that came first
   first, until it is full: a call of many texts does not hold up one of a single.
4. Who leaves takes along the texts that have not run.
"""

from collections import OrderedDict, deque
from dataclasses import dataclass
from typing import TypeAlias

Turn: TypeAlias = tuple[int, int]  # a call's number, and which of its texts

# How much the newest batch weighs in the mean.
_NEWEST = 0.2
_FIRST_GUESS = 0.001
_SHORTEST_WAIT = 0.01


@dataclass(frozen=True, slots=True)
class Full:
    """There is no room for a call; `wait` in seconds, by when there should be."""

    limit: int
    waiting: int
    wait: float


class MicroBatch:
    """The texts that wait for one classifier.

    Args:
        at_once: texts of a batch at most.
        most: texts that may wait, those that run not counted.

    >>> batch = MicroBatch(at_once=2, most=8)
    >>> batch.came(1, 3), batch.came(2, 1)
    (None, None)
    >>> batch.next()
    ((1, 0), (2, 0))
    >>> batch.next(), batch.ran(0.001), batch.next()
    ((), None, ((1, 1), (1, 2)))
    """

    def __init__(self, at_once: int, most: int) -> None:
        self._at_once = at_once
        self._most = most
        self._waiting: OrderedDict[int, deque[int]] = OrderedDict()
        self._running = 0
        self._seconds_a_text = _FIRST_GUESS
        self.waiting = 0

    def came(self, call: int, texts: int) -> Full | None:
        """Take a call in; or say why not (1)."""
        if self.waiting and self.waiting + texts > self._most:
            wait = (self.waiting + self._running) * self._seconds_a_text
            return Full(self._most, self.waiting, max(wait, _SHORTEST_WAIT))
        self._waiting[call] = deque(range(texts))
        self.waiting += texts
        return None

    def left(self, call: int) -> None:
        """Nobody waits for a call any more (4); one that has run whole may be told too."""
        self.waiting -= len(self._waiting.pop(call, ()))

    def next(self) -> tuple[Turn, ...]:
        """The texts to run now; none where nobody waits, or a batch runs (2)."""
        if self._running:
            return ()
        turns: list[Turn] = []
        while self._waiting and len(turns) < self._at_once:  # 3
            call, texts = self._waiting.popitem(last=False)
            turns.append((call, texts.popleft()))
            if texts:
                self._waiting[call] = texts
        self._running = len(turns)
        self.waiting -= len(turns)
        return tuple(turns)

    def ran(self, seconds: float) -> None:
        """The batch has ended, well or not, after so long."""
        newest = seconds / max(1, self._running)
        self._seconds_a_text += _NEWEST * (newest - self._seconds_a_text)
        self._running = 0

    def __repr__(self) -> str:
        return f"<MicroBatch {self._running} run, {self.waiting} of {self._most} wait>"
