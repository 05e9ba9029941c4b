"""Has one worker after another explain the same, and passes on what its caller has not heard.

Decides how a worker's status is read: as a kind of failure, as of any stream, or as
one that says that this worker cannot explain this, and another may.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TypeAlias

import grpc
from evenflow.v1.explanation_pb2 import ExplainResponse
from evenflow.v1.worker_pb2 import WorkerServiceExplainRequest
from evenflow.v1.worker_pb2_grpc import WorkerServiceStub

from gateway.errors import ExplainerBroke, WorkerBroke
from gateway.explanations.explainers import BUSY, LOST, Unable
from gateway.explanations.told import Differs, Told
from gateway.relay.channels import Channels, Unreachable
from gateway.relay.reference import failure_of
from gateway.runs.attempts import Failure, FailureKind
from services.runtime.status import RpcFault, read_fault

Deliver: TypeAlias = Callable[[ExplainResponse], Awaitable[None]]

_UNABLE = frozenset({BUSY, LOST, "NOT_EXPLAINABLE"})
_FAILED, _EMPTY = "EXPLAINER_FAILED", "EMPTY_ANSWER"


class Carrier:
    """Carries one explanation to its caller until `deadline`, by the event loop's clock."""

    def __init__(self, channels: Channels, deadline: float, deliver: Deliver) -> None:
        self._channels = channels
        self._deadline = deadline
        self._deliver = deliver
        self._clock = asyncio.get_running_loop().time
        self.told = Told()
        self.unable: list[Unable] = []

    async def carry(
        self,
        worker_id: str,
        address: str,
        request: WorkerServiceExplainRequest,
        heard: Callable[[ExplainResponse], None] = lambda response: None,
    ) -> Failure | None:
        """Have a worker explain; returns how it failed, None where the explanation is complete.

        However it ends, the worker's call ends with it. Each of its events goes to `heard`.

        Raises:
            ExplainerBroke: this cannot be computed, there or elsewhere.
            WorkerBroke: it explains something else than the caller has been told of.
            Garbled: what it says is no explanation.
        """
        self.told.given_to(worker_id)
        try:
            async with self._channels.use(address) as channel:
                left = max(0.0, self._deadline - self._clock())
                call = WorkerServiceStub(channel).Explain(request, timeout=left)
                try:
                    async for response in call:
                        heard(response)
                        if self.told.is_new(response):
                            await self._deliver(response)
                finally:
                    call.cancel()
            self.told.ended()
        except Differs:
            raise WorkerBroke(worker_id, self.told.attributions, is_lost=True) from None
        except grpc.aio.AioRpcError as error:
            # Behind the last event nothing changes any more.
            return None if self.told.is_finished else self._failure(read_fault(error), worker_id)
        except Unreachable:
            return Failure(FailureKind.UNREACHABLE, worker_id)
        return None

    def _failure(self, fault: RpcFault, worker_id: str) -> Failure:
        if fault.reason == _FAILED:
            raise ExplainerBroke(worker_id)
        failure = failure_of(fault, worker_id)
        # UNIMPLEMENTED: a worker of an earlier version.
        if fault.reason in _UNABLE or fault.code is grpc.StatusCode.UNIMPLEMENTED:
            unable = Unable(worker_id, fault.reason, fault.message, fault.retry_after)
            self.unable.append(unable)
            return replace(failure, kind=FailureKind.UNABLE)
        if fault.reason == _EMPTY:
            return replace(failure, kind=FailureKind.DISALLOWED)
        return failure
