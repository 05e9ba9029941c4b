"""Converts the graph of one shape, without matrices, by TensorFlow's converter.

Decides that a deep model's graph is converted with few layers and deepened, which
takes seconds less a graph; where a model's layers hold constants of their own, or
turn out not to be alike, it is converted whole.
"""

import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from services.worker.engines.litert.depth import SHALLOW, NotAlike, deepened
from services.worker.engines.litert.graph import LiteRtGraph
from services.worker.engines.litert.shapes import Shape
from services.worker.engines.models.llama_config import LlamaConfig
from services.worker.engines.tensorflow_quiet import tf

Array: TypeAlias = NDArray[np.float32]


def graph_of(config: LlamaConfig, vectors: Mapping[str, Array], shape: Shape) -> bytes:
    """A graph of this shape in LiteRT's format, with rows left open where it decodes."""
    if config.layers > SHALLOW and not vectors:
        shallow = LiteRtGraph(replace(config, layers=SHALLOW))
        with suppress(NotAlike):
            return deepened(converted_graph(shallow, shape), config.layers)
    return converted_graph(LiteRtGraph(config, vectors), shape)


def converted_graph(graph: LiteRtGraph, shape: Shape) -> bytes:
    """A graph of this shape, with rows left open where it decodes, in LiteRT's format."""
    specs = graph.specs(shape, rows=None if shape.logits else 1)
    traced = graph.function(shape).get_concrete_function(**specs)
    with tempfile.TemporaryDirectory() as saved:
        tf.saved_model.save(tf.Module(), saved, signatures={"step": traced})
        converter = tf.lite.TFLiteConverter.from_saved_model(saved, signature_keys=["step"])
        converter.exclude_conversion_metadata = True  # it costs as much as the conversion
        converter.allow_custom_ops = True  # file.py knows which, and takes no other
        return bytes(converter.convert())
