"""An explanation's events until they are read: it goes on at its own pace.

Decides what is kept for a reader that is slower: everything but progress that later
progress of the same stage replaces. So an explanation that nobody reads ends when it is
computed, and its turn is another's; what is kept is no more than what it has to say.
"""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from types import TracebackType
from typing import Self

from services.worker.explaining.events import Event, Progress


class Unread:
    """The events of one explanation, which is made while the block runs."""

    def __init__(self, events: AsyncGenerator[Event, None]) -> None:
        self._events = events
        self._kept: deque[Event] = deque()
        self._is_over = False
        self._error: Exception | None = None
        self._has_news = asyncio.Event()

    async def __aenter__(self) -> Self:
        self._making = asyncio.create_task(self._make(), name="explanation")
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._making.cancel()
        await asyncio.wait((self._making,))

    async def __aiter__(self) -> AsyncIterator[Event]:
        """Yield what has not been read; raises what the explanation ended with."""
        while self._kept or not self._is_over:
            if self._kept:
                yield self._kept.popleft()
            else:
                self._has_news.clear()
                await self._has_news.wait()
        if self._error is not None:
            raise self._error

    async def _make(self) -> None:
        try:
            async with aclosing(self._events) as events:
                async for event in events:
                    self._keep(event)
        except Exception as error:  # whatever it is, the reader's to handle
            self._error = error
        finally:
            self._is_over = True
            self._has_news.set()

    def _keep(self, event: Event) -> None:
        last = self._kept[-1] if self._kept else None
        if isinstance(event, Progress) and isinstance(last, Progress) and last.stage is event.stage:
            self._kept.pop()
        self._kept.append(event)
        self._has_news.set()
