"""A trained folder, run by LiteRT in this process.

Decides which graph a text goes through: the shortest that holds it, with as
many rows as are wanted or the fewest above. It runs on a thread of its own.
TensorFlow has no part in it.
"""

import asyncio
import re
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeAlias

import numpy as np
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray

from services.runtime.text import Text
from services.worker.classifiers.calibration import calibrated
from services.worker.classifiers.card import Graph
from services.worker.classifiers.classifier import ClassifierInfo, Row
from services.worker.classifiers.encoding import GAP
from services.worker.classifiers.errors import ClassifierError
from services.worker.classifiers.folder import LITERT, ClassifierFolder
from services.worker.engines.start_up_notes import without_notes

Numbered: TypeAlias = tuple[int, list[int]]  # which text, and its tokens
_NOTE = re.compile(rb"^INFO: ")


class LiteRtClassifier:
    """The classifier of a folder, under the name that it is served by."""

    def __init__(self, folder: ClassifierFolder, name: str) -> None:
        """Open the model; raises ClassifierError."""
        card = folder.card
        self.info = ClassifierInfo(name, card.version, card.labels, card.threshold, card.fallback)
        self._folder = folder
        self._graphs = Graphs(card.graphs)
        raw = folder.litert_model()
        try:
            self._interpreter = Interpreter(model_content=raw, num_threads=1)
            self._runners = {
                graph.name: self._interpreter.get_signature_runner(graph.name)
                for graph in card.graphs
            }
            with without_notes(_NOTE):
                self._check()
        except (ValueError, RuntimeError) as error:
            raise ClassifierError(f"{LITERT} cannot be run: {error!s:.200}") from None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=f"classifier {name}")

    async def run(self, texts: Sequence[Text]) -> Sequence[Row]:
        """A row of probabilities for each text."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._run, texts)

    def close(self) -> None:
        """Let the thread go once it is done."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _check(self) -> None:
        """Every graph runs, and gives a probability for each label."""
        wanted = len(self.info.labels)
        for graph in self._folder.card.graphs:
            shape = self._through(graph, [(0, [GAP])]).shape
            if shape != (1, wanted):
                raise ValueError(f"{graph.name} gives {shape[-1]} figures, not {wanted}")

    def _run(self, texts: Sequence[Text]) -> Sequence[Row]:
        rows = np.zeros((len(texts), len(self.info.labels)), np.float32)
        tokens = [(at, self._folder.encode(text.reveal)) for at, text in enumerate(texts)]
        for graph, some in self._graphs.split(tokens):
            rows[[at for at, _ in some]] = self._through(graph, some)
        told: list[Row] = calibrated(rows, self._folder.card.temperature).tolist()
        return told

    def _through(self, graph: Graph, some: Sequence[Numbered]) -> NDArray[np.float32]:
        padded = np.zeros((graph.rows, graph.length), np.int32)
        padded[:, 0] = GAP  # rows that nobody wants
        for row, (_, tokens) in enumerate(some):
            padded[row, : len(tokens)] = tokens
        given: dict[str, Any] = self._runners[graph.name](tokens=padded)
        probabilities: NDArray[np.float32] = given["probabilities"][: len(some)]
        return probabilities


class Graphs:
    """The graphs of a model, by what they hold."""

    def __init__(self, graphs: Sequence[Graph]) -> None:
        self._by_length: dict[int, list[Graph]] = {}
        for graph in sorted(graphs, key=lambda graph: (graph.length, graph.rows)):
            self._by_length.setdefault(graph.length, []).append(graph)

    def split(self, texts: Sequence[Numbered]) -> Iterator[tuple[Graph, Sequence[Numbered]]]:
        """Share texts out among the graphs, each whole."""
        left: list[Numbered] = sorted(texts, key=lambda text: len(text[1]))
        for length, graphs in self._by_length.items():
            fitting = [text for text in left if len(text[1]) <= length]
            left = left[len(fitting) :]
            while fitting:
                graph = next((g for g in graphs if g.rows >= len(fitting)), graphs[-1])
                yield graph, fitting[: graph.rows]
                fitting = fitting[graph.rows :]
