"""Which answers are kept, and which have to go.

Pure. The bytes of all together are bounded, and those of each tenant; what is
older than the TTL is gone; where room is needed the least recently used goes
first. A tenant that floods the cache pushes out its own once it holds its
share. Knows neither what an answer is nor how keys are made.
"""

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Generic, TypeVar

V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class _Entry(Generic[V]):
    tenant: str
    value: V = field(repr=False)  # somebody's words
    size: int
    expires_at: float


class _Held:
    """One tenant's keys, least recently used first, and their bytes."""

    def __init__(self) -> None:
        self.keys: OrderedDict[bytes, None] = OrderedDict()
        self.size = 0


class Book(Generic[V]):
    """Answers by key, or what stands for them.

    Args:
        limit: bytes of all together; 0 keeps nothing.
        share: the part of `limit` that one tenant may take.
        ttl: seconds for which an answer is kept.
    """

    def __init__(self, limit: int, share: float, ttl: float) -> None:
        self._limit = limit
        self._limit_per_tenant = int(limit * share)
        self._ttl = ttl
        self._entries: OrderedDict[bytes, _Entry[V]] = OrderedDict()  # oldest first
        self._used: OrderedDict[bytes, None] = OrderedDict()  # least recently used first
        self._held: dict[str, _Held] = {}
        self.size = 0

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def keeps_anything(self) -> bool:
        """Whether there is any room at all."""
        return self._limit > 0

    def held_by(self, tenant: str) -> int:
        """Bytes that a tenant's answers take."""
        held = self._held.get(tenant)
        return held.size if held is not None else 0

    def get(self, key: bytes, now: float) -> V | None:
        """Return what is kept under `key`; None: nothing is."""
        self._expire(now)
        entry = self._entries.get(key)
        if entry is None:
            return None
        self._used.move_to_end(key)
        self._held[entry.tenant].keys.move_to_end(key)
        return entry.value

    def put(
        self, key: bytes, tenant: str, value: V, size: int, now: float
    ) -> tuple[bytes, ...] | None:
        """Keep what takes `size` bytes.

        Returns the keys that had to go for it; None: it alone exceeds the
        tenant's share, and is not kept.
        """
        self._expire(now)
        self.drop(key)
        if size > self._limit_per_tenant:
            return None
        gone: list[bytes] = []
        while self.held_by(tenant) + size > self._limit_per_tenant:
            gone.append(self.drop(next(iter(self._held[tenant].keys))))
        while self.size + size > self._limit:
            gone.append(self.drop(next(iter(self._used))))
        held = self._held.setdefault(tenant, _Held())
        held.keys[key] = None
        held.size += size
        self.size += size
        self._used[key] = None
        self._entries[key] = _Entry(tenant, value, size, now + self._ttl)
        return tuple(gone)

    def drop(self, key: bytes) -> bytes:
        """Keep nothing under `key` any more; returns it."""
        entry = self._entries.pop(key, None)
        if entry is None:
            return key
        del self._used[key]
        self.size -= entry.size
        held = self._held[entry.tenant]
        del held.keys[key]
        held.size -= entry.size
        if not held.keys:
            del self._held[entry.tenant]
        return key

    def _expire(self, now: float) -> None:
        while self._entries:
            key, entry = next(iter(self._entries.items()))
            if now < entry.expires_at:
                return
            self.drop(key)

    def __repr__(self) -> str:
        tenants = ", ".join(f"{tenant}: {len(h.keys)}" for tenant, h in sorted(self._held.items()))
        return f"<Book {len(self)} answers, {self.size} of {self._limit} bytes ({tenants})>"
