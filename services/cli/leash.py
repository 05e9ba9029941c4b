"""Runs a Python program that dies with its parent, however the parent dies.

`python -m services.cli.leash PARENT_PID args…` becomes `python args…`. Linux
keeps the promise (PR_SET_PDEATHSIG) across the exec; elsewhere the program runs
without it. Imports nothing but the standard library: it stands before a start.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main() -> None:
    """Put the leash on, then become the program."""
    parent, *argv = sys.argv[1:]
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != int(parent):  # it died before the leash was on
            raise SystemExit(1)
    os.execv(sys.executable, [sys.executable, *argv])  # noqa: S606 - becoming it is the point


if __name__ == "__main__":
    main()
