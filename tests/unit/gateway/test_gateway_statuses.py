import grpc
import pytest

from gateway.errors import (
    Disallowed,
    FieldFault,
    Garbled,
    GatewayError,
    InvalidTask,
    Poisonous,
    Refusal,
    Refused,
    WorkerBroke,
)
from gateway.relay.reference import failure_of
from gateway.statuses import fault_of
from services.runtime.status import RpcFault, Violation

C = grpc.StatusCode
FAULT = FieldFault("a", "wrong")


@pytest.mark.parametrize(
    ("error", "code", "reason", "retry_after"),
    [
        (InvalidTask("NO_TASK", [FAULT]), C.INVALID_ARGUMENT, "NO_TASK", None),
        (Refused(Refusal.QUEUE_FULL, "full", 2.5), C.RESOURCE_EXHAUSTED, "QUEUE_FULL", 2.5),
        (Refused(Refusal.QUEUE_FULL, "full"), C.RESOURCE_EXHAUSTED, "QUEUE_FULL", 1.0),
        (Refused(Refusal.DEADLINE, "late"), C.DEADLINE_EXCEEDED, "DEADLINE", None),
        (Refused(Refusal.UNKNOWN_MODEL, "?"), C.NOT_FOUND, "UNKNOWN_MODEL", None),
        (Refused(Refusal.NO_WORKERS, "none", 1), C.UNAVAILABLE, "NO_WORKERS", 1),
        (Refused(Refusal.NO_BALANCER, "none", 1), C.UNAVAILABLE, "NO_BALANCER", 1),
        (Refused(Refusal.TOO_LARGE, "large"), C.INVALID_ARGUMENT, "PROMPT_TOO_LONG", None),
        (
            Disallowed("INVALID_ARGUMENT", "PROMPT_TOO_LONG", "long", [FAULT]),
            C.INVALID_ARGUMENT,
            "PROMPT_TOO_LONG",
            None,
        ),
        (WorkerBroke("w1", 3, is_lost=True), C.UNAVAILABLE, "WORKER_LOST", 0.1),
        (WorkerBroke("w1", 3, is_lost=False), C.INTERNAL, "ENGINE_FAILED", None),
        (Poisonous(["w1", "w2"]), C.INTERNAL, "POISON", None),
        (Garbled("w1", 3, "a second Started"), C.INTERNAL, "MALFORMED", None),
    ],
)
def test_each_error_has_its_status(error, code, reason, retry_after):
    fault = fault_of(error)
    assert (fault.code, fault.reason, fault.retry_after) == (code, reason, retry_after)
    assert fault.message == str(error)


def test_every_refusal_has_a_status():
    assert {fault_of(Refused(refusal, "")).reason for refusal in Refusal} == {
        refusal.value for refusal in Refusal
    }


def test_details():
    assert fault_of(InvalidTask("X", [FAULT])).violations == (Violation("a", "wrong"),)
    lost = fault_of(WorkerBroke("w1", 3, is_lost=True))
    assert lost.metadata == {"worker_id": "w1", "position": "3"}
    assert fault_of(Poisonous(["w1", "w2"])).metadata == {"worker_ids": "w1,w2"}


def test_an_error_without_a_status_is_a_mistake_of_ours():
    with pytest.raises(TypeError, match="GatewayError has no status"):
        fault_of(GatewayError())


@pytest.mark.parametrize(
    ("code", "reason", "kind"),
    [
        (C.INVALID_ARGUMENT, "PROMPT_TOO_LONG", "disallowed"),
        (C.OUT_OF_RANGE, "", "disallowed"),
        (C.DEADLINE_EXCEEDED, "", "deadline"),
        (C.RESOURCE_EXHAUSTED, "NO_SLOT", "busy"),
        (C.FAILED_PRECONDITION, "STALE_EPOCH", "busy"),
        (C.FAILED_PRECONDITION, "OTHER_REVISION", "leaving"),
        (C.NOT_FOUND, "UNKNOWN_MODEL", "leaving"),
        (C.UNAVAILABLE, "DRAINING", "leaving"),
        (C.UNAVAILABLE, "", "lost"),
        (C.CANCELLED, "", "lost"),
        (C.INTERNAL, "ENGINE_FAILED", "failed"),
        (C.RESOURCE_EXHAUSTED, "", "failed"),
        (C.UNKNOWN, "", "failed"),
    ],
)
def test_a_workers_status_is_read_as_a_kind_of_failure(code, reason, kind):
    failure = failure_of(RpcFault(code, reason, "m", violations=[Violation("a", "wrong")]), "w1")
    assert failure.kind.value == kind
    assert (failure.worker_id, failure.code, failure.reason) == ("w1", code.name, reason)
    assert failure.faults == (FAULT,)
