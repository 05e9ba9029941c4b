"""Carries one worker's explanation, event by event.

Decides how a worker's status is read: as a kind of failure, as of any stream, or as
one that says that this worker cannot explain this, and another may.
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TypeAlias

import grpc
from evenflow.v1.explanation_pb2 import ExplainResponse
from evenflow.v1.worker_pb2 import WorkerServiceExplainRequest
from evenflow.v1.worker_pb2_grpc import WorkerServiceStub

from gateway.errors import ExplainerBroke
from gateway.explanations.explainers import BUSY, LOST, Unable
from gateway.relay.channels import Channels, Unreachable
from gateway.relay.reference import failure_of
from gateway.runs.attempts import Failure, FailureKind
from services.runtime.status import RpcFault, read_fault

Deliver: TypeAlias = Callable[[ExplainResponse], Awaitable[None]]

_UNABLE = frozenset({BUSY, LOST, "NOT_EXPLAINABLE"})
_FAILED, _EMPTY = "EXPLAINER_FAILED", "EMPTY_ANSWER"


class NotCarried(Exception):
    """The worker's stream ended otherwise than well."""

    def __init__(self, failure: Failure, unable: Unable | None = None) -> None:
        super().__init__(f"{failure.worker_id}: {failure.kind.value}")
        self.failure = failure
        self.unable = unable


async def carry(
    channels: Channels,
    worker_id: str,
    address: str,
    request: WorkerServiceExplainRequest,
    timeout: float,
    deliver: Deliver,
) -> None:
    """Have a worker explain, within `timeout` seconds; each event goes to `deliver`.

    However it ends, the worker's call ends with it.

    Raises:
        NotCarried: the stream ended otherwise than well.
        ExplainerBroke: this cannot be computed, there or elsewhere.
    """
    try:
        async with channels.use(address) as channel:
            call = WorkerServiceStub(channel).Explain(request, timeout=timeout)
            try:
                async for response in call:
                    await deliver(response)
            finally:
                call.cancel()
    except grpc.aio.AioRpcError as error:
        raise _read(read_fault(error), worker_id) from None
    except Unreachable:
        raise NotCarried(Failure(FailureKind.UNREACHABLE, worker_id)) from None


def _read(fault: RpcFault, worker_id: str) -> NotCarried | ExplainerBroke:
    if fault.reason == _FAILED:
        return ExplainerBroke(worker_id)
    failure = failure_of(fault, worker_id)
    # UNIMPLEMENTED: a worker of an earlier version.
    if fault.reason in _UNABLE or fault.code is grpc.StatusCode.UNIMPLEMENTED:
        unable = Unable(worker_id, fault.reason, fault.message, fault.retry_after)
        return NotCarried(replace(failure, kind=FailureKind.UNABLE), unable)
    if fault.reason == _EMPTY:
        return NotCarried(replace(failure, kind=FailureKind.DISALLOWED))
    return NotCarried(failure)
