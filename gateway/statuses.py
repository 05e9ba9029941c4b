"""How this room's errors show on the wire: the one place where they meet gRPC."""

import grpc

from gateway.errors import (
    ClassifierBroke,
    Disallowed,
    ExplainerBroke,
    Garbled,
    GatewayError,
    InvalidTask,
    PartFailed,
    Poisonous,
    Refusal,
    Refused,
    WorkerBroke,
)
from services.runtime.status import RpcFault, Violation

_CODES = {
    Refusal.TOO_MANY_REQUESTS: grpc.StatusCode.RESOURCE_EXHAUSTED,
    Refusal.QUEUE_FULL: grpc.StatusCode.RESOURCE_EXHAUSTED,
    Refusal.DEADLINE: grpc.StatusCode.DEADLINE_EXCEEDED,
    Refusal.UNKNOWN_MODEL: grpc.StatusCode.NOT_FOUND,
    Refusal.NO_WORKERS: grpc.StatusCode.UNAVAILABLE,
    Refusal.TOO_LARGE: grpc.StatusCode.INVALID_ARGUMENT,
    Refusal.NO_BALANCER: grpc.StatusCode.UNAVAILABLE,
    Refusal.DRAINING: grpc.StatusCode.UNAVAILABLE,
    Refusal.REQUESTS_PER_MINUTE: grpc.StatusCode.RESOURCE_EXHAUSTED,
    Refusal.TOKENS_PER_MINUTE: grpc.StatusCode.RESOURCE_EXHAUSTED,
    Refusal.NO_KEY: grpc.StatusCode.UNAUTHENTICATED,
    Refusal.UNKNOWN_KEY: grpc.StatusCode.UNAUTHENTICATED,
    Refusal.OTHER_TENANT: grpc.StatusCode.PERMISSION_DENIED,
    Refusal.MODEL_NOT_ALLOWED: grpc.StatusCode.PERMISSION_DENIED,
    Refusal.PRIORITY_NOT_ALLOWED: grpc.StatusCode.PERMISSION_DENIED,
    Refusal.UNKNOWN_CLASSIFIER: grpc.StatusCode.NOT_FOUND,
    Refusal.NO_CLASSIFIER: grpc.StatusCode.UNAVAILABLE,
    Refusal.CLASSIFIER_BUSY: grpc.StatusCode.RESOURCE_EXHAUSTED,
    Refusal.EXPLAINER_BUSY: grpc.StatusCode.RESOURCE_EXHAUSTED,
    Refusal.EXPLAINER_LOST: grpc.StatusCode.UNAVAILABLE,
    Refusal.NOT_EXPLAINABLE: grpc.StatusCode.FAILED_PRECONDITION,
}
# Seconds, where the balancer knows no better.
_COME_BACK = {
    Refusal.QUEUE_FULL: 1.0,
    Refusal.NO_WORKERS: 1.0,
    Refusal.DRAINING: 1.0,
    Refusal.NO_CLASSIFIER: 1.0,
    Refusal.CLASSIFIER_BUSY: 0.1,
    Refusal.EXPLAINER_BUSY: 10.0,
    Refusal.EXPLAINER_LOST: 1.0,
}


def fault_of(error: GatewayError) -> RpcFault:
    """Render an error as the fault that the caller sees."""
    message = str(error)
    match error:
        case InvalidTask(reason=reason, faults=faults):
            code = grpc.StatusCode.INVALID_ARGUMENT
            violations = [Violation(fault.field, fault.description) for fault in faults]
            return RpcFault(code, reason, message, violations=violations)
        case Refused(refusal=refusal, retry_after=retry_after, quota=quota):
            wait = _COME_BACK.get(refusal) if retry_after is None else retry_after
            quotas = [Violation(f"{quota.tenant}/{quota.limit}", message)] if quota else []
            return RpcFault(
                _CODES[refusal], refusal.value, message, retry_after=wait, quotas=quotas
            )
        case Disallowed(reason=reason, faults=faults):
            violations = [Violation(fault.field, fault.description) for fault in faults]
            code = grpc.StatusCode[error.code]
            metadata = dict(error.metadata)
            return RpcFault(
                code, reason or "INVALID_FIELD", message, violations=violations, metadata=metadata
            )
        case WorkerBroke(worker_id=worker_id, position=position):
            metadata = {"worker_id": worker_id, "position": str(position)}
            if error.is_lost:
                code, reason = grpc.StatusCode.UNAVAILABLE, "WORKER_LOST"
                return RpcFault(code, reason, message, retry_after=0.1, metadata=metadata)
            code, reason = grpc.StatusCode.INTERNAL, "ENGINE_FAILED"
            return RpcFault(code, reason, message, metadata=metadata)
        case ClassifierBroke() | ExplainerBroke():
            code, metadata = grpc.StatusCode.INTERNAL, {"worker_id": error.worker_id}
            return RpcFault(code, error.reason, message, metadata=metadata)
        case PartFailed(cause=cause):
            fault = fault_of(cause)
            return RpcFault(
                fault.code,
                fault.reason,
                message,
                retry_after=fault.retry_after,
                violations=fault.violations,
                quotas=fault.quotas,
                metadata={
                    **fault.metadata,
                    "part": str(error.part + 1),
                    "parts": str(error.parts),
                    "level": str(error.level),
                },
            )
        case Poisonous(worker_ids=worker_ids):
            metadata = {"worker_ids": ",".join(worker_ids)}
            return RpcFault(grpc.StatusCode.INTERNAL, "POISON", message, metadata=metadata)
        case Garbled(worker_id=worker_id, position=position):
            metadata = {"worker_id": worker_id, "position": str(position)}
            return RpcFault(grpc.StatusCode.INTERNAL, "MALFORMED", message, metadata=metadata)
        case _:
            raise TypeError(f"{type(error).__name__} has no status")
