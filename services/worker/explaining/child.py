"""The explaining process: started when it is needed, ended when it is not, one ask at a time.

Decides when it starts (at the first ask after it has ended, however that came about)
and when it goes (after some idle time: it holds a model in float32). TensorFlow lives
there and not in the worker, and takes what generation leaves of the machine. Whoever
leaves an ask in the middle has it stopped; a process that does not stop is killed.
"""

import asyncio
import itertools
import sys
from collections.abc import AsyncGenerator, Sequence
from types import TracebackType
from typing import Self

import structlog

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
from services.worker.line_process import LineProcess, ProcessLost

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
        self._process = LineProcess(command, longest=LONGEST_LINE, PYTHONUNBUFFERED="1")
        self._idle = idle
        self._stop_seconds = stop_seconds
        self._numbers = itertools.count(1)
        self._retiring: asyncio.TimerHandle | None = None

    @property
    def pid(self) -> int | None:
        """The process's id, where there is one."""
        return self._process.pid

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._stay()
        await self._process.end()

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
            await self._process.end()
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
            await self._process.end()

    async def _say(self, order: Order) -> None:
        if self.pid is None and not isinstance(order, Stop):
            await self._spawn()
        try:
            await self._process.say(order_line(order))
        except ProcessLost:
            raise ExplainerLost from None

    async def _hear(self) -> tuple[int, Word]:
        try:
            return word_of(await self._process.hear())
        except ProcessLost as error:
            log.error("explaining process ended", why=str(error))  # noqa: TRY400
            raise ExplainerLost from None
        except Garbled:
            log.error("explaining process garbled")  # noqa: TRY400
            raise ExplainerLost from None

    async def _spawn(self) -> None:
        await self._process.start()
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
        """It has nothing to do."""
        self._process.retire()
        log.info("explaining process retired", seconds=self._idle)


def command(*flags: str) -> tuple[str, ...]:
    """How the process is started."""
    return (sys.executable, "-m", "services.worker.engines.explain.process", *flags)
