import grpc
import pytest

from services.cli.faults import Complaint, from_fault, nothing_answers, tell
from services.runtime.status import RpcFault, Violation


def test_a_fault_is_told_with_reason_fields_and_when_to_come_back() -> None:
    fault = RpcFault(
        grpc.StatusCode.RESOURCE_EXHAUSTED,
        "QUEUE_FULL",
        "the queue holds 64 tickets",
        retry_after=1.25,
        violations=[Violation("sampling.temperature", "must be 0 to 2")],
    )
    complaint = from_fault(fault)
    assert str(complaint) == (
        "RESOURCE_EXHAUSTED (QUEUE_FULL): the queue holds 64 tickets\n"
        "  sampling.temperature: must be 0 to 2"
    )
    assert complaint.hint == "try again in 1.2 s"
    assert complaint.exit_code == 1


def test_a_fault_without_details_is_told_all_the_same() -> None:
    assert str(from_fault(RpcFault(grpc.StatusCode.UNKNOWN, "", ""))) == "UNKNOWN: no message"


def test_a_field_that_the_message_names_is_told_once() -> None:
    told = "sampling.max_tokens: 0; must be 1 to 8192"
    fault = RpcFault(
        grpc.StatusCode.INVALID_ARGUMENT,
        "INVALID_FIELD",
        told,
        violations=[Violation(*told.split(": "))],
    )
    assert str(from_fault(fault)) == f"INVALID_ARGUMENT (INVALID_FIELD): {told}"


def test_a_timeout_that_is_over_is_told_as_one() -> None:
    fault = RpcFault(grpc.StatusCode.DEADLINE_EXCEEDED, "", "Deadline Exceeded")
    told = "the time that --timeout gives was over before the answer was complete"
    assert str(from_fault(fault)) == told


def test_what_grpc_itself_refuses_is_told_in_words() -> None:
    wrong_port = from_fault(RpcFault(grpc.StatusCode.UNIMPLEMENTED, "", "Method not found!"))
    assert "does not know this call" in str(wrong_port)
    assert "--target" in wrong_port.hint
    message = "SERVER: Received message larger than max (10000012 vs. 8388608)"
    too_large = from_fault(RpcFault(grpc.StatusCode.RESOURCE_EXHAUSTED, "", message))
    assert str(too_large) == "the request has 10000012 bytes; the mesh reads 8388608 at most"
    ours = RpcFault(grpc.StatusCode.UNIMPLEMENTED, "NO_PLAN", "not built")
    assert str(from_fault(ours)) == "UNIMPLEMENTED (NO_PLAN): not built"


def test_nobody_there_has_an_exit_code_of_its_own() -> None:
    complaint = nothing_answers("localhost:1")
    assert str(complaint) == "nothing answers at localhost:1"
    assert "evenflow up" in complaint.hint
    assert complaint.exit_code == 3


def test_complaints_go_to_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    tell(Complaint("bad", hint="do good"))
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err == "evenflow: bad\nhint: do good\n"
