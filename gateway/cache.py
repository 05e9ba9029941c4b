"""Answers that are kept: complete streams, as they were sent.

Pure. Decides what is kept and what goes: the bytes of all together are bounded,
and those of each tenant; what is older than the TTL is gone; where room is
needed the least recently used goes first. A tenant that floods the cache pushes
out its own once it holds its share. Knows neither what the bytes mean nor how
keys are made.
"""

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TypeAlias

Messages: TypeAlias = tuple[bytes, ...]

# What Python takes beside the bytes themselves, measured: an entry with its places
# in the orders of use, and each message.
_ENTRY_BYTES, _MESSAGE_BYTES = 500, 48


@dataclass(frozen=True, slots=True)
class _Entry:
    tenant: str
    messages: Messages = field(repr=False)  # somebody's words
    size: int
    expires_at: float


class _Held:
    """One tenant's keys, least recently used first, and their bytes."""

    def __init__(self) -> None:
        self.keys: OrderedDict[bytes, None] = OrderedDict()
        self.size = 0


class Cache:
    """Kept answers by key.

    Args:
        limit: bytes of all together, what Python takes to hold them included; 0 keeps nothing.
        share: the part of `limit` that one tenant may take.
        ttl: seconds for which an answer is kept.
    """

    def __init__(self, limit: int, share: float, ttl: float) -> None:
        self._limit = limit
        self._limit_per_tenant = int(limit * share)
        self._ttl = ttl
        self._entries: OrderedDict[bytes, _Entry] = OrderedDict()  # oldest first
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

    def get(self, key: bytes, now: float) -> Messages | None:
        """Return the answer kept under `key`, the first message first; None: there is none."""
        self._expire(now)
        entry = self._entries.get(key)
        if entry is None:
            return None
        self._used.move_to_end(key)
        self._held[entry.tenant].keys.move_to_end(key)
        return entry.messages

    def put(self, key: bytes, tenant: str, messages: Messages, now: float) -> None:
        """Keep a complete answer, unless it alone exceeds the tenant's share."""
        self._expire(now)
        if key in self._entries:
            self._drop(key)
        size = size_of(messages)
        if size > self._limit_per_tenant:
            return
        while self.held_by(tenant) + size > self._limit_per_tenant:
            self._drop(next(iter(self._held[tenant].keys)))
        while self.size + size > self._limit:
            self._drop(next(iter(self._used)))
        held = self._held.setdefault(tenant, _Held())
        held.keys[key] = None
        held.size += size
        self.size += size
        self._used[key] = None
        self._entries[key] = _Entry(tenant, messages, size, now + self._ttl)

    def _expire(self, now: float) -> None:
        while self._entries:
            key, entry = next(iter(self._entries.items()))
            if now < entry.expires_at:
                return
            self._drop(key)

    def _drop(self, key: bytes) -> None:
        entry = self._entries.pop(key)
        del self._used[key]
        self.size -= entry.size
        held = self._held[entry.tenant]
        del held.keys[key]
        held.size -= entry.size
        if not held.keys:
            del self._held[entry.tenant]

    def __repr__(self) -> str:
        tenants = ", ".join(f"{tenant}: {len(h.keys)}" for tenant, h in sorted(self._held.items()))
        return f"<Cache {len(self)} answers, {self.size} of {self._limit} bytes ({tenants})>"


def size_of(messages: Messages) -> int:
    """Bytes that an answer takes in the cache."""
    return _ENTRY_BYTES + sum(len(message) + _MESSAGE_BYTES for message in messages)
