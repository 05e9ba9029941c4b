"""The explaining process: started when it is needed, ended when it is not, one ask at a time.

Decides when it starts (at the first ask after it has ended, however that came about)
and when it goes (after some idle time: it holds a model in float32). TensorFlow lives
there and not in the worker, and takes what generation leaves of the machine. Whoever
leaves an ask in the middle has it stopped; a process that does not stop is killed.
"""

import asyncio
import itertools
import os
import signal
import sys
from collections.abc import AsyncGenerator, Sequence
from contextlib import suppress
from types import TracebackType
from typing import Self

import structlog

from services.worker.child_environment import child_environment
from services.worker.explaining.errors import ExplainerLost
from services.worker.explaining.messages import (
    Ask,
    Ended,
    Garbled,
    Order,
    Source,
    Stop,
    Word,
    order_line,
    word_of,
)
from services.worker.explaining.values import Options, Subject, Summed

STOP_SECONDS = 20.0  # a pass may take so long where generation leaves little of the machine
LONGEST_LINE = 1 << 24

log = structlog.get_logger(__name__)


class Child:
    """The process and what is said to it. An async context manager that ends it.

    Args:
        command: what to run; it speaks `messages` on standard input and output.
        idle: seconds after which a process that has nothing to do is ended.
        stop_seconds: how long one may take to stop what it does before it is killed.
    """

    def __init__(
        self, command: Sequence[str], *, idle: float, stop_seconds: float = STOP_SECONDS
    ) -> None:
        self._command = tuple(command)
        self._idle = idle
        self._stop_seconds = stop_seconds
        self._numbers = itertools.count(1)
        self._process: asyncio.subprocess.Process | None = None
        self._retiring: asyncio.TimerHandle | None = None

    @property
    def pid(self) -> int | None:
        """The process's id, where there is one."""
        process = self._process
        return process.pid if process is not None and process.returncode is None else None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._stay()
        await self._end()

    async def start(self) -> None:
        """Start the process ahead of the first ask; ready or not, it is there."""
        if self.pid is None:
            await self._spawn()
        self._retire_later()

    async def ask(
        self, source: Source, subject: Subject, options: Options
    ) -> AsyncGenerator[Word, None]:
        """Yield what it says, to Summed or Ended. One at a time: the caller sees to that.

        Raises:
            ExplainerLost: the process has ended, or says what nobody understands.
        """
        self._stay()
        number, over = next(self._numbers), False
        try:
            await self._say(Ask(number, source, subject, options))
            while not over:
                about, word = await self._hear()
                if about != number:
                    continue
                over = isinstance(word, Summed | Ended)
                yield word
        except ExplainerLost:
            over = True
            await self._end()
            raise
        finally:
            if not over:
                # Also where this is cancelled: the next ask finds a process that listens.
                await asyncio.shield(self._stop(number))
            self._retire_later()

    async def _stop(self, number: int) -> None:
        try:
            async with asyncio.timeout(self._stop_seconds):
                await self._say(Stop(number))
                while True:
                    about, word = await self._hear()
                    if about == number and isinstance(word, Summed | Ended):
                        return
        except (TimeoutError, ExplainerLost):
            log.warning("explaining process killed", seconds=self._stop_seconds)
            await self._end()

    async def _say(self, order: Order) -> None:
        if self.pid is None:
            if isinstance(order, Stop):
                raise ExplainerLost
            await self._spawn()
        process = self._process
        if process is None or process.stdin is None:
            raise ExplainerLost
        try:
            process.stdin.write(order_line(order))
            await process.stdin.drain()
        except (ConnectionError, OSError):
            raise ExplainerLost from None

    async def _hear(self) -> tuple[int, Word]:
        process = self._process
        if process is None or process.stdout is None:
            raise ExplainerLost
        try:
            line = await process.stdout.readline()
            if not line:
                await process.wait()
                log.error("explaining process ended", code=process.returncode)
                raise ExplainerLost
            return word_of(line)
        except (Garbled, ValueError) as error:  # ValueError: a line longer than any
            log.error("explaining process garbled", error=type(error).__name__)  # noqa: TRY400
            raise ExplainerLost from None

    async def _spawn(self) -> None:
        self._process = await asyncio.create_subprocess_exec(
            *self._command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=LONGEST_LINE,
            # Ctrl-C in the terminal is for the worker, which ends it in its own order.
            start_new_session=True,
            env=child_environment(os.environ, TF_CPP_MIN_LOG_LEVEL="3", PYTHONUNBUFFERED="1"),
        )
        log.info("explaining process started")

    def _retire_later(self) -> None:
        self._stay()
        if self.pid is not None:
            self._retiring = asyncio.get_running_loop().call_later(self._idle, self._retire)

    def _stay(self) -> None:
        if self._retiring is not None:
            self._retiring.cancel()
            self._retiring = None

    def _retire(self) -> None:
        """End it by closing its input: it has nothing to do, and goes by itself."""
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()
        self._process = None
        log.info("explaining process retired", seconds=self._idle)

    async def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.send_signal(signal.SIGKILL)
        await process.wait()


def command(*flags: str) -> tuple[str, ...]:
    """How the process is started."""
    return (sys.executable, "-m", "services.worker.engines.explain_process", *flags)
