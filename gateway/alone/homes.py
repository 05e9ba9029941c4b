"""Where this gateway's prompts were computed last, by how they begin.

Pure. Decides which worker may still hold a beginning, for the time in which no
balancer knows better: the last one that was granted a prompt which begins so.
Bounded; what has been asked for longest ago goes first. Knows neither load nor room.
"""

from collections import OrderedDict
from collections.abc import Sequence
from typing import NamedTuple

from gateway.marks import Mark

_MOST = 16_384  # beginnings, about 150 bytes each


class Home(NamedTuple):
    """A worker that should hold so many bytes of a prompt."""

    worker_id: str
    length: int


class Homes:
    """Beginnings, and the worker of each."""

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._workers: OrderedDict[int, str] = OrderedDict()

    def __len__(self) -> int:
        """Beginnings known."""
        return len(self._workers)

    def granted(self, marks: Sequence[Mark], worker_id: str) -> None:
        """A worker computes a prompt that begins so."""
        for mark in marks:
            self._workers[mark.name] = worker_id
            self._workers.move_to_end(mark.name)
        while len(self._workers) > self._most:
            self._workers.popitem(last=False)

    def of(self, marks: Sequence[Mark]) -> Home | None:
        """Who should hold the longest of a prompt's beginnings; None: none is known."""
        for mark in reversed(marks):
            worker_id = self._workers.get(mark.name)
            if worker_id is not None:
                return Home(worker_id, mark.length)
        return None
