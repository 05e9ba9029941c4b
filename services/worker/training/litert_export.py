"""Writes a classifier for LiteRT: its weights in graphs of fixed length.

Decides how the LSTM is unrolled: all inputs are multiplied at once, gates of one
kind lie side by side, and the state after the last token is taken, whatever the padding.
Weights are kept in sixteen bits. Built-in operations only.
"""

import tempfile
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.worker.classifiers.card import Graph
from services.worker.engines.tensorflow_quiet import tf

ROWS = (1, 8)  # texts at once


def graphs_for(limit: int) -> tuple[Graph, ...]:
    """The graphs of a limit: lengths from 16 on, doubling."""
    lengths = [limit]
    while lengths[0] > 16:
        lengths.insert(0, (lengths[0] + 1) // 2)
    return tuple(
        Graph(f"rows{rows}_length{length}", rows, length) for rows in ROWS for length in lengths
    )


def litert_model(model: Any, graphs: Sequence[Graph]) -> bytes:
    """The model as a LiteRT file with one signature a graph."""
    arrays = [np.asarray(weights) for weights in model.get_weights()]
    embedding, kernel, recurrent, bias, dense, dense_bias = arrays
    kernel, recurrent, bias = (_gates_apart(array) for array in (kernel, recurrent, bias))
    module = tf.Module()
    signatures = {}
    for graph in graphs:
        run = _unrolled(graph, embedding, kernel, recurrent, bias, dense, dense_bias)
        spec = tf.TensorSpec([graph.rows, graph.length], tf.int32, name="tokens")
        function = tf.function(run, autograph=False, input_signature=[spec])
        setattr(module, graph.name, function)
        signatures[graph.name] = function.get_concrete_function()
    with tempfile.TemporaryDirectory() as folder:
        tf.saved_model.save(module, folder, signatures=signatures)
        converter = tf.lite.TFLiteConverter.from_saved_model(
            folder, signature_keys=list(signatures)
        )
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
        converter.target_spec.supported_types = [tf.float16]
        return bytes(converter.convert())


def _gates_apart(array: NDArray[np.float32]) -> NDArray[np.float32]:
    """Keras' order (input, forget, cell, output) with the cell last: one sigmoid for three."""
    into, forget, cell, out = np.split(array, 4, axis=-1)
    return np.concatenate([into, forget, out, cell], axis=-1)


def _unrolled(graph: Graph, *weights: NDArray[np.float32]) -> Any:
    embedding, kernel, recurrent, bias, dense, dense_bias = weights
    rows, length, units = graph.rows, graph.length, recurrent.shape[0]

    def run(tokens: Any) -> dict[str, Any]:
        inputs = tf.gather(embedding, tf.reshape(tokens, [-1]))
        inputs = tf.reshape(tf.matmul(inputs, kernel) + bias, [rows, length, 4 * units])
        cell = state = tf.zeros([rows, units])
        states = []
        for place in range(length):
            mixed = inputs[:, place] + tf.matmul(state, recurrent)
            gates, fresh = tf.sigmoid(mixed[:, : 3 * units]), tf.tanh(mixed[:, 3 * units :])
            cell = gates[:, units : 2 * units] * cell + gates[:, :units] * fresh
            state = gates[:, 2 * units :] * tf.tanh(cell)
            states.append(state)
        is_text = tf.cast(tf.not_equal(tokens, 0), tf.float32)
        is_last = is_text - tf.concat([is_text[:, 1:], tf.zeros([rows, 1])], axis=1)
        last = tf.reduce_sum(tf.stack(states, axis=1) * is_last[:, :, None], axis=1)
        return {"probabilities": tf.nn.softmax(tf.matmul(last, dense) + dense_bias)}

    return run
