"""The standard streams as a shell may leave them: closed, or able to take no more."""

import os
import sys


def open_closed() -> None:
    """Where a caller has closed one there is nothing to read, or nobody to write for."""
    sys.stdin = sys.stdin or open(os.devnull)  # noqa: SIM115
    sys.stdout = sys.stdout or open(os.devnull, "w")  # noqa: SIM115


def write_no_more() -> None:
    """Have what is still buffered for stdout go nowhere, rather than fail once more at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
