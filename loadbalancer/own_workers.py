"""The part of the workers that this balancer's shard owns, as a Resolver shows them."""

from collections.abc import AsyncGenerator
from contextlib import aclosing

import structlog

from loadbalancer.shards import LEAST_WORKERS, owner
from services.discovery.endpoint import WORKER, Endpoint, Resolver

log = structlog.get_logger(__name__)


class OwnWorkers:
    """A Resolver that shows, of the workers that another one knows, those of one shard."""

    def __init__(self, resolver: Resolver, shard: int, shards: int) -> None:
        self._resolver = resolver
        self._shard = shard
        self._shards = shards

    async def watch(self, service: str) -> AsyncGenerator[tuple[Endpoint, ...], None]:
        """Yield the shard's workers and each change to them (see `Resolver`)."""
        told: tuple[Endpoint, ...] | None = None
        async with aclosing(self._resolver.watch(service)) as snapshots:
            async for everybody in snapshots:
                mine = everybody
                if service == WORKER:
                    mine = tuple(e for e in everybody if owner(e.id, self._shards) == self._shard)
                if mine != told:
                    told = mine
                    if len(mine) < LEAST_WORKERS:
                        log.info("a small shard", workers=len(mine), least=LEAST_WORKERS)
                    yield mine
