"""A part of a mesh as a process of its own: `python -m gateway`, `loadbalancer`, `services.worker`.

Decides how it is started (it announces its address on a pipe) and that none
outlives its block. Knows nothing of what the part does.
"""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from services.runtime.lifecycle import Running

START_SECONDS = 60.0
STOP_SECONDS = 10.0


class Part:
    """A process that runs; `running` is what it announced."""

    def __init__(self, process: asyncio.subprocess.Process, running: Running) -> None:
        self._process = process
        self.running = running

    @property
    def address(self) -> str:
        return self.running.address

    @property
    def pid(self) -> int:
        return self._process.pid

    async def kill(self) -> None:
        """SIGKILL; returns when it is gone."""
        self._process.kill()
        await self._process.wait()


@asynccontextmanager
async def part(module: str, **settings: object) -> AsyncIterator[Part]:
    """Run one; its address and metrics are on free ports unless `settings` say otherwise."""
    settings = {"listen": "127.0.0.1:0", "metrics_listen": "", "log_level": "error"} | settings
    flags = [f"--{name.replace('_', '-')}={value}" for name, value in settings.items()]
    read_end, write_end = os.pipe()
    try:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", module, f"--announce-fd={write_end}", *flags),
            pass_fds=(write_end,),
            stdin=asyncio.subprocess.DEVNULL,
        )
    finally:
        os.close(write_end)
    async with _reading(read_end) as announced:
        try:
            yield Part(process, await _serving(announced, module))
        finally:
            await _stop(process)


@asynccontextmanager
async def _reading(fd: int) -> AsyncIterator[asyncio.StreamReader]:
    """Read the pipe while the block runs: a part whose pipe nobody reads ends."""
    reader = asyncio.StreamReader()
    transport, _ = await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(fd, "rb", 0)
    )
    try:
        yield reader
    finally:
        transport.close()


async def _serving(announced: asyncio.StreamReader, module: str) -> Running:
    async with asyncio.timeout(START_SECONDS):
        async for line in announced:
            record = json.loads(line)
            if "serving" in record:
                return Running(**record["serving"])
    raise AssertionError(f"{module} ended before it served")


async def _stop(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.terminate()
    try:
        async with asyncio.timeout(STOP_SECONDS):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()
