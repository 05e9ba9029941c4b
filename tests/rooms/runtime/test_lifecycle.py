"""A process from its settings to its end, as a parent and an operator see it."""

import asyncio
import json
import os
import resource
import signal
import socket
import sys
import urllib.request
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc

from services.runtime.lifecycle import announce

SECRET = "what the caller wrote"
WHOLE = {"serving": {"address": "x" * 500}}
TINY = str(Path(__file__).with_name("tiny_app.py"))


@asynccontextmanager
async def process(
    *flags: str,
) -> AsyncIterator[tuple[asyncio.subprocess.Process, asyncio.StreamReader]]:
    """The tiny app with an announce pipe; killed at the end if it still runs."""
    read, write = os.pipe()
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        TINY,
        "--announce-fd",
        str(write),
        *flags,
        pass_fds=[write],
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    os.close(write)
    lines = asyncio.StreamReader()
    transport, _ = await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(lines), os.fdopen(read, "rb")
    )
    try:
        yield child, lines
    finally:
        transport.close()
        if child.returncode is None:
            child.kill()
        await child.communicate()


async def run(*flags: str, **environ: str) -> tuple[int, str, str]:
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        TINY,
        *flags,
        env={**os.environ, **environ},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await child.communicate()
    return child.returncode or 0, out.decode(), err.decode()


async def test_it_announces_serves_and_ends_on_sigterm() -> None:
    async with process("--metrics-listen", "127.0.0.1:0", "--log-format", "json") as (child, lines):
        running = json.loads(await lines.readline())["serving"]
        async with grpc.aio.insecure_channel(running["address"]) as channel:
            answer = await health_pb2_grpc.HealthStub(channel).Check(
                health_pb2.HealthCheckRequest()
            )
        assert answer.status == health_pb2.HealthCheckResponse.SERVING
        url = f"http://{running['metrics_address']}/metrics"
        page = await asyncio.to_thread(lambda: urllib.request.urlopen(url, timeout=5).read())
        assert b"grpc_server_handled_total" in page
        child.send_signal(signal.SIGTERM)
        _, err = await child.communicate()
        assert child.returncode == 0
        events = [json.loads(line)["event"] for line in err.decode().splitlines()]
        assert events == ["serving", "stopping", "stopped"]


async def test_what_was_loaded_at_the_start_is_gone_through_by_no_collection() -> None:
    async with process() as (child, lines):
        assert b"serving" in await lines.readline()
        child.send_signal(signal.SIGTERM)
        out, _ = await child.communicate()
    assert int(out) > 10_000


async def test_a_signal_ends_a_start_that_hangs() -> None:
    async with process("--start-hangs") as (child, lines):
        assert json.loads(await lines.readline()) == {"progress": "hanging", "fraction": 0.5}
        child.send_signal(signal.SIGINT)
        assert await asyncio.wait_for(child.wait(), 10) == 0


async def test_it_ends_when_its_parent_is_gone() -> None:
    read, write = os.pipe()
    child = await asyncio.create_subprocess_exec(
        sys.executable, TINY, "--announce-fd", str(write), pass_fds=[write]
    )
    os.close(write)
    assert b"serving" in await asyncio.to_thread(os.read, read, 4096)
    os.close(read)  # all that a child sees of its parent's death
    assert await asyncio.wait_for(child.wait(), 10) == 0


async def test_settings_that_cannot_be_used_exit_2_and_bind_nothing() -> None:
    code, out, err = await run(
        "--listen", "nowhere", "--drain-seconds", "-1", EVENFLOW_WORKER_TEA="1"
    )
    assert (code, out) == (2, "")
    assert "listen: 'nowhere' is not host:port" in err
    assert "--drain-seconds '-1': must be at least 0" in err
    assert "EVENFLOW_WORKER_TEA: unknown setting of worker" in err


async def test_print_settings_shows_the_effective_table() -> None:
    code, out, _ = await run("--print-settings", EVENFLOW_WORKER_DRAIN_SECONDS="7.5")
    assert code == 0
    row = next(
        line for line in out.splitlines() if line.startswith("EVENFLOW_WORKER_DRAIN_SECONDS")
    )
    assert row.split()[1] == "7.5"


async def test_a_taken_port_exits_1_with_one_line() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        code, _, err = await run("--listen", address)
    assert code == 1
    last = err.splitlines()[-1]
    assert last.startswith(f"evenflow worker: {address} cannot be bound")


@pytest.mark.parametrize("where", ["process", "thread", "task", "clean-up"])
async def test_what_nobody_catches_is_told_by_class_and_place_alone(where: str) -> None:
    flags = ("--crashes", where, "--quotes", SECRET, "--log-format", "json")
    async with process(*flags) as (child, lines):
        if where != "process":
            assert b"serving" in await lines.readline()
            child.send_signal(signal.SIGTERM)
        _, err = await child.communicate()
    assert child.returncode == (1 if where == "process" else 0)
    first = json.loads(err.splitlines()[0])
    assert (first["event"], first["error"]) == (f"{where} failed", "ValueError")
    assert "tiny_app.py" in first["where"]
    assert SECRET.encode() not in err


async def test_a_crash_leaves_no_picture_of_the_memory() -> None:
    async with process() as (child, lines):
        assert b"serving" in await lines.readline()
        soft, _ = resource.prlimit(child.pid, resource.RLIMIT_CORE)
        assert soft in (0, 1)


def test_a_parent_that_does_not_read_misses_progress_alone() -> None:
    read, write = os.pipe()
    os.set_blocking(write, False)  # as it is while the parent's end is watched
    for step in range(5000):
        announce(write, {"progress": "loading weights", "fraction": step / 5000})
    announce(write, WHOLE)
    os.close(write)
    with os.fdopen(read, "rb") as pipe:
        told = [json.loads(line) for line in pipe]
    assert 0 < len(told) < 5000
    assert told[-1] == WHOLE
