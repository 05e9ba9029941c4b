"""A Keras file as a classifier, run by a process of its own.

Decides when the process is started and when it is given up: a file may be broken, hostile
or larger than the machine, and must take nothing with it but itself. The worker reads
nothing of the file; TensorFlow lives in the process. One that dies is started again by the
next batch, after a pause that doubles while it keeps dying; a batch is tried twice at most.
"""

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import structlog

from services.runtime.text import Text
from services.worker.classifiers.classifier import ClassifierInfo, Row
from services.worker.classifiers.errors import ClassifierError
from services.worker.classifiers.keras_lines import (
    LONGEST_LINE,
    NotUnderstood,
    Opened,
    Ran,
    Refused,
    opened_of,
    ran_of,
    texts_line,
)
from services.worker.line_process import LineProcess, ProcessLost

OPEN_SECONDS, RUN_SECONDS = 120.0, 30.0
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0

log = structlog.get_logger(__name__)


class KerasLost(Exception):
    """The process has ended, or says what nobody understands. Holds no text."""


class KerasClassifier:
    """The classifier of a file, under the name that it is served by.

    An async context manager: raises ClassifierError where the file cannot be served.

    Args:
        command: what to run; it speaks `keras_lines` on standard input and output.
        name: what it is served as.
        pause: seconds after a death in which it is not started again.
    """

    info: ClassifierInfo

    def __init__(self, command: Sequence[str], name: str, *, pause: float = FIRST_PAUSE) -> None:
        self._name = name
        self._process = LineProcess(command, longest=LONGEST_LINE, CUDA_VISIBLE_DEVICES="")
        self._clock = asyncio.get_running_loop().time
        self._first_pause = self._pause = pause
        self._not_before = 0.0

    @property
    def pid(self) -> int | None:
        """The process's id, where there is one."""
        return self._process.pid

    async def __aenter__(self) -> Self:
        try:
            opened = await self._start()
        except (KerasLost, TimeoutError, OSError) as error:
            await self._process.end()
            raise ClassifierError(f"its process could not open it: {error!s:.200}") from None
        except BaseException:
            await self._process.end()
            raise
        self.info = ClassifierInfo(self._name, opened.version, opened.labels)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._process.end()

    async def run(self, texts: Sequence[Text]) -> Sequence[Row]:
        """A row of probabilities for each text.

        Raises:
            KerasLost: the process has ended in the middle, or has just, or takes too long.
            ClassifierError: it cannot run these texts, or the file has changed.
        """
        is_older = self.pid is not None
        try:
            try:
                told = await self._told(texts)
            except KerasLost:
                if not is_older:
                    raise
                # It was there before these texts, and may have died of something else.
                await self._process.end()
                told = await self._told(texts)
        except (KerasLost, TimeoutError, OSError) as error:
            await self._lost(error)
            raise KerasLost from None
        except BaseException:  # cancelled in the middle: what it says next is not an answer
            await self._process.end()
            raise
        if isinstance(told, Refused):
            raise ClassifierError(told.why)
        self._pause = self._first_pause
        return told.rows

    async def _told(self, texts: Sequence[Text]) -> Ran | Refused:
        if self.pid is None:
            await self._start_again()
        async with asyncio.timeout(RUN_SECONDS):
            try:
                await self._process.say(texts_line([text.reveal for text in texts]))
                return ran_of(await self._process.hear(), len(texts), len(self.info.labels))
            except (NotUnderstood, ProcessLost) as error:
                raise KerasLost(type(error).__name__) from None

    async def _start_again(self) -> None:
        if self._clock() < self._not_before:
            raise KerasLost("it has just ended")
        opened = await self._start()
        if opened.version != self.info.version or opened.labels != self.info.labels:
            await self._process.end()
            raise ClassifierError("the file is another one than it was")

    async def _start(self) -> Opened:
        async with asyncio.timeout(OPEN_SECONDS):
            await self._process.start()
            try:
                told = opened_of(await self._process.hear())
            except NotUnderstood as error:
                raise KerasLost(f"its process was not understood: {error}") from None
            except ProcessLost as error:
                raise KerasLost(str(error)) from None
        if isinstance(told, Refused):
            raise ClassifierError(told.why)
        log.info("keras process started", classifier=self._name)
        return told

    async def _lost(self, error: Exception) -> None:
        await self._process.end()
        log.error("keras process lost", classifier=self._name, error=type(error).__name__)
        self._not_before = self._clock() + self._pause
        self._pause = min(2 * self._pause, LONGEST_PAUSE)


def command(path: Path, memory_mb: int) -> tuple[str, ...]:
    """How the process is started."""
    module = "services.worker.engines.keras_process"
    return (sys.executable, "-m", module, str(path), str(memory_mb))
