"""The process that runs a Keras file: a program that classifies what it reads on standard input.

`python -m services.worker.engines.keras_process PATH MEMORY_MB` speaks
`services.worker.classifiers.keras_lines`. Decides which files are served: one input of text, one
output of probabilities, nothing but Keras' own layers. Takes a bounded share of the memory,
and is the first to go where memory runs out. Ends when its input does.
"""

import contextlib
import json
import os
import resource
import signal
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.worker.classifiers.card import LABELS, LONGEST_LABEL
from services.worker.classifiers.errors import ClassifierError
from services.worker.classifiers.folder import sha256
from services.worker.classifiers.keras_archive import LARGEST, check_keras
from services.worker.classifiers.keras_lines import Opened, Ran, Refused, texts_of, told_line

NAMES = ".labels.json"  # beside FILE.keras: FILE.labels.json
PROBE = ("text", "")
_OFF = 1e-3  # by which the probabilities of a row may miss 1
_LARGEST_NAMES = 1 << 16


class KerasFile:
    """A Keras file, open."""

    def __init__(self, path: Path, before: Callable[[], None] = lambda: None) -> None:
        """Open it, `before` once TensorFlow is wanted; raises ClassifierError."""
        raw = _read(path, LARGEST)
        check_keras(raw, reads_text=True)
        before()
        self._model = _model(raw)
        width = self._through(PROBE).shape[1]
        self.labels = _names(path.with_suffix(NAMES), width)
        self.version = sha256(raw)[:12]

    def run(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """A row of probabilities for each text; raises ClassifierError."""
        rows = self._through(texts)
        if rows.shape[1] != len(self.labels):
            raise ClassifierError("it gives other numbers of figures for other texts")
        return rows

    def _through(self, texts: Sequence[str]) -> NDArray[np.float64]:
        from services.worker.engines.tensorflow_quiet import tf

        shape = self._model.inputs[0].shape
        given = tf.constant(list(texts))
        rows = np.asarray(self._model(given if len(shape) == 1 else given[:, None]), np.float64)
        if rows.ndim != 2 or len(rows) != len(texts):
            raise ClassifierError("it must give one row of figures for each text")
        if rows.shape[1] == 1:  # one figure: how likely the second of two labels is
            rows = np.hstack([1 - rows, rows])
        is_share = np.isfinite(rows).all() and rows.min() >= 0 and rows.max() <= 1
        if not is_share or abs(rows.sum(axis=1) - 1).max() > _OFF:
            raise ClassifierError(
                "it gives no probabilities: a row must be from 0 to 1 and add up to 1 (softmax), "
                "or be one figure from 0 to 1 (sigmoid)"
            )
        return np.asarray(rows / rows.sum(axis=1, keepdims=True))


def _model(raw: bytes) -> Any:
    from services.worker.engines.tensorflow_quiet import tf

    with tempfile.NamedTemporaryFile(suffix=".keras") as file:
        file.write(raw)
        file.flush()
        try:
            model = tf.keras.models.load_model(file.name, compile=False, safe_mode=True)
        except Exception as error:
            name = type(error).__name__
            raise ClassifierError(f"Keras cannot open it: {name}") from None
    if len(model.inputs) != 1 or model.inputs[0].dtype != "string" or len(model.outputs) != 1:
        raise ClassifierError("it must have one input of dtype string and one output")
    if len(model.inputs[0].shape) > 2 or model.inputs[0].shape[1:] not in ((), (1,)):
        raise ClassifierError("its input must be of shape (texts,) or (texts, 1)")
    return model


def _names(path: Path, width: int) -> tuple[str, ...]:
    """The labels' names, from the file beside it; numbers where there is none."""
    if not LABELS[0] <= width <= LABELS[1]:
        raise ClassifierError(
            f"it gives {width} labels; a classifier has {LABELS[0]} to {LABELS[1]}"
        )
    if not path.is_file():
        return tuple(map(str, range(width)))
    try:
        names = json.loads(_read(path, _LARGEST_NAMES))
    except (ValueError, RecursionError):
        raise ClassifierError(f"{path.name} is not JSON") from None
    if not isinstance(names, list) or len(names) != width or len(set(map(str, names))) != width:
        raise ClassifierError(f"{path.name} is no list of {width} different labels")
    if not all(isinstance(name, str) and 0 < len(name) <= LONGEST_LABEL for name in names):
        raise ClassifierError(
            f"{path.name} holds what is no text of 1 to {LONGEST_LABEL} characters"
        )
    return tuple(names)


def _read(path: Path, most: int) -> bytes:
    try:
        with path.open("rb") as file:
            raw = file.read(most + 1)
    except OSError as error:
        raise ClassifierError(f"{path.name}: {error.strerror or error}") from None
    if len(raw) > most:
        raise ClassifierError(f"{path.name} takes more than {most} bytes")
    return raw


def _one_thread() -> None:
    from services.worker.engines.tensorflow_quiet import set_threads

    set_threads(1)


def bound(memory_mb: int) -> None:
    """Take no more than that, leave no core, and be the first to go where memory runs out."""
    resource.setrlimit(resource.RLIMIT_DATA, (memory_mb << 20, memory_mb << 20))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")


def main(arguments: Sequence[str]) -> None:
    """Serve until standard input ends."""
    path, memory_mb = arguments
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    out = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what libraries print is no message
    bound(int(memory_mb))

    def say(told: Opened | Refused | Ran) -> None:
        out.write(told_line(told))
        out.flush()

    try:
        file = KerasFile(Path(path), _one_thread)
    except (ClassifierError, MemoryError) as error:
        say(Refused(str(error) or f"it takes more than {memory_mb} MB (keras_memory_mb)"))
        return
    say(Opened(file.labels, file.version))
    for line in sys.stdin.buffer:
        try:
            rows = file.run(texts_of(line))
            say(Ran(tuple(map(tuple, rows.tolist()))))
        except ClassifierError as error:
            say(Refused(str(error)))
        except Exception as error:  # whatever a model makes of a text
            say(Refused(type(error).__name__))  # its own words may hold some of the text


if __name__ == "__main__":
    main(sys.argv[1:])
