"""Converts a model's decoder to LiteRT in eight bits: a program, run once a model.

`python -m services.worker.engines.litert.convert MODEL ROUNDED FOLDER SLOTS CONTEXT`
writes into the folders what `cache.py` keeps, and says on standard output how
far all of it is, one JSON object a line. It is a process of its own because TensorFlow,
which it needs, would otherwise stay in the worker's memory. Ends when its input does.
"""

import importlib.metadata
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from services.worker.engines.litert.cache import CONTENT, EMBEDDING, GRAPHS
from services.worker.engines.litert.calibration_text import TEXT
from services.worker.engines.litert.file import ModelFileBuilder
from services.worker.engines.litert.kept import make_whole, put
from services.worker.engines.litert.open import runtime_of
from services.worker.engines.litert.rotation import orthogonal, turned, turned_output
from services.worker.engines.litert.rounded import load_rounded, save_rounded
from services.worker.engines.litert.shapes import Shapes
from services.worker.engines.machine_memory import available_memory
from services.worker.engines.memory_need import conversion_need, refuse_beyond
from services.worker.engines.models.llama_config import LlamaConfig
from services.worker.engines.models.llama_weights import LlamaWeights
from services.worker.engines.models.source import open_source
from services.worker.engines.with_parent import end_with_input

_MATRICES = ("query_key_value", "attention_out", "gate_up", "down")
_VECTORS = ("query_key_value_bias", "attention_out_bias", "query_norm", "key_norm")
_ROUNDING, _CONVERTING = 0.6, 0.3  # about these shares of the time; the rest is writing
Array = NDArray[np.float32]
Progress = Callable[[str, float], None]


def convert(model: Path, rounded: Path, folder: Path, shapes: Shapes, progress: Progress) -> None:
    """Write into `folder` the graphs and the embedding of `model`.

    The folder `rounded` keeps the matrices; it is made where it is not there.
    """
    with open_source(model) as source:
        config, tokenizer = source.config, source.tokenizer
        weights = source.weights()
        if not rounded.is_dir():
            refuse_beyond(conversion_need(config), available_memory(), "converting")
            tokens = tokenizer.encode(TEXT)
            make_whole(rounded, lambda whole: _round(config, weights, tokens, whole, progress))
    from services.worker.engines.litert.templates import graph_of

    matrices, vectors = load_rounded(rounded)
    builder = ModelFileBuilder(matrices)
    templates = shapes.templates()
    for done, template in enumerate(templates):
        progress("converting to LiteRT", _ROUNDING + _CONVERTING * done / len(templates))
        same = [s for s in shapes.every() if s.template == template]
        graph = graph_of(config, vectors, template)
        builder.add(graph, {shape.name: shape.rows for shape in same})
    progress("writing the graphs", _ROUNDING + _CONVERTING)
    (folder / GRAPHS).write_bytes(builder.build())
    put(rounded / EMBEDDING, folder / EMBEDDING)
    content = f"{(rounded / CONTENT).read_text()} by {importlib.metadata.version('tensorflow')}"
    (folder / CONTENT).write_text(content)


def _round(
    config: LlamaConfig,
    weights: LlamaWeights,
    tokens: Sequence[int],
    folder: Path,
    progress: Progress,
) -> None:
    """Write a model's matrices in eight bits, and what goes with them."""
    # Importing TensorFlow takes seconds: only now, when the file is known to be good.
    progress("starting TensorFlow", 0.0)
    from services.worker.engines.litert.calibrate import calibrated
    from services.worker.engines.litert.graph import LiteRtGraph

    turned, embedding = turned_weights(config, weights)
    arrays = dict(turned)
    vectors = {name: array for name, array in arrays.items() if array.ndim == 1}
    matrices = {name: array for name, array in arrays.items() if array.ndim == 2}
    found = calibrated(
        LiteRtGraph(config, vectors),
        config,
        matrices,
        embedding,
        tokens,
        lambda part: progress("rounding to int8", _ROUNDING * (0.2 + 0.8 * part)),
    )
    np.save(folder / EMBEDDING, embedding)
    save_rounded(folder, found, vectors)


def turned_weights(
    config: LlamaConfig, weights: LlamaWeights
) -> tuple[Iterator[tuple[str, Array]], NDArray[np.float16]]:
    """Matrices `[out, in]` and vectors by the graph's names, one by one; the embedding."""
    stream, query = orthogonal(config.width), config.heads * config.head_size
    outer = weights.outer()

    def matrices() -> Iterator[tuple[str, Array]]:
        for index in range(config.layers):
            layer = turned(weights.layer(index), stream, head_size=config.head_size, query=query)
            for name in _MATRICES:
                yield f"{name}_{index}", getattr(layer, name).T
            for name in _VECTORS:
                if (vector := getattr(layer, name)) is not None:
                    yield f"{name}_{index}", vector
        output = outer.embedding if outer.output is None else outer.output
        yield "output", turned_output(output.T, outer.norm, stream).T

    return matrices(), (outer.embedding @ stream).astype(np.float16)


def main(argv: list[str]) -> None:
    """Convert as the command line says."""
    end_with_input()
    model, rounded, folder, slots, context = argv

    def tell(what: str, fraction: float) -> None:
        sys.stdout.write(json.dumps({"progress": what, "fraction": fraction}) + "\n")
        sys.stdout.flush()

    shapes = Shapes(int(slots), int(context))
    convert(Path(model), Path(rounded), Path(folder), shapes, tell)
    tell("packing matrices", 0.98)
    runtime_of(Path(folder), 1)


if __name__ == "__main__":
    main(sys.argv[1:])
