"""What the person at the terminal is told when something fails, and the exit code.

Decides the words, the hint and the code; knows neither how calls are made nor
how answers are shown. Exit codes: 0 done, 1 the mesh refused or failed, or an
answer was wrong, 2 the command was given wrongly, 3 nothing answers at the
target, 130 interrupted.
"""

import re
import sys

import grpc

from services.runtime.status import RpcFault

FAILED = 1
USAGE = 2
NOTHING_ANSWERS = 3
INTERRUPTED = 130

_TOO_LARGE = re.compile(r"message larger than max \((\d+) vs\. (\d+)\)")


class Complaint(Exception):
    """A failure told in one message; `hint` says what to do about it."""

    def __init__(self, message: str, *, hint: str = "", exit_code: int = FAILED) -> None:
        super().__init__(message)
        self.hint = hint
        self.exit_code = exit_code


def from_fault(fault: RpcFault) -> Complaint:
    """Turn the status of a failed call into words: code, reason, wrong fields, when to retry."""
    if not fault.reason and (told := _of_grpc_itself(fault)):
        return told
    reason = f" ({fault.reason})" if fault.reason else ""
    lines = [f"{fault.code.name}{reason}: {fault.message or 'no message'}"]
    fields = [f"{v.field}: {v.description}" for v in fault.violations]
    # A single one is mostly the message itself.
    lines += [f"  {field}" for field in fields if field not in fault.message]
    hint = ""
    if fault.retry_after is not None:
        hint = f"try again in {fault.retry_after:.1f} s"
    return Complaint("\n".join(lines), hint=hint)


def _of_grpc_itself(fault: RpcFault) -> Complaint | None:
    """A status that no service of ours gave, where its words would help nobody."""
    if fault.code is grpc.StatusCode.UNIMPLEMENTED:
        return Complaint(
            "what listens there does not know this call",
            hint="`evenflow top` asks a balancer, the other commands a gateway; "
            "name it with --target host:port",
        )
    if fault.code is grpc.StatusCode.DEADLINE_EXCEEDED:
        return Complaint("the time that --timeout gives was over before the answer was complete")
    if sizes := _TOO_LARGE.search(fault.message):
        return Complaint(f"the request has {sizes[1]} bytes; the mesh reads {sizes[2]} at most")
    return None


def nothing_answers(target: str, what: str = "gateway") -> Complaint:
    """Nobody listens at the target."""
    return Complaint(
        f"nothing answers at {target}",
        hint=f"start a mesh with `evenflow up`, or name a {what} with --target host:port",
        exit_code=NOTHING_ANSWERS,
    )


def not_grpc(target: str, *, has_tls: bool) -> Complaint:
    """Somebody listens at the target, but no call comes through."""
    tried, other = ("TLS", "without --tls") if has_tls else ("plaintext", "with --tls")
    return Complaint(
        f"something listens at {target}, but does not speak gRPC over {tried} with us",
        hint=f"check the address and the certificates, or try {other}",
        exit_code=NOTHING_ANSWERS,
    )


def of_system(error: OSError) -> Complaint:
    """The machine refused something: a disk is full, a folder is not there."""
    where = f"{error.filename}: " if error.filename else ""
    return Complaint(f"{where}{error.strerror or type(error).__name__}")


def tell(complaint: Complaint) -> None:
    """Write the complaint to stderr."""
    print(f"evenflow: {complaint}", file=sys.stderr)
    if complaint.hint:
        print(f"hint: {complaint.hint}", file=sys.stderr)
