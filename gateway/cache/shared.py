"""Answers kept in a Redis, for all gateways of a fleet.

Decides what is asked of it and for how long: one that is slow, fails or holds
what nobody of ours has sealed costs a request `patience` at most, and then is
left alone for a while (`caution.py`). Answers are written behind the request,
one after the other. The book knows what this gateway has put there; what all
have put there together is bounded by Redis' own `maxmemory`.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
from evenflow.v1.generation_pb2 import GenerateResponse
from google.protobuf.message import DecodeError
from redis.asyncio import Redis

from gateway.cache.book import Book
from gateway.cache.caution import Caution
from gateway.cache.sealing import Seals, size_of
from gateway.cache.store import Messages
from gateway.metrics import GatewayMetrics
from services.runtime.lifecycle import background

log = structlog.get_logger(__name__)

# Bytes of the longest answer kept; as many as single flight holds of one.
LONGEST_ANSWER = (1 << 20) + (1 << 18)
# Bytes of answers that wait to be written.
_MOST_WAITING = 16 << 20


class SharedCache:
    """A store, while `writing` runs.

    Args:
        redis: the client, with no retries and no timeouts of its own.
        seals: makes names and contents.
        book: what this gateway has put there, by key.
        ttl: seconds for which an answer is kept.
        patience: seconds that an answer from Redis is waited for.
        metrics: counts what comes of it.
    """

    def __init__(
        self,
        redis: Redis,
        seals: Seals,
        book: Book[None],
        ttl: float,
        patience: float,
        metrics: GatewayMetrics,
    ) -> None:
        self._redis = redis
        self._seals = seals
        self._book = book
        self._ttl_ms = max(1, round(ttl * 1e3))
        self._patience = patience
        self._asked, self._put = metrics.cache_asked, metrics.cache_put
        self._clock = asyncio.get_running_loop().time
        self._reads, self._writes = Caution(), Caution()
        self._waiting: dict[bytes, tuple[str, Messages]] = {}
        self._waiting_bytes = 0
        self._is_work = asyncio.Event()

    def __len__(self) -> int:
        return len(self._book)

    @property
    def keeps_anything(self) -> bool:
        """Whether there is any room at all."""
        return self._book.keeps_anything

    @property
    def size(self) -> int:
        """Bytes of the answers that this gateway has put there."""
        return self._book.size

    async def get(self, key: bytes) -> Messages | None:
        """Return the answer kept under `key`; None: there is none, or none to be had in time."""
        if key in self._waiting:
            self._asked.labels("hit").inc()
            return self._waiting[key][1]
        asked_at = self._clock()
        if not self._reads.may_ask(asked_at):
            self._asked.labels("paused").inc()
            return None
        try:
            async with asyncio.timeout(self._patience):
                # No more than could be an answer, whatever lies there.
                value = await self._redis.getrange(self._seals.name(key), 0, LONGEST_ANSWER)
        except Exception as error:  # whatever a broken server makes a client raise is a miss
            self._asked.labels(_kind(error)).inc()
            if self._reads.failed(asked_at, self._clock()):
                log.warning("cache unusable", reason=type(error).__name__)
            return None
        if self._reads.answered():
            log.info("cache usable again")
        messages = self._opened(key, value)
        if messages is not None:
            self._book.get(key, self._clock())  # is used
        return messages

    def put(self, key: bytes, tenant: str, messages: Messages) -> None:
        """Keep a complete answer, soon, if it can be kept at all."""
        size = size_of(messages)
        if size > LONGEST_ANSWER or self._waiting_bytes + size > _MOST_WAITING:
            self._put.labels("too_much").inc()
        elif not self._writes.may_ask(self._clock()):
            self._put.labels("paused").inc()
        elif key not in self._waiting:
            self._waiting[key] = (tenant, messages)
            self._waiting_bytes += size
            self._is_work.set()

    @asynccontextmanager
    async def writing(self) -> AsyncIterator["SharedCache"]:
        """Write what is put, until the block ends."""
        async with background("shared-cache", self._write_all()):
            yield self

    def _opened(self, key: bytes, value: object) -> Messages | None:
        messages = self._seals.opened(key, value) if isinstance(value, bytes) else None
        if messages is not None and not _is_whole(messages):
            messages = None
        outcome = "miss" if not value else "garbled" if messages is None else "hit"
        self._asked.labels(outcome).inc()
        return messages

    async def _write_all(self) -> None:
        while True:
            await self._is_work.wait()
            self._is_work.clear()
            while self._waiting:
                key, (tenant, messages) = next(iter(self._waiting.items()))
                await self._write(key, tenant, messages)
                del self._waiting[key]
                self._waiting_bytes -= size_of(messages)

    async def _write(self, key: bytes, tenant: str, messages: Messages) -> None:
        asked_at = self._clock()
        gone = self._book.put(key, tenant, None, size_of(messages), asked_at)
        if gone is None:
            self._put.labels("too_much").inc()
            return
        try:
            async with asyncio.timeout(self._patience), self._redis.pipeline(False) as pipeline:
                if gone:
                    pipeline.delete(*map(self._seals.name, gone))
                sealed = self._seals.sealed(key, messages)
                pipeline.set(self._seals.name(key), sealed, px=self._ttl_ms)
                await pipeline.execute()
        except Exception as error:  # as above
            self._book.drop(key)
            self._put.labels(_kind(error)).inc()
            if self._writes.failed(asked_at, self._clock()):
                log.warning("cache takes nothing", reason=type(error).__name__)
            return
        self._put.labels("put").inc()
        if self._writes.answered():
            log.info("cache takes answers again")

    def __repr__(self) -> str:
        return f"<SharedCache {self._book!r}, {len(self._waiting)} waiting, read {self._reads!r}>"


def _kind(error: Exception) -> str:
    return "timed_out" if isinstance(error, TimeoutError) else "failed"


def _is_whole(messages: Messages) -> bool:
    """Whether an answer begins and ends as answers do."""
    if len(messages) < 2:
        return False
    try:
        first, last = (GenerateResponse.FromString(messages[at]) for at in (0, -1))
    except DecodeError:
        return False
    return first.HasField("started") and last.HasField("finished")
