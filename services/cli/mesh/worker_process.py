"""One process of a mesh, a worker as a rule, from spawn to exit.

Decides how a worker is started (spawned, telling its progress on a pipe) and how
it is ended. A worker also ends when nobody reads that pipe any more: however this
process ends, none is left. Knows nothing of fleets or restarts.
"""

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from services.runtime.lifecycle import Running, background

TAIL_LINES = 12
# What TensorFlow and gRPC say of themselves on stderr is no news to the person.
QUIET = {"TF_CPP_MIN_LOG_LEVEL": "3", "GRPC_VERBOSITY": "ERROR", "PYTHONUNBUFFERED": "1"}


class WorkerProcess:
    """A worker that runs, or has run."""

    def __init__(self, process: asyncio.subprocess.Process, announced: asyncio.StreamReader):
        self._process = process
        self._announced = announced
        self.tail: deque[str] = deque(maxlen=TAIL_LINES)
        self.output_ended = asyncio.Event()

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """None while it runs; negative: the signal that ended it."""
        return self._process.returncode

    async def announcements(self) -> AsyncGenerator[tuple[str, float] | Running, None]:
        """Yield progress (what, fraction) and, once it serves, Running; ends with the process."""
        async for line in self._announced:
            record: dict[str, Any] = json.loads(line)
            if "serving" in record:
                yield Running(**record["serving"])
            else:
                yield str(record["progress"]), float(record["fraction"])

    async def wait(self) -> int:
        """Wait for the end; return the exit code."""
        return await self._process.wait()

    def send(self, number: signal.Signals) -> None:
        """Send a signal; nothing happens where the process has ended."""
        if self.exit_code is None:
            with contextlib.suppress(ProcessLookupError):
                self._process.send_signal(number)

    async def stop(self, grace: float) -> None:
        """End it: SIGTERM, and SIGKILL where `grace` seconds were not enough."""
        self.send(signal.SIGTERM)
        try:
            async with asyncio.timeout(grace):
                await self.wait()
        except TimeoutError:
            self.send(signal.SIGKILL)
            await self.wait()


@asynccontextmanager
async def worker_process(
    flags: Sequence[str],
    environ: Mapping[str, str],
    *,
    grace: float,
    said: Callable[[str], None],
    module: str = "services.worker",
) -> AsyncIterator[WorkerProcess]:
    """Spawn `python -m` a service; at the end of the block it is stopped.

    Args:
        flags: the worker's settings, as flags.
        environ: its environment.
        grace: seconds between SIGTERM and SIGKILL.
        said: told each line that it writes to stdout or stderr.
        module: which service.
    """
    read_end, write_end = os.pipe()
    try:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", module, "--announce-fd", str(write_end), *flags),
            env={**QUIET, **environ},
            pass_fds=(write_end,),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            # Ctrl-C in the terminal is for us: we stop the workers in our order.
            start_new_session=True,
        )
    finally:
        os.close(write_end)
    async with _reading(read_end) as announced:
        worker = WorkerProcess(process, announced)
        async with background("worker's output", _listen(worker, process.stdout, said)):
            try:
                yield worker
            finally:
                # Also when this block is cancelled: no worker outlives its block.
                await asyncio.shield(worker.stop(grace))


@asynccontextmanager
async def _reading(fd: int) -> AsyncIterator[asyncio.StreamReader]:
    reader = asyncio.StreamReader()
    transport, _ = await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(fd, "rb", 0)
    )
    try:
        yield reader
    finally:
        transport.close()


async def _listen(
    worker: WorkerProcess, output: asyncio.StreamReader | None, said: Callable[[str], None]
) -> None:
    """Pass the worker's lines on, and keep the last ones to explain a death."""
    while output is not None and (data := await _line(output)):
        line = data.decode("utf-8", "replace").rstrip()
        if line:
            worker.tail.append(line)
            said(line)
    worker.output_ended.set()


async def _line(output: asyncio.StreamReader) -> bytes:
    """The next line; of one that is too long for the reader, what it holds."""
    try:
        return await output.readline()
    except ValueError:
        return await output.read(1 << 16)
