"""Writes a classifier for LiteRT: its weights in graphs of fixed length.

Decides how the LSTM is unrolled, in both directions: all inputs are multiplied at once,
gates of one kind lie side by side, and the states after the last token and, backwards, after
the first are taken, whatever the padding. Weights are kept in sixteen bits. Built-in
operations only.
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
    embedding, *directions, dense, dense_bias = arrays
    directions = [_gates_apart(array) for array in directions]
    module = tf.Module()
    signatures = {}
    for graph in graphs:
        run = _unrolled(graph, embedding, directions, dense, dense_bias)
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


def _unrolled(
    graph: Graph,
    embedding: NDArray[np.float32],
    directions: Sequence[NDArray[np.float32]],
    dense: NDArray[np.float32],
    dense_bias: NDArray[np.float32],
) -> Any:
    ahead, back = directions[:3], directions[3:]
    rows, length = graph.rows, graph.length

    def run(tokens: Any) -> dict[str, Any]:
        inputs = tf.gather(embedding, tf.reshape(tokens, [-1]))
        is_text = tf.cast(tf.not_equal(tokens, 0), tf.float32)
        is_last = is_text - tf.concat([is_text[:, 1:], tf.zeros([rows, 1])], axis=1)
        states = tf.stack(_walked(inputs, ahead, rows, range(length)), axis=1)
        last = tf.reduce_sum(states * is_last[:, :, None], axis=1)
        # Backwards the padding comes first: nothing is remembered of it.
        first = _walked(inputs, back, rows, range(length)[::-1], is_text)[-1]
        found = tf.concat([last, first], axis=1)
        return {"probabilities": tf.nn.softmax(tf.matmul(found, dense) + dense_bias)}

    return run


def _walked(
    inputs: Any,
    direction: Sequence[NDArray[np.float32]],
    rows: int,
    places: range,
    is_text: Any = None,
) -> list[Any]:
    """The state after each place, in the order of the places."""
    kernel, recurrent, bias = direction
    units = recurrent.shape[0]
    inputs = tf.reshape(tf.matmul(inputs, kernel) + bias, [rows, len(places), 4 * units])
    cell = state = tf.zeros([rows, units])
    states = []
    for place in places:
        mixed = inputs[:, place] + tf.matmul(state, recurrent)
        gates, fresh = tf.sigmoid(mixed[:, : 3 * units]), tf.tanh(mixed[:, 3 * units :])
        cell = gates[:, units : 2 * units] * cell + gates[:, :units] * fresh
        if is_text is not None:
            cell *= is_text[:, place : place + 1]
        state = gates[:, 2 * units :] * tf.tanh(cell)
        states.append(state)
    return states
