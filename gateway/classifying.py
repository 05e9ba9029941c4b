"""Classifies texts on whichever worker serves the classifier.

Decides whom to ask: of the ready workers that serve it, the one with the fewest
texts of this gateway's in hand, and another where that one is gone, leaving or
full. Needs no ticket: a worker answers within milliseconds, beside its model
and without a slot of it, so there is nothing to wait for that a queue could
order. Knows no tenants and no tasks.
"""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

import grpc
from evenflow.v1 import classification_pb2
from evenflow.v1.worker_pb2_grpc import WorkerServiceStub

from gateway.errors import ClassifierBroke, Refusal, Refused
from gateway.fleet import Fleet, WorkerView
from gateway.relay.channels import Channels, Unreachable
from services.runtime.status import RpcFault, read_fault
from services.runtime.text import Text

# Seconds that a worker may take while there is another to ask.
_PATIENCE = 2.0
_ELSEWHERE = frozenset(
    {
        grpc.StatusCode.UNAVAILABLE,
        grpc.StatusCode.CANCELLED,  # by the worker: this call was not cancelled here
        grpc.StatusCode.NOT_FOUND,  # it serves another by now
        grpc.StatusCode.RESOURCE_EXHAUSTED,
        grpc.StatusCode.DEADLINE_EXCEEDED,
    }
)


class Classifying:
    """Asks workers. `rng` parts those that are alike."""

    def __init__(self, fleet: Callable[[], Fleet], channels: Channels, rng: random.Random) -> None:
        self._fleet = fleet
        self._channels = channels
        self._rng = rng
        self._in_hand: Counter[str] = Counter()
        self._clock = asyncio.get_running_loop().time

    async def ask(
        self, name: str, texts: Sequence[Text], request_id: str, deadline: float
    ) -> classification_pb2.ClassifyResponse:
        """Classify texts, until `deadline` by the event loop's clock at most.

        Raises:
            Refused: no worker serves it, can be reached, has room, or answers in time.
            ClassifierBroke: the classifier fails at these texts.
        """
        request = classification_pb2.ClassifyRequest(
            model=name, texts=[text.reveal for text in texts], request_id=request_id
        )
        workers = in_order(self._fleet(), name, self._in_hand, self._rng)
        failed: list[RpcFault] = []
        for place, worker in enumerate(workers, 1):
            left = deadline - self._clock()
            if left <= 0:
                break
            time = left if place == len(workers) else min(left, _PATIENCE)
            try:
                async with self._counted(worker, len(texts)):
                    return await self._call(worker, request, time)
            except RpcFault as fault:
                if fault.code not in _ELSEWHERE:
                    raise ClassifierBroke(name, worker.worker_id) from None
                failed.append(fault)
        raise self._refusal(name, failed, deadline)

    async def _call(
        self, worker: WorkerView, request: classification_pb2.ClassifyRequest, time: float
    ) -> classification_pb2.ClassifyResponse:
        try:
            async with self._channels.use(worker.address) as channel:
                return await WorkerServiceStub(channel).Classify(request, timeout=time)
        except grpc.aio.AioRpcError as error:
            raise read_fault(error) from None
        except Unreachable:
            raise RpcFault(grpc.StatusCode.UNAVAILABLE, "", "unreachable") from None

    @asynccontextmanager
    async def _counted(self, worker: WorkerView, texts: int) -> AsyncIterator[None]:
        self._in_hand[worker.worker_id] += texts
        try:
            yield
        finally:
            self._in_hand[worker.worker_id] -= texts
            if not self._in_hand[worker.worker_id]:
                del self._in_hand[worker.worker_id]

    def _refusal(self, name: str, failed: Sequence[RpcFault], deadline: float) -> Refused:
        """What it comes to that nobody answered; who is merely full is told first."""
        if self._clock() >= deadline:
            return Refused(Refusal.DEADLINE, "the deadline passed before the texts were classified")
        if not failed:
            message = f"no worker serves the classifier {name!r}"
            return Refused(Refusal.UNKNOWN_CLASSIFIER, message)
        full = [f for f in failed if f.code is grpc.StatusCode.RESOURCE_EXHAUSTED]
        if full:
            wait = min((f.retry_after for f in full if f.retry_after is not None), default=None)
            message = f"every worker that serves the classifier {name!r} has all it takes"
            return Refused(Refusal.CLASSIFIER_BUSY, message, wait)
        message = f"no worker that serves the classifier {name!r} can be reached"
        return Refused(Refusal.NO_CLASSIFIER, message)


def in_order(
    fleet: Fleet, name: str, in_hand: Counter[str], rng: random.Random
) -> list[WorkerView]:
    """The workers that serve a classifier, the one to ask first at the front."""
    serving = [worker for worker in fleet.workers if worker.serves_classifier(name)]
    return sorted(serving, key=lambda worker: (in_hand[worker.worker_id], rng.random()))
