"""Converts a model's decoder to LiteRT in eight bits: a program, run once a model.

`python -m services.worker.engines.litert_convert MODEL FOLDER SLOTS CONTEXT`
writes into FOLDER what litert_cache keeps, and says on standard output how far
it is, one JSON object a line. It is a process of its own because TensorFlow,
which it needs, would otherwise stay in the worker's memory.
"""

import json
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.worker.engines.errors import ModelFileError
from services.worker.engines.litert_cache import EMBEDDING, GRAPHS, PACKED
from services.worker.engines.litert_file import ModelFileBuilder
from services.worker.engines.litert_runtime import LiteRtRuntime
from services.worker.engines.litert_shapes import Shape, Shapes
from services.worker.engines.llama_config import LlamaConfig
from services.worker.engines.llama_weights import LlamaWeights
from services.worker.engines.machine_memory import available_memory
from services.worker.engines.memory_need import conversion_need, in_mb
from services.worker.engines.model_source import open_source
from services.worker.engines.rotation import orthogonal, turned, turned_output

_MATRICES = ("query_key_value", "attention_out", "gate_up", "down")
_VECTORS = ("query_key_value_bias", "attention_out_bias", "query_norm", "key_norm")
Array = NDArray[np.float32]
Progress = Callable[[str, float], None]


def convert(model: Path, folder: Path, shapes: Shapes, progress: Progress) -> None:
    """Write the graphs, the embedding and the packed matrices of `model` into `folder`."""
    with open_source(model) as source:
        config, tokenizer = source.config, source.tokenizer
        need, available = conversion_need(config), available_memory()
        if available is not None and need.total > available:
            raise ModelFileError(
                f"converting needs about {need}, {in_mb(available)} MB are available"
            )
        weights = source.weights(lambda part: progress("turning weights", part))
        turned_matrices, embedding = turned_weights(config, weights)
        arrays = dict(turned_matrices)
        vectors = {name: array for name, array in arrays.items() if array.ndim == 1}
        matrices = {name: array for name, array in arrays.items() if array.ndim == 2}
    np.save(folder / EMBEDDING, embedding)
    # Importing TensorFlow takes seconds: only now, when the file is known to be good.
    from services.worker.engines.litert_calibrate import TEXT, calibrated
    from services.worker.engines.litert_graph import LiteRtGraph

    graph, templates = LiteRtGraph(config, vectors), shapes.templates()
    builder = ModelFileBuilder(
        calibrated(
            graph,
            config,
            matrices,
            embedding,
            tokenizer.encode(TEXT),
            lambda part: progress("rounding to int8", part),
        )
    )
    for done, template in enumerate(templates):
        progress("converting to LiteRT", done / len(templates))
        same = [s for s in shapes.every() if s.template == template]
        builder.add(converted_graph(graph, template), {shape.name: shape.rows for shape in same})
    (folder / GRAPHS).write_bytes(builder.build())
    progress("packing matrices", 0.0)
    LiteRtRuntime(folder / GRAPHS, folder / PACKED, 0)


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


def converted_graph(graph: Any, shape: Shape) -> bytes:
    """A graph of this shape, with rows left open where it decodes, in LiteRT's format."""
    from services.worker.engines.tensorflow_quiet import tf

    specs = graph.specs(shape, rows=None if shape.logits else 1)
    traced = graph.function(shape).get_concrete_function(**specs)
    with tempfile.TemporaryDirectory() as saved:
        tf.saved_model.save(tf.Module(), saved, signatures={"step": traced})
        converter = tf.lite.TFLiteConverter.from_saved_model(saved, signature_keys=["step"])
        converter.exclude_conversion_metadata = True  # it costs as much as the conversion
        return bytes(converter.convert())


def main(argv: list[str]) -> None:
    """Convert as the command line says."""
    model, folder, slots, context = argv

    def tell(what: str, fraction: float) -> None:
        sys.stdout.write(json.dumps({"progress": what, "fraction": fraction}) + "\n")
        sys.stdout.flush()

    convert(Path(model), Path(folder), Shapes(int(slots), int(context)), tell)


if __name__ == "__main__":
    main(sys.argv[1:])
