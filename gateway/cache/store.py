"""Where answers are kept: what the two kinds of caches have in common.

Pure. An answer is its messages as they were sent, the first one first. A store
that fails has nothing: whoever asks cannot tell, and need not.
"""

from typing import Protocol, TypeAlias

Messages: TypeAlias = tuple[bytes, ...]


class Store(Protocol):
    """Kept answers by key."""

    @property
    def keeps_anything(self) -> bool:
        """Whether there is any room at all."""

    @property
    def size(self) -> int:
        """Bytes that the answers take which this gateway has put here and knows of."""

    def __len__(self) -> int:
        """How many those are."""

    async def get(self, key: bytes) -> Messages | None:
        """Return the answer kept under `key`; None: there is none, or none to be had in time."""

    def put(self, key: bytes, tenant: str, messages: Messages) -> None:
        """Keep a complete answer, soon, if it can be kept at all."""
