"""A process of a worker's own that is spoken with in lines, over its standard input and output.

Decides what such a process inherits and how it is ended: without a word, for what it does
may never end. Knows no line's meaning.
"""

import asyncio
import os
import signal
from collections.abc import Sequence
from contextlib import suppress

from services.worker.child_environment import child_environment


class ProcessLost(Exception):
    """There is no process, or it has ended or says too much; tells which. Holds no text."""


class LineProcess:
    """The process, which is started again after it has ended.

    Args:
        command: what to run.
        longest: bytes of the longest line that it may say.
        extra: environment variables beside those that any such process inherits.
    """

    def __init__(self, command: Sequence[str], *, longest: int, **extra: str) -> None:
        self._command = tuple(command)
        self._longest = longest
        self._extra = extra
        self._process: asyncio.subprocess.Process | None = None

    @property
    def pid(self) -> int | None:
        """The process's id, where there is one."""
        process = self._process
        return process.pid if process is not None and process.returncode is None else None

    async def start(self) -> None:
        """Start it; raises OSError where that cannot be."""
        self._process = await asyncio.create_subprocess_exec(
            *self._command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=self._longest,
            # Ctrl-C in the terminal is for the worker, which ends it in its own order.
            start_new_session=True,
            env=child_environment(os.environ, TF_CPP_MIN_LOG_LEVEL="3", **self._extra),
        )

    async def say(self, line: bytes) -> None:
        """Write a line; raises ProcessLost."""
        process = self._process
        if process is None or process.stdin is None:
            raise ProcessLost("there is no process")
        try:
            process.stdin.write(line)
            await process.stdin.drain()
        except OSError as error:
            raise ProcessLost(type(error).__name__) from None

    async def hear(self) -> bytes:
        """Read a line; raises ProcessLost."""
        process = self._process
        if process is None or process.stdout is None:
            raise ProcessLost("there is no process")
        try:
            line = await process.stdout.readline()
        except ValueError:  # longer than any
            raise ProcessLost("its process says too much") from None
        if not line:
            await process.wait()
            raise ProcessLost(f"its process ended with code {process.returncode}")
        return line

    def retire(self) -> None:
        """Let it end by itself, by closing its input."""
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()
        self._process = None

    async def end(self) -> None:
        """Kill it."""
        process, self._process = self._process, None
        if process is None:
            return
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.send_signal(signal.SIGKILL)
        await process.wait()
