"""The most int8 operations a second that LiteRT reaches here: one large matrix product.

    python -m benchmarks.engines.int8_peak THREADS

A process of its own, because TensorFlow is needed to write the graph. Prints the
operations a second of a product of 512 rows with a 2,048 x 2,048 matrix, dynamic
range as the engine's own: weights int8, rows quantized on the way.
"""

import sys
import time

import numpy as np

ROWS, SIDE, TURNS = 512, 2048, 12


def peak(threads: int) -> float:
    """Operations a second."""
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(model_content=_graph(), num_threads=threads)
    interpreter.allocate_tensors()
    place = interpreter.get_input_details()[0]["index"]
    interpreter.set_tensor(place, np.random.default_rng(1).random((ROWS, SIDE), np.float32))
    seconds = []
    for _ in range(TURNS):
        began = time.perf_counter()
        interpreter.invoke()
        seconds.append(time.perf_counter() - began)
    return 2.0 * ROWS * SIDE * SIDE / min(seconds)


def _graph() -> bytes:
    import tensorflow as tf

    matrix = tf.constant(np.random.default_rng(2).standard_normal((SIDE, SIDE)), tf.float32)
    product = tf.function(
        lambda rows: tf.matmul(rows, matrix), input_signature=[tf.TensorSpec((ROWS, SIDE))]
    )
    converter = tf.lite.TFLiteConverter.from_concrete_functions([product.get_concrete_function()])
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    return bytes(converter.convert())


if __name__ == "__main__":
    print(peak(int(sys.argv[1])))
