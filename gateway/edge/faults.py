"""Faults in HTTP's words: status, OpenAI's error object, Retry-After.

Decides nothing new: the message and its limit are those that gRPC's callers get.
"""

import math
from typing import Any

import grpc

from gateway.edge.asking import renamed
from services.runtime.status import RpcFault

_STATUSES = {
    grpc.StatusCode.INVALID_ARGUMENT: 400,
    grpc.StatusCode.FAILED_PRECONDITION: 400,
    grpc.StatusCode.OUT_OF_RANGE: 400,
    grpc.StatusCode.UNAUTHENTICATED: 401,
    grpc.StatusCode.PERMISSION_DENIED: 403,
    grpc.StatusCode.NOT_FOUND: 404,
    grpc.StatusCode.ABORTED: 409,
    grpc.StatusCode.RESOURCE_EXHAUSTED: 429,
    grpc.StatusCode.CANCELLED: 499,
    grpc.StatusCode.UNIMPLEMENTED: 501,
    grpc.StatusCode.UNAVAILABLE: 503,
    grpc.StatusCode.DEADLINE_EXCEEDED: 504,
}
_KINDS = {
    400: "invalid_request_error",
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    429: "rate_limit_error",
}


def status_of(fault: RpcFault) -> int:
    """The HTTP status of a fault."""
    return _STATUSES.get(fault.code, 500)


def body_of(fault: RpcFault) -> dict[str, Any]:
    """OpenAI's error object."""
    message, param = fault.message, None
    if fault.violations:
        param = renamed(fault.violations[0].field)
        message = "; ".join(f"{renamed(v.field)}: {v.description}" for v in fault.violations[:3])
    kind = _KINDS.get(status_of(fault), "server_error")
    return {"error": {"message": message, "type": kind, "param": param, "code": fault.reason}}


def headers_of(fault: RpcFault) -> dict[str, str]:
    """Retry-After, and the same in milliseconds, where trying again helps."""
    if fault.retry_after is None:
        return {}
    return {
        "retry-after": str(max(1, math.ceil(fault.retry_after))),
        "retry-after-ms": str(math.ceil(fault.retry_after * 1e3)),
    }
