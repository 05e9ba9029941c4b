"""A server process of a test's own: started, killed, frozen and started again.

Decides that ready is what its own log says, not a time that passed, and that a
process that ends instead is told by its last lines. Knows no particular server.
"""

import asyncio
import contextlib
import os
import signal
import socket
from collections import deque
from collections.abc import Iterable, Mapping, Sequence

READY_SECONDS = 30.0


class OwnProcess:
    """One server; `name` is what errors call it. Ready when its log holds all of `ready`."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        ready: Iterable[str],
        environ: Mapping[str, str] | None = None,
    ) -> None:
        self._name = name
        self._command = tuple(command)
        self._ready = frozenset(ready)
        self._environ = environ
        self._process: asyncio.subprocess.Process | None = None
        self._reading: asyncio.Task[None] | None = None
        self._log: deque[str] = deque(maxlen=40)

    async def start(self) -> None:
        """Start it, again perhaps; returns when it serves."""
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
            raise RuntimeError("\n".join([f"{self._name} did not start:", *self._log]))

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
            raise RuntimeError(f"{self._name} is not running")
        self._process.send_signal(number)
        return self._process.pid

    async def _read_log(self, process: asyncio.subprocess.Process, ready: asyncio.Event) -> None:
        if process.stdout is None:
            raise RuntimeError("its output is not a pipe")
        awaited = set(self._ready)
        async for line in process.stdout:
            self._log.append(line.decode(errors="replace").rstrip())
            awaited -= {wanted for wanted in awaited if wanted in self._log[-1]}
            if not awaited:
                ready.set()
        await process.wait()
        ready.set()


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
