"""Opens the cache that the settings name.

Decides what a shared one is told: the fleet's secret, TLS as on every other
hop. Redis' client is imported where it is asked for alone: it is an extra.
"""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import structlog

from gateway.cache.address import OFF, RedisAddress, read_address
from gateway.cache.book import Book
from gateway.cache.memory import MemoryCache
from gateway.cache.sealing import NONCE_BYTES, Seals
from gateway.cache.store import Messages, Store
from gateway.metrics import GatewayMetrics
from gateway.settings import GatewaySettings
from services.runtime.lifecycle import StartFailed

log = structlog.get_logger(__name__)

_CONNECTIONS = 32


@asynccontextmanager
async def open_cache(settings: GatewaySettings, metrics: GatewayMetrics) -> AsyncIterator[Store]:
    """Open it; a Redis that does not answer is no reason not to start.

    Raises:
        StartFailed: Redis is asked for, and its client is not installed.
    """
    limit = 0 if settings.cache == OFF else settings.cache_bytes
    address = read_address(settings.cache)
    if address is None or not limit:
        book: Book[Messages] = Book(limit, settings.cache_share, settings.cache_ttl_seconds)
        yield MemoryCache(book, asyncio.get_running_loop().time)
        return
    async with _shared(address, settings, metrics) as store:
        log.info("cache is shared", address=str(address))
        yield store


@asynccontextmanager
async def _shared(
    address: RedisAddress, settings: GatewaySettings, metrics: GatewayMetrics
) -> AsyncIterator[Store]:
    try:
        from redis import asyncio as redis
        from redis.asyncio.retry import Retry
        from redis.backoff import NoBackoff

        from gateway.cache.shared import SharedCache
    except ModuleNotFoundError:
        message = 'cache: a Redis needs the extra "redis": pip install "evenflow-server[redis]"'
        raise StartFailed(message) from None
    pool = redis.BlockingConnectionPool(
        connection_class=redis.SSLConnection if address.is_tls else redis.Connection,
        host=address.host,
        port=address.port,
        db=address.database,
        username=address.username,
        password=address.password,
        protocol=2,
        max_connections=_CONNECTIONS,
        timeout=None,  # whoever asks has one of its own
        socket_timeout=None,
        socket_connect_timeout=None,
        retry=Retry(NoBackoff(), 0),
        **(_tls(settings) if address.is_tls else {}),
    )
    async with redis.Redis.from_pool(pool) as client:
        cache = SharedCache(
            client,
            Seals(settings.cache_secret, lambda: os.urandom(NONCE_BYTES)),
            Book(settings.cache_bytes, settings.cache_share, settings.cache_ttl_seconds),
            settings.cache_ttl_seconds,
            settings.cache_timeout_seconds,
            metrics,
        )
        async with cache.writing():
            yield cache


def _tls(settings: GatewaySettings) -> dict[str, Any]:
    trusted = settings.cache_ca or settings.tls_ca
    return {
        "ssl_cert_reqs": "required",
        "ssl_check_hostname": True,
        "ssl_ca_certs": None if trusted is None else str(trusted),
        "ssl_certfile": None if settings.tls_cert is None else str(settings.tls_cert),
        "ssl_keyfile": None if settings.tls_key is None else str(settings.tls_key),
    }
