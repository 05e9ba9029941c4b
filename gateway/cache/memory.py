"""Answers kept in this process's memory.

Decides what an answer takes there; what goes when room is needed is the book's
to say. Knows no other gateway: a fleet of them shares nothing by it.
"""

from collections.abc import Callable

from gateway.cache.book import Book
from gateway.cache.store import Messages

# What Python takes beside the bytes themselves, measured: an entry with its places
# in the orders of use and what dicts hold spare while keys come and go, and each message.
_ENTRY_BYTES, _MESSAGE_BYTES = 700, 48


class MemoryCache:
    """A store. `clock` tells seconds that never go back."""

    def __init__(self, book: Book[Messages], clock: Callable[[], float]) -> None:
        self._book = book
        self._clock = clock

    def __len__(self) -> int:
        return len(self._book)

    @property
    def keeps_anything(self) -> bool:
        """Whether there is any room at all."""
        return self._book.keeps_anything

    @property
    def size(self) -> int:
        """Bytes that the answers take."""
        return self._book.size

    async def get(self, key: bytes) -> Messages | None:
        """Return the answer kept under `key`; None: there is none."""
        return self._book.get(key, self._clock())

    def put(self, key: bytes, tenant: str, messages: Messages) -> None:
        """Keep a complete answer, unless it alone exceeds the tenant's share."""
        self._book.put(key, tenant, messages, size_of(messages), self._clock())

    def __repr__(self) -> str:
        return f"<MemoryCache {self._book!r}>"


def size_of(messages: Messages) -> int:
    """Bytes that an answer takes, what Python needs to hold it included."""
    return _ENTRY_BYTES + sum(len(message) + _MESSAGE_BYTES for message in messages)
