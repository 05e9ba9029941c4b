"""The command as people run it: processes, against a scripted mesh that `evenflow up` runs."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field

import pytest

EVENFLOW = (sys.executable, "-m", "services.cli")
DEADLINE = 60


@dataclass
class Up:
    """An `evenflow up` that runs, and what it has said."""

    process: subprocess.Popen[str]
    lines: list[str] = field(default_factory=list)

    def read_until(self, pattern: str) -> re.Match[str]:
        """Read its output up to a line that matches; fails where it ends first."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))
            if match := re.search(pattern, line):
                return match
        raise AssertionError(f"evenflow up ended without {pattern!r}:\n" + "\n".join(self.lines))

    def said(self, pattern: str) -> list[str]:
        """What the pattern's group matched in the lines so far."""
        return re.findall(pattern, "\n".join(self.lines), re.MULTILINE)

    @property
    def gateway(self) -> str:
        return self.said(r"^  gateway +(\S+)")[0]

    @property
    def balancer(self) -> str:
        return self.said(r"^  balancer +(\S+)")[0]

    @property
    def worker_pids(self) -> list[int]:
        return [int(pid) for pid in self.said(r"^  worker-\d .* pid (\d+)")]

    def stop(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(DEADLINE)


Run = Callable[..., subprocess.CompletedProcess[str]]
StartUp = Callable[..., AbstractContextManager[Up]]


@contextmanager
def _running_up(*flags: str, **environ: str) -> Iterator[Up]:
    """A scripted mesh on free ports, ready; killed at the end if it still runs."""
    command = (
        *(*EVENFLOW, "up", "--engine", "scripted", "--no-metrics"),
        *("--listen", "127.0.0.1:0", "--balancer-listen", "127.0.0.1:0", *flags),
    )
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "EVENFLOW_WORKER_SCRIPTED_STEP_MS": "4", **environ},
    ) as process:
        try:
            up = Up(process)
            up.read_until("^Ctrl-C stops")
            yield up
        finally:
            process.kill()


@pytest.fixture(scope="session")
def up() -> Iterator[Up]:
    """One mesh for the tests that only ask it."""
    with _running_up() as running:
        yield running


@pytest.fixture
def start_up() -> StartUp:
    """Starts a mesh made to measure."""
    return _running_up


@pytest.fixture
def start() -> Callable[..., subprocess.Popen[str]]:
    """Starts a command and leaves it running."""
    return lambda *words: subprocess.Popen(
        (*EVENFLOW, *words), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


@pytest.fixture
def run() -> Run:
    """Runs a command to its end."""

    def run(*words: str, stdin: str = "", **environ: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            (*EVENFLOW, *words),
            input=stdin,
            capture_output=True,
            text=True,
            timeout=DEADLINE,
            check=False,
            env={**os.environ, **environ},
        )

    return run


@pytest.fixture
def closed_port() -> Iterator[str]:
    """An address where nobody listens, and nobody else will while the test runs."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield f"127.0.0.1:{held.getsockname()[1]}"
