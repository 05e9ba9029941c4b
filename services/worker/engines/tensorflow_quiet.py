"""Imports TensorFlow once, quietly, and sets its threads.

Decides nothing about models. Whatever else this worker runs on, `tensorflow`
is imported through here, because its start-up notes go to standard error
before any setting of its own can silence them.
"""

import os
import re

from services.worker.engines.start_up_notes import without_notes

_START_UP_NOTE = re.compile(rb"^(WARNING: All log messages before absl|I0000 |To enable the foll)")


os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
with without_notes(_START_UP_NOTE):
    import tensorflow as tf

__all__ = ["has_gpu", "set_threads", "tf"]


def set_threads(threads: int) -> None:
    """Run each operation on `threads` threads (0: one a core), operations one by one.

    Raises:
        RuntimeError: TensorFlow already runs with another number.
    """
    if tf.config.threading.get_intra_op_parallelism_threads() != threads:
        tf.config.threading.set_intra_op_parallelism_threads(threads)
    if tf.config.threading.get_inter_op_parallelism_threads() != 1:
        tf.config.threading.set_inter_op_parallelism_threads(1)


def has_gpu() -> bool:
    """Whether TensorFlow computes on a GPU."""
    return bool(tf.config.list_physical_devices("GPU"))
