"""A worker that counts what its classifier runs: for benchmarks/classify.py.

    python -m benchmarks.live.classifying

Decides only the wiring: a worker as it is deployed, but that its classifier notes the texts of
each batch and how long encoding and model took. Prints its address as one JSON line, then,
for each line on standard input, the batches since the last.
"""

import asyncio
import json
import signal
import sys
import time
from collections.abc import Sequence
from typing import Any
from unittest.mock import patch

from services.runtime import logs
from services.runtime.text import Text
from services.worker.app import serve
from services.worker.classifiers import litert_classifier
from services.worker.classifiers.classifier import Row
from services.worker.classifiers.litert_classifier import LiteRtClassifier
from services.worker.settings import WorkerSettings


def noting(batches: list[tuple[int, float]]) -> type[LiteRtClassifier]:
    """The classifier, but that it notes its batches."""

    class Noting(LiteRtClassifier):
        def _run(self, texts: Sequence[Text]) -> Sequence[Row]:
            began = time.perf_counter()
            rows = super()._run(texts)
            batches.append((len(texts), time.perf_counter() - began))
            return rows

    return Noting


async def main() -> None:
    """Serve until SIGTERM."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, stop.set)
    batches: list[tuple[int, float]] = []
    settings: Any = WorkerSettings(
        listen="127.0.0.1:0", metrics_listen=None, engine="scripted", explanations=0
    )
    with patch.object(litert_classifier, "LiteRtClassifier", noting(batches)):
        async with serve(settings) as running:
            say({"address": running.address})
            loop.add_reader(sys.stdin.fileno(), tell, batches)
            await stop.wait()


def tell(batches: list[tuple[int, float]]) -> None:
    """Say which batches there were, and forget them."""
    sys.stdin.buffer.readline()
    say(batches)
    batches.clear()


def say(what: object) -> None:
    """One JSON line."""
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    logs.configure("error", "console")
    asyncio.run(main())
