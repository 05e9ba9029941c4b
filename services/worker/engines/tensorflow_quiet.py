"""Imports TensorFlow once, quietly, and sets its threads.

Decides nothing about models. Whatever else this worker runs on, `tensorflow`
is imported through here, because its start-up notes go to standard error
before any setting of its own can silence them.
"""

import os
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

_START_UP_NOTE = re.compile(rb"^(WARNING: All log messages before absl|I0000 |To enable the foll)")


@contextmanager
def _without_start_up_notes() -> Iterator[None]:
    """Hold standard error back; then pass on all of it but the start-up notes."""
    sys.stderr.flush()
    shown = os.dup(2)
    with tempfile.TemporaryFile() as held:
        os.dup2(held.fileno(), 2)
        try:
            yield
        finally:
            sys.stderr.flush()
            os.dup2(shown, 2)
            held.seek(0)
            kept = b"".join(line for line in held if not _START_UP_NOTE.match(line))
            os.write(shown, kept)
            os.close(shown)


os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
with _without_start_up_notes():
    import tensorflow as tf

__all__ = ["set_threads", "tf"]


def set_threads(threads: int) -> None:
    """Run each operation on `threads` threads (0: one a core), operations one by one.

    Raises:
        RuntimeError: TensorFlow already runs with another number.
    """
    if tf.config.threading.get_intra_op_parallelism_threads() != threads:
        tf.config.threading.set_intra_op_parallelism_threads(threads)
    if tf.config.threading.get_inter_op_parallelism_threads() != 1:
        tf.config.threading.set_inter_op_parallelism_threads(1)
