"""A real Consul agent of a test's own, on free ports of the loopback.

Decides how it is started, killed, frozen and started again, with its data kept
or lost. Ready means what the agent's own log says, not a time that passed.
"""

import asyncio
import contextlib
import functools
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.tools.consul import consul

READY = ("New leader elected",)
READY_WITH_ACL = (*READY, "acl token reaping")  # what has begun once ACLs are set up
READY_SECONDS = 30.0
# The token that may do everything, where ACLs are on.
ROOT_TOKEN = "5e7a4f60-0000-4000-8000-000000000001"


class ConsulAgent:
    """One agent that is its own cluster; `http` and `dns` are "host:port" and stay the same."""

    def __init__(self, folder: Path, *, keeps_data: bool, acl: bool) -> None:
        ports = free_ports(4)
        self.http = f"127.0.0.1:{ports[0]}"
        self.dns = f"127.0.0.1:{ports[1]}"
        self._data = folder
        self._ready_lines = READY_WITH_ACL if acl else READY
        names = ("http", "dns", "server", "serf-lan")
        self._command = [
            str(consul()),
            "agent",
            *(["-server", "-bootstrap-expect=1"] if keeps_data else ["-dev"]),
            f"-data-dir={folder}",
            "-bind=127.0.0.1",
            "-client=127.0.0.1",
            "-grpc-port=-1",
            "-serf-wan-port=-1",
            "-log-level=info",
            *(f"-{name}-port={port}" for name, port in zip(names, ports, strict=True)),
            f"-hcl={_configuration(acl)}",
        ]
        self._process: asyncio.subprocess.Process | None = None
        self._reading: asyncio.Task[None] | None = None
        self._log: deque[str] = deque(maxlen=40)

    async def start(self, *, loses_data: bool = False) -> None:
        """Start the agent, again perhaps; returns when it has a leader, which is itself."""
        if loses_data:
            shutil.rmtree(self._data, ignore_errors=True)
        self._process = await asyncio.create_subprocess_exec(
            *self._command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        ready = asyncio.Event()
        self._reading = asyncio.create_task(self._read_log(self._process, ready))
        async with asyncio.timeout(READY_SECONDS):
            await ready.wait()
        if self._process.returncode is not None:
            raise RuntimeError("\n".join(["Consul did not start:", *self._log]))

    async def kill(self) -> None:
        """SIGKILL; returns when the process is gone."""
        if self._process is None or self._reading is None:
            return
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        await self._process.wait()
        await self._reading
        self._process = self._reading = None

    def freeze(self) -> None:
        """SIGSTOP: its ports are open, and nobody answers."""
        os.waitid(os.P_PID, self._signal(signal.SIGSTOP), os.WSTOPPED)

    def thaw(self) -> None:
        """SIGCONT."""
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> int:
        if self._process is None:
            raise RuntimeError("the agent is not running")
        self._process.send_signal(number)
        return self._process.pid

    async def _read_log(self, process: asyncio.subprocess.Process, ready: asyncio.Event) -> None:
        if process.stdout is None:
            raise RuntimeError("the agent's output is not a pipe")
        awaited = set(self._ready_lines)
        async for line in process.stdout:
            self._log.append(line.decode(errors="replace").rstrip())
            awaited -= {wanted for wanted in awaited if wanted in self._log[-1]}
            if not awaited:
                ready.set()
        await process.wait()
        ready.set()


@asynccontextmanager
async def consul_agent(
    *, keeps_data: bool = False, acl: bool = False
) -> AsyncIterator[ConsulAgent]:
    """A started agent, killed at the end.

    Without `keeps_data` it is a development agent (ready in 0.2 s), which loses
    its catalog with each stop; with it, a server on a disk (some seconds). With
    `acl` everything is denied but to `ROOT_TOKEN`.
    """
    with tempfile.TemporaryDirectory(prefix="evenflow-consul-") as folder:
        agent = ConsulAgent(Path(folder) / "data", keeps_data=keeps_data, acl=acl)
        try:
            await agent.start()
            yield agent
        finally:
            await agent.kill()


def free_ports(count: int) -> list[int]:
    """Ports that are free now for TCP and UDP; taken together, so that none comes twice."""
    with contextlib.ExitStack() as held:
        ports: list[int] = []
        while len(ports) < count:
            tcp = held.enter_context(socket.socket())
            udp = held.enter_context(socket.socket(type=socket.SOCK_DGRAM))
            tcp.bind(("127.0.0.1", 0))
            with contextlib.suppress(OSError):
                udp.bind(tcp.getsockname())
                ports.append(tcp.getsockname()[1])
        return ports


def _configuration(acl: bool) -> str:
    hcl = "disable_update_check = true  performance { raft_multiplier = 1 }"
    if not acl:
        return hcl
    token = "master" if _version() < (1, 11) else "initial_management"
    return (
        f'{hcl} acl {{ enabled = true  default_policy = "deny" '
        f'tokens {{ {token} = "{ROOT_TOKEN}" }} }}'
    )


@functools.cache
def _version() -> tuple[int, int]:
    told = subprocess.run([consul(), "version"], capture_output=True, text=True, check=True).stdout
    found = re.search(r"v(\d+)\.(\d+)", told)
    if found is None:
        raise RuntimeError(f"no version in {told!r}")
    return int(found[1]), int(found[2])
