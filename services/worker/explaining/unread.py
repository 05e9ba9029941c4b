"""An explanation's events until they are read: it goes on at its own pace.

Decides what is kept for a reader that is slower: everything but progress that later
progress of the same stage replaces. So an explanation that nobody reads ends when it is
computed, and its turn is another's; what is kept is no more than what it has to say.
"""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager

from services.runtime.lifecycle import Tasks
from services.worker.explaining.events import Event, Progress


class Unread:
    """Events of one explanation that have been made and not been read."""

    def __init__(self) -> None:
        self._kept: deque[Event] = deque()
        self._is_over = False
        self._error: Exception | None = None
        self._has_news = asyncio.Event()

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

    async def fill(self, events: AsyncGenerator[Event, None]) -> None:
        """Keep these events, to the last."""
        try:
            async with aclosing(events):
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


class Making(Tasks):
    """Makes explanations that are read at another pace. An async context manager that ends them."""

    @asynccontextmanager
    async def unread(self, events: AsyncGenerator[Event, None]) -> AsyncIterator[Unread]:
        """Have an explanation made while the block runs."""
        kept = Unread()
        task = self.start("explanation", kept.fill(events))
        try:
            yield kept
        finally:
            task.cancel()
            await asyncio.wait((task,))
