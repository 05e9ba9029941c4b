"""The reference relay: one grpc.aio call a stream.

Decides how a worker's status is read as a kind of failure. Clear before fast.
"""

import grpc
from evenflow.v1.worker_pb2_grpc import WorkerServiceStub

from gateway import wire
from gateway.errors import FieldFault
from gateway.relay.channels import Channels, Unreachable
from gateway.relay.relay import AttemptFailed, Deliver
from gateway.runs.attempts import Failure, FailureKind
from gateway.tasks.plan import Step
from gateway.tickets import Grant
from services.runtime.status import RpcFault, read_fault

_KINDS = {
    grpc.StatusCode.INVALID_ARGUMENT: FailureKind.DISALLOWED,
    grpc.StatusCode.OUT_OF_RANGE: FailureKind.DISALLOWED,
    grpc.StatusCode.DEADLINE_EXCEEDED: FailureKind.DEADLINE,
    grpc.StatusCode.UNAVAILABLE: FailureKind.LOST,
    grpc.StatusCode.CANCELLED: FailureKind.LOST,  # by the worker: this call was not cancelled here
    grpc.StatusCode.NOT_FOUND: FailureKind.LEAVING,
}
_KINDS_BY_REASON = {
    "NO_SLOT": FailureKind.BUSY,
    "STALE_EPOCH": FailureKind.BUSY,
    "OTHER_REVISION": FailureKind.LEAVING,
    "DRAINING": FailureKind.LEAVING,
}


class ReferenceRelay:
    """A Relay over grpc.aio."""

    def __init__(self, channels: Channels) -> None:
        self._channels = channels

    async def carry(
        self, grant: Grant, request_id: str, step: Step, timeout: float, deliver: Deliver
    ) -> None:
        """Run `step` on the granted worker and deliver each message; see Relay."""
        request = wire.execute_request(grant, request_id, step)
        try:
            async with self._channels.use(grant.address) as channel:
                call = WorkerServiceStub(channel).Execute(request, timeout=timeout)
                try:
                    async for message in call:
                        await deliver(message)
                finally:
                    # grpcio no longer cancels a call that is merely left behind.
                    call.cancel()
        except grpc.aio.AioRpcError as error:
            raise AttemptFailed(failure_of(read_fault(error), grant.worker_id)) from None
        except Unreachable:
            failure = Failure(FailureKind.UNREACHABLE, grant.worker_id)
            raise AttemptFailed(failure) from None


def failure_of(fault: RpcFault, worker_id: str) -> Failure:
    """Read a worker's status."""
    kind = _KINDS_BY_REASON.get(fault.reason) or _KINDS.get(fault.code, FailureKind.FAILED)
    return Failure(
        kind=kind,
        worker_id=worker_id,
        code=fault.code.name,
        reason=fault.reason,
        message=fault.message,
        faults=tuple(FieldFault(v.field, v.description) for v in fault.violations),
        metadata=tuple(fault.metadata.items()),
    )
