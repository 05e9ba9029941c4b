"""Errors on the wire: a gRPC status with google.rpc details.

Decides how a fault becomes a rich status and how a client reads one back. A
fault's message never holds prompt or answer text; whoever raises it sees to
that.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import grpc
from google.protobuf import any_pb2, duration_pb2, message
from google.rpc import error_details_pb2, status_pb2
from grpc_status import rpc_status

DOMAIN = "evenflow"


@dataclass(frozen=True, slots=True)
class Violation:
    """A request's field or a quota's subject that is violated, and how."""

    field: str
    description: str


class RpcFault(Exception):
    """A call that fails with a status. `reason` is for programs, `message` for people.

    `retry_after` is in seconds; None: trying again does not help. `metadata`
    goes into ErrorInfo.
    """

    def __init__(
        self,
        code: grpc.StatusCode,
        reason: str,
        message: str,
        *,
        retry_after: float | None = None,
        violations: Sequence[Violation] = (),
        quotas: Sequence[Violation] = (),
        metadata: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.reason = reason
        self.message = message
        self.retry_after = retry_after
        self.violations = tuple(violations)
        self.quotas = tuple(quotas)
        self.metadata = dict(metadata or {})

    def __repr__(self) -> str:
        return f"<RpcFault {self.code.name} {self.reason}: {self.message}>"


def to_status(fault: RpcFault) -> grpc.Status:
    """Render a fault as a status with ErrorInfo, BadRequest, QuotaFailure, RetryInfo."""
    details: list[message.Message] = [
        error_details_pb2.ErrorInfo(reason=fault.reason, domain=DOMAIN, metadata=fault.metadata)
    ]
    if fault.violations:
        bad = error_details_pb2.BadRequest()
        for violation in fault.violations:
            bad.field_violations.add(field=violation.field, description=violation.description)
        details.append(bad)
    if fault.quotas:
        exceeded = error_details_pb2.QuotaFailure()
        for quota in fault.quotas:
            exceeded.violations.add(subject=quota.field, description=quota.description)
        details.append(exceeded)
    if fault.retry_after is not None:
        delay = duration_pb2.Duration()
        delay.FromNanoseconds(int(fault.retry_after * 1e9))
        details.append(error_details_pb2.RetryInfo(retry_delay=delay))
    packed = []
    for detail in details:
        wrapped = any_pb2.Any()
        wrapped.Pack(detail)
        packed.append(wrapped)
    status = status_pb2.Status(code=fault.code.value[0], message=fault.message, details=packed)
    rendered: grpc.Status = rpc_status.to_status(status)
    return rendered


def read_fault(error: grpc.aio.AioRpcError) -> RpcFault:
    """Read the fault behind a failed call; `reason` is "" where no details came."""
    violations: list[Violation] = []
    quotas: list[Violation] = []
    reason, metadata, retry_after = "", {}, None
    try:
        # An aio error has a Call's three methods, which is all that is asked of it.
        status = rpc_status.from_call(error)  # type: ignore[arg-type]
    except ValueError:  # details that disagree with the status: a peer that is not ours
        status = None
    for detail in status.details if status else ():
        info, bad, quota, retry = (
            error_details_pb2.ErrorInfo(),
            error_details_pb2.BadRequest(),
            error_details_pb2.QuotaFailure(),
            error_details_pb2.RetryInfo(),
        )
        if detail.Unpack(info):
            reason, metadata = info.reason, dict(info.metadata)
        elif detail.Unpack(bad):
            violations += [Violation(v.field, v.description) for v in bad.field_violations]
        elif detail.Unpack(quota):
            quotas += [Violation(v.subject, v.description) for v in quota.violations]
        elif detail.Unpack(retry):
            retry_after = retry.retry_delay.ToNanoseconds() / 1e9
    return RpcFault(
        error.code(),
        reason,
        error.details() or "",
        retry_after=retry_after,
        violations=violations,
        quotas=quotas,
        metadata=metadata,
    )
