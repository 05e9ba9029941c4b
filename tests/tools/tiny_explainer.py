"""An explaining process whose numbers can be checked by hand; it needs no TensorFlow.

A token's embedding is its own number, the baseline is 0, and an outcome's log
probability is less by a hundredth of the sum of their squares: a token n is owed
-n²/100. An answer token does not count what stands behind it. Token 13 ends the
process.
"""

import os
import queue
import sys
import threading
from pathlib import Path

import numpy as np

from services.worker.engines.explain.process import Bounds, Explainer, read_mail
from services.worker.explaining.messages import Order
from services.worker.explaining.values import Alternative, Array, Subject

DEADLY = 13


class TinyOutcomes:
    """A `Differentiable`."""

    def __init__(self, subject: Subject) -> None:
        self._prompt = len(subject.prompt)
        self.outcomes = subject.answer or (0,)
        self.text: Array = np.array(
            [[token] for token in (*subject.prompt, *subject.answer[:-1])], np.float32
        )
        self.baseline = np.zeros_like(self.text)

    def products(
        self, inputs: Array, direction: Array, chosen: tuple[int, ...]
    ) -> tuple[Array, Array]:
        squares, slopes = -(inputs[..., 0] ** 2) / 100, -2 * inputs * direction / 100
        seen = [self.seen(place) for place in range(len(self.outcomes))]
        values = np.stack([squares[:, :count].sum(axis=1) for count in seen], axis=1) - 1
        some = np.zeros((len(chosen), *squares.shape), np.float32)
        for row, place in enumerate(chosen):
            some[row, :, : seen[place]] = slopes[:, : seen[place], 0]
        return values, some

    def seen(self, outcome: int) -> int:
        return self._prompt + outcome

    def alternatives(self, count: int) -> list[tuple[Alternative, ...]]:
        return [(Alternative(outcome, -1.0),)[:count] for outcome in self.outcomes]


class TinyModel:
    revision, baseline = "tiny@1", "0 for every token"

    def outcomes(self, subject: Subject) -> TinyOutcomes:
        if DEADLY in subject.prompt:
            os._exit(3)
        return TinyOutcomes(subject)


def main() -> None:
    """Serve until standard input ends."""
    mail: queue.SimpleQueue[Order] = queue.SimpleQueue()
    threading.Thread(target=read_mail, args=(sys.stdin.buffer, mail), daemon=True).start()

    def say(line: bytes) -> None:
        sys.stdout.buffer.write(line)
        sys.stdout.buffer.flush()

    bounds = Bounds(512, 1, 0, Path())
    Explainer(lambda source, bounds, progress: TinyModel(), bounds, say, mail).work()


if __name__ == "__main__":
    main()
