"""A real Redis of a test's own, on a free port of the loopback.

Decides how it is started, killed, frozen and started again. It keeps nothing on
a disk. Ready means what its own log says, not a time that passed.
"""

import asyncio
import contextlib
import os
import signal
import tempfile
from collections import deque
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from tests.tools.consul_agent import free_ports
from tests.tools.redis import redis_server

READY = "Ready to accept connections"
READY_SECONDS = 30.0


class RedisInstance:
    """One server; `address` is "host:port" and stays the same."""

    def __init__(self, folder: str, options: Sequence[str], *, is_tls: bool) -> None:
        (port,) = free_ports(1)
        self.address = f"127.0.0.1:{port}"
        server = redis_server()
        ports = ["--port", "0", "--tls-port", str(port)] if is_tls else ["--port", str(port)]
        self._command = [
            *(str(server.path), "--bind", "127.0.0.1", *ports),
            *("--dir", folder, "--save", "", "--appendonly", "no", *options),
        ]
        self._environ = {**os.environ, **server.environ}
        self._process: asyncio.subprocess.Process | None = None
        self._reading: asyncio.Task[None] | None = None
        self._log: deque[str] = deque(maxlen=40)

    async def start(self) -> None:
        """Start it, again perhaps, with nothing in it; returns when it serves."""
        self._process = await asyncio.create_subprocess_exec(
            *self._command,
            env=self._environ,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        ready = asyncio.Event()
        self._reading = asyncio.create_task(self._read_log(self._process, ready))
        async with asyncio.timeout(READY_SECONDS):
            await ready.wait()
        if self._process.returncode is not None:
            raise RuntimeError("\n".join(["Redis did not start:", *self._log]))

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
        """SIGSTOP: its port is open, and nobody answers."""
        os.waitid(os.P_PID, self._signal(signal.SIGSTOP), os.WSTOPPED)

    def thaw(self) -> None:
        """SIGCONT."""
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> int:
        if self._process is None:
            raise RuntimeError("Redis is not running")
        self._process.send_signal(number)
        return self._process.pid

    async def _read_log(self, process: asyncio.subprocess.Process, ready: asyncio.Event) -> None:
        if process.stdout is None:
            raise RuntimeError("Redis' output is not a pipe")
        async for line in process.stdout:
            self._log.append(line.decode(errors="replace").rstrip())
            if READY in self._log[-1]:
                ready.set()
        await process.wait()
        ready.set()


@asynccontextmanager
async def redis_instance(*options: str, is_tls: bool = False) -> AsyncIterator[RedisInstance]:
    """A started Redis, killed at the end; `options` are those of its command line."""
    with tempfile.TemporaryDirectory(prefix="evenflow-redis-") as folder:
        instance = RedisInstance(folder, options, is_tls=is_tls)
        try:
            await instance.start()
            yield instance
        finally:
            await instance.kill()
