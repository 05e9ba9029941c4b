"""What a gateway can do wrong on its stream, and the status it is told.

The one place where this room's errors become gRPC statuses.
"""

import grpc

from services.runtime.status import RpcFault, Violation


def no_gateway_id() -> RpcFault:
    """The first message of a Dispatch stream names no gateway."""
    text = "the first message must name the gateway"
    violations = (Violation("gateway_id", text),)
    return RpcFault(grpc.StatusCode.INVALID_ARGUMENT, "INVALID_FIELD", text, violations=violations)


def stands_by(active_address: str) -> RpcFault:
    """Another balancer is the active one, or none is."""
    known = {"address": active_address} if active_address else {}
    text = "this balancer stands by"
    return RpcFault(grpc.StatusCode.UNAVAILABLE, "STANDBY", text, metadata=known)


def bad_interval(least_ms: int, most_ms: int) -> RpcFault:
    """A WatchFleet asks for snapshots too often or too seldom."""
    text = f"must be 0, or {least_ms} to {most_ms}"
    violations = (Violation("interval_ms", text),)
    return RpcFault(
        grpc.StatusCode.INVALID_ARGUMENT,
        "INVALID_FIELD",
        f"interval_ms {text}",
        violations=violations,
    )
