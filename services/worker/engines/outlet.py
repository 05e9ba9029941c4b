"""What a sequence has told and its reader has not yet taken.

Decides what a slow reader costs: nothing but memory for its own tokens. Pieces
that wait are taken as one, but for text behind the last token: who goes on elsewhere
behind that token tells it again, and the two must be known from each other.
"""

import asyncio
from collections import deque
from collections.abc import Iterable
from typing import TypeGuard

from services.runtime.text import Text
from services.worker.engines.engine import Event, Piece


class Outlet:
    """A mailbox with one reader, on one event loop."""

    def __init__(self) -> None:
        self._events: deque[Event] = deque()
        self._failure: Exception | None = None
        self._filled = asyncio.Event()

    def put(self, events: Iterable[Event]) -> None:
        """Add events, in order."""
        self._events.extend(events)
        self._filled.set()

    def fail(self, failure: Exception) -> None:
        """Let the reader have `failure` once it has taken the events before it."""
        self._failure = failure
        self._filled.set()

    async def take(self) -> Event:
        """The next event, all pieces that wait as one; raises the failure after the last."""
        await self._filled.wait()
        if not self._events:
            raise self._failure or RuntimeError("an outlet without events cannot be filled")
        event = self._events.popleft()
        if isinstance(event, Piece):
            event = self._with_pieces_behind(event)
        if not self._events and self._failure is None:
            self._filled.clear()
        return event

    def _with_pieces_behind(self, first: Piece) -> Piece:
        pieces = [first]
        while self._events and _has_tokens(behind := self._events[0]):
            pieces.append(behind)
            self._events.popleft()
        return first if len(pieces) == 1 else joined(pieces)


def _has_tokens(event: Event) -> TypeGuard[Piece]:
    return isinstance(event, Piece) and bool(event.token_ids)


def joined(pieces: list[Piece]) -> Piece:
    """Successive pieces as one."""
    return Piece(
        Text("".join(piece.text.reveal for piece in pieces)),
        tuple(token for piece in pieces for token in piece.token_ids),
        pieces[0].position,
        tuple(score for piece in pieces for score in piece.scores),
    )
