import os
import re
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from services.worker.engines.scripted import expected_answer


@contextmanager
def watched(pids: Sequence[int]) -> Iterator[list[int]]:
    """Handles that tell when the processes have ended, whoever waits for them."""
    with ExitStack() as stack:
        handles = [os.pidfd_open(pid) for pid in pids]
        for handle in handles:
            stack.callback(os.close, handle)
        yield handles


def ended_within(handles: Sequence[int], seconds: float) -> bool:
    """Whether all of them end within the time."""
    return all(select.select([handle], [], [], seconds)[0] for handle in handles)


def test_ctrl_c_stops_all_and_leaves_no_child(start_up: Any) -> None:
    with start_up() as up:
        assert len(up.worker_pids) == 2
        with watched(up.worker_pids) as workers:
            assert up.stop() == 0
            assert ended_within(workers, 0)
        assert "stopped" in up.process.stdout.read()


def test_a_killed_parent_leaves_no_child(start_up: Any) -> None:
    with start_up() as up, watched(up.worker_pids) as workers:
        up.process.kill()
        assert ended_within(workers, 10)


def test_a_worker_that_dies_is_told_and_started_again(start_up: Any, run: Any) -> None:
    with start_up("--workers", "1") as up:
        (before,) = up.worker_pids
        os.kill(before, signal.SIGKILL)
        up.read_until("worker 1: killed by SIGKILL; out of the fleet, again in 0.5 s")
        up.read_until("worker 1: serves at")
        done = run("complete", "Again", "--max-tokens", "3", "--target", up.gateway)
        assert done.stdout == expected_answer("Again", 3) + "\n"


def test_the_lines_to_try_work_as_they_stand(up: Any) -> None:
    # What is installed beside this interpreter: evenflow and the real grpcurl.
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    lines = up.said(r"^  ((?:evenflow|grpcurl) .+)")
    assert len(lines) == 5
    said = {}
    for line in lines:
        done = subprocess.run(
            # A person's shell reads them, so one does here.
            ("sh", "-c", f"{line} --once" if " top " in line else line),
            env={**os.environ, "PATH": path},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, f"{line}\n{done.stderr}"
        said[line] = done.stdout
    listed, described, generated = (said[line] for line in lines if line.startswith("grpcurl"))
    assert "evenflow.v1.InferenceService" in listed
    assert "rpc Generate" in described
    assert generated.count('"delta"') == 32
    assert '"finished"' in generated


def test_a_taken_port_is_told_before_any_worker_starts(run: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        done = run("up", "--engine", "scripted", "--listen", address, "--no-metrics")
    assert done.returncode == 2
    assert done.stderr.startswith(f"evenflow: {address} is taken: the gateway cannot listen there")
    assert "--listen" in done.stderr
    assert done.stdout == ""


def test_a_consul_that_is_not_there_is_told(run: Any, closed_port: str) -> None:
    flags = ("--discovery", "consul", "--consul-address", closed_port)
    ports = ("--listen", "127.0.0.1:0", "--balancer-listen", "127.0.0.1:0", "--no-metrics")
    done = run("up", "--engine", "scripted", *flags, *ports)
    assert done.returncode == 1
    assert f"no Consul agent answers at {closed_port}" in done.stderr


def test_a_worker_that_cannot_start_says_why(run: Any) -> None:
    ports = ("--listen", "127.0.0.1:0", "--balancer-listen", "127.0.0.1:0", "--no-metrics")
    done = run("up", "--model", "/no/such.gguf", *ports)
    assert done.returncode == 1
    assert re.search(r"worker \d did not start: exited with 1", done.stderr)
    assert "cannot read /no/such.gguf: No such file or directory" in done.stderr


def test_a_worker_that_could_not_start_is_not_started(run: Any) -> None:
    done = run("up", "--engine", "scripted", EVENFLOW_WORKER_CONTEXT="1")
    assert (done.returncode, done.stdout) == (2, "")
    assert "worker: EVENFLOW_WORKER_CONTEXT '1': must be at least 16" in done.stderr


def test_a_setting_that_nobody_knows_is_told(run: Any) -> None:
    done = run("up", "--engine", "scripted", EVENFLOW_GATEWAY_COLOUR="red")
    assert done.returncode == 2
    assert "EVENFLOW_GATEWAY_COLOUR: unknown setting of gateway" in done.stderr
