"""Streams that run side by side, told one after the other.

Pure. Decides what may be told now: all of the first stream that has not ended;
what later ones have said waits for its turn. Knows no messages.
"""

from collections.abc import Iterator
from typing import Generic, TypeVar

M = TypeVar("M")


class InOrder(Generic[M]):
    """So many streams, numbered from 0."""

    def __init__(self, streams: int) -> None:
        self._held: list[list[M]] = [[] for _ in range(streams)]
        self._has_ended = [False] * streams
        self._turn = 0

    def said(self, stream: int, message: M) -> list[M]:
        """A stream has said something; returns what may be told now."""
        if stream == self._turn:
            return [message]
        self._held[stream].append(message)
        return []

    def ended(self, stream: int) -> list[M]:
        """A stream has ended; returns what may be told now."""
        self._has_ended[stream] = True
        return list(self._released())

    def _released(self) -> Iterator[M]:
        while self._turn < len(self._held) and self._has_ended[self._turn]:
            self._turn += 1
            if self._turn < len(self._held):
                yield from self._held[self._turn]
                self._held[self._turn] = []

    def __repr__(self) -> str:
        held = sum(map(len, self._held))
        return f"<InOrder {self._turn} of {len(self._held)}, {held} messages wait>"
