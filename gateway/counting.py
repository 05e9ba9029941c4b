"""How long texts are in a model's own tokens: asked from a worker that serves it.

Decides that one worker is asked, for a short time; who gets no answer has to make
do with an estimate. Knows neither tasks nor plans.
"""

import random
from collections.abc import Callable, Iterator, Sequence

import grpc
from evenflow.v1.worker_pb2 import CountTokensRequest
from evenflow.v1.worker_pb2_grpc import WorkerServiceStub

from gateway.fleet import Fleet
from gateway.relay.channels import Channels, Unreachable

# Seconds that counting may take; a MiB takes about half of one.
_PATIENCE = 3.0
# What a worker counts at once; see evenflow.v1.CountTokensRequest.
_TEXTS, _BYTES = 4096, 1 << 20


class Counting:
    """Asks workers. `rng` chooses among them."""

    def __init__(self, fleet: Callable[[], Fleet], channels: Channels, rng: random.Random) -> None:
        self._fleet = fleet
        self._channels = channels
        self._rng = rng

    async def count(self, texts: Sequence[str], revision: str) -> list[int] | None:
        """Count the tokens of each text; None: nobody could tell."""
        serving = [w for w in self._fleet().workers if w.is_ready and w.revision == revision]
        if not serving:
            return None
        worker = self._rng.choice(serving)
        counted: list[int] = []
        try:
            async with self._channels.use(worker.address) as channel:
                for some in _batches(texts):
                    request = CountTokensRequest(
                        model=worker.model, model_revision=revision, texts=some
                    )
                    stub = WorkerServiceStub(channel)
                    answer = await stub.CountTokens(request, timeout=_PATIENCE)
                    if answer.model_revision != revision:
                        return None
                    counted += answer.tokens
        except (grpc.aio.AioRpcError, Unreachable):
            return None
        return counted if len(counted) == len(texts) else None


def _batches(texts: Sequence[str]) -> Iterator[list[str]]:
    batch: list[str] = []
    size = 0
    for text in texts:
        length = len(text.encode())
        if batch and (len(batch) == _TEXTS or size + length > _BYTES):
            yield batch
            batch, size = [], 0
        batch.append(text)
        size += length
    yield batch
