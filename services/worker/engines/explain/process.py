"""The explaining process: a program that explains what it is told on standard input.

`python -m services.worker.engines.explain.process TOKENS THREADS MEMORY_MB CACHE_DIR`
speaks `services.worker.explaining.messages`. It has one model open at a time. Decides
that it yields: the scheduler runs it when nothing else wants to run, and the kernel
takes it first where memory runs out. Ends when its input does.
"""

import contextlib
import os
import queue
import sys
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol

from services.worker.classifiers.errors import ClassifierError
from services.worker.engines.errors import ModelFileError, ModelUnavailableError
from services.worker.explaining.attributing import attributed
from services.worker.explaining.messages import (
    Ask,
    Ended,
    Loading,
    Opened,
    Order,
    Source,
    Word,
    order_of,
    word_line,
)
from services.worker.explaining.values import Differentiable, Subject

# Positions of one pass, over all points: what is kept of them for the way back is what
# takes the memory.
POSITIONS = 256


class Explainable(Protocol):
    """An open model."""

    @property
    def revision(self) -> str:
        """Weights, graph and precision in one name."""
        ...

    @property
    def baseline(self) -> str:
        """What stands for nothing said, in words."""
        ...

    def outcomes(self, subject: Subject) -> Differentiable:
        """What is to be explained of it."""
        ...


@dataclass(frozen=True, slots=True)
class Bounds:
    """What the process may take."""

    tokens: int
    threads: int
    memory_mb: int
    cache_dir: Path


Open = Callable[[Source, Bounds, Callable[[float], None]], Explainable]


class Explainer:
    """Carries out orders, one after the other."""

    def __init__(
        self,
        open_model: Open,
        bounds: Bounds,
        say: Callable[[bytes], None],
        mail: "queue.SimpleQueue[Order]",
    ) -> None:
        self._open_model = open_model
        self._bounds = bounds
        self._say = say
        self._mail = mail
        self._kept: deque[Order] = deque()  # taken from the mail, and not yet carried out
        self._open: tuple[Source, Explainable] | None = None

    def work(self) -> None:
        """Explain what is asked. Never returns."""
        while True:
            order = self._kept.popleft() if self._kept else self._mail.get()
            if isinstance(order, Ask):
                self._answer(order)

    def _answer(self, ask: Ask) -> None:
        def say(word: Word) -> None:
            self._say(word_line(ask.number, word))

        try:
            self._explain(ask, say)
        except (ModelFileError, ModelUnavailableError, ClassifierError) as error:
            say(Ended(str(error), is_refusal=True))
        except Exception as error:  # whatever a model makes of an input
            say(Ended(type(error).__name__))

    def _explain(self, ask: Ask, say: Callable[[Word], None]) -> None:
        model = self._opened(ask.source, lambda fraction: say(Loading(fraction)))
        say(Opened(model.revision, model.baseline))
        outcomes = model.outcomes(ask.subject)
        rows = max(1, POSITIONS // len(outcomes.text))
        for word in attributed(outcomes, ask.options, rows):
            say(word)
            if self._is_stopped(ask.number):
                say(Ended())
                return

    def _opened(self, source: Source, progress: Callable[[float], None]) -> Explainable:
        if self._open is None or self._open[0] != source:
            self._open = None  # two models at once would be too many
            progress(0.0)
            self._open = source, self._open_model(source, self._bounds, progress)
        return self._open[1]

    def _is_stopped(self, number: int) -> bool:
        """Whether a stop has come; an ask that came is kept: after the last word, the next one."""
        with contextlib.suppress(queue.Empty):
            while True:
                order = self._mail.get_nowait()
                if isinstance(order, Ask):
                    self._kept.append(order)
                elif order.number == number:
                    return True
        return False


def read_mail(stream: IO[bytes], mail: "queue.SimpleQueue[Order]") -> None:
    """Put what is read where it is found between passes; end the process with the stream."""
    for line in stream:
        mail.put(order_of(line))
    os._exit(0)  # nobody listens any more, whatever is being computed


def yield_to_all() -> None:
    """Run when nothing else wants to, and be the first to go where memory runs out."""
    os.nice(19)
    with contextlib.suppress(AttributeError, OSError):  # not on every system
        os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")


def main(arguments: list[str]) -> None:
    """Serve until standard input ends."""
    tokens, threads, memory_mb, cache_dir = arguments
    out = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what libraries print is no message
    yield_to_all()
    mail: queue.SimpleQueue[Order] = queue.SimpleQueue()
    threading.Thread(target=read_mail, args=(sys.stdin.buffer, mail), daemon=True).start()
    from services.worker.engines.explain.open import open_explainable

    bounds = Bounds(int(tokens), int(threads), int(memory_mb), Path(cache_dir))

    def say(line: bytes) -> None:
        out.write(line)
        out.flush()

    Explainer(open_explainable, bounds, say, mail).work()


if __name__ == "__main__":
    main(sys.argv[1:])
