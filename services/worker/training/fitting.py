"""Fits a classifier, and goes on where an interrupted fit has stopped.

Decides the order of the texts (by seed and epoch alone) and what is kept after each
epoch: weights, optimizer, random state, early stopping. So a resumed training ends as
the uninterrupted one does. Decides nothing about the model.
"""

import json
import os
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.worker.classifiers.encoding import FIRST, GAP
from services.worker.classifiers.errors import ClassifierError
from services.worker.training.network import Sizes, keras

_SHARES = (0.0, 0.15, 0.35)  # of a text's tokens that are others in an epoch
STATE, BEST = "state.npz", "best.keras"
Progress = Callable[[dict[str, Any]], None]


@dataclass(frozen=True)
class Rows:
    """Encoded texts, padded behind, and the numbers of their labels."""

    tokens: NDArray[np.int32]
    labels: NDArray[np.int64]


@dataclass(frozen=True)
class Training:
    """The texts to learn from, as each epoch sees them: by seed and epoch alone.

    `read` encodes them for an epoch, always in one order; `tokens` there are.
    """

    read: Callable[[int], Rows]
    tokens: int
    sizes: Sizes

    def epoch(self, number: int) -> Rows:
        """The texts in the order of an epoch, some of their words others."""
        rows = self.read(number)
        chance = np.random.default_rng((self.sizes.seed, number))
        order = chance.permutation(len(rows.labels))
        return Rows(self._foreign_words(rows.tokens[order], chance), rows.labels[order])

    def _foreign_words(
        self, tokens: NDArray[np.int32], chance: np.random.Generator
    ) -> NDArray[np.int32]:
        """Put other tokens in some places: what a text is about must not say what it asks."""
        share = chance.choice(_SHARES, size=(len(tokens), 1))
        is_other = (chance.random(tokens.shape) < share) & (tokens > GAP)
        others = chance.integers(FIRST, self.tokens, tokens.shape, dtype=np.int32)
        return np.where(is_other, others, tokens)


class Averaging(keras.callbacks.Callback):  # type: ignore[misc]
    """Puts the average of the last steps' weights in place of the last, as an epoch ends.

    Before it is validated: what is judged, kept and gone on with are the averaged weights.
    """

    def on_test_begin(self, logs: Any = None) -> None:
        """Take the averages that the optimizer has kept."""
        self.model.optimizer.finalize_variable_values(self.model.trainable_variables)


class Keeping(keras.callbacks.Callback):  # type: ignore[misc]
    """Keeps all that a fit consists of after each epoch, and takes it up again.

    Comes last among the callbacks: early stopping forgets where it was as a fit begins.
    """

    def __init__(self, folder: Path, stopping: Any, best: Any, progress: Progress) -> None:
        super().__init__()
        self._path = folder / STATE
        self._stopping, self._best, self._progress = stopping, best, progress
        self._told: dict[str, Any] = {}
        self._is_taken_up = True
        self.history: list[dict[str, float]] = []
        self.wants_to_stop = False
        if self._path.is_file():
            self._told = _told(self._path)
            self._is_taken_up = False
            self.history = self._told["history"]
            self.wants_to_stop = bool(self._told["stopped"])

    def on_train_begin(self, logs: Any = None) -> None:
        """Take up where the last epoch ended."""
        if not self._told:
            return
        if not self._is_taken_up:
            with np.load(self._path, allow_pickle=False) as kept:
                for number, variable in enumerate(self._variables()):
                    variable.assign(kept[f"variable{number}"])
            self._is_taken_up = True
        self._stopping.wait, self._stopping.best = self._told["wait"], self._told["best"]
        self._stopping.best_epoch = self._told["best_epoch"]
        self._best.best = self._told["best"]

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """Tell how far it is."""
        if batch % 20 == 0:
            self._progress({"epoch": len(self.history), "part": batch / self.params["steps"]})

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Keep what the next epoch begins with, whole or not at all."""
        self.history.append({name: float(value) for name, value in (logs or {}).items()})
        self._progress({"epoch": len(self.history), "part": 0.0, "figures": self.history[-1]})
        self.wants_to_stop = bool(self.model.stop_training)
        self._told = {
            "history": self.history,
            "wait": self._stopping.wait,
            "best": self._stopping.best,
            "best_epoch": self._stopping.best_epoch,
            "stopped": self.wants_to_stop,
        }
        arrays: Any = {f"variable{n}": np.asarray(v) for n, v in enumerate(self._variables())}
        fresh = self._path.with_suffix(".new.npz")
        np.savez(fresh, told=np.array(json.dumps(self._told)), **arrays)
        os.replace(fresh, self._path)

    def _variables(self) -> list[Any]:
        model = [variable for variable in self.model.variables if "metric" not in variable.path]
        return [*model, *self.model.optimizer.variables]


def _told(path: Path) -> dict[str, Any]:
    """What was kept beside the numbers; ClassifierError where it is not whole."""
    try:
        # Opened here: of a file that is not whole, numpy leaves its own open.
        with path.open("rb") as file, np.load(file, allow_pickle=False) as kept:
            told: dict[str, Any] = json.loads(str(kept["told"]))
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        raise ClassifierError(f"{path} is not whole: remove {path.parent} to begin anew") from None
    return told


def fit(
    model: Any, texts: Training, validation: Rows, folder: Path, progress: Progress
) -> tuple[Any, list[dict[str, float]]]:
    """Fit; the model as it was at its best, and the figures of each epoch."""
    model.optimizer.build(model.trainable_variables)
    sizes = texts.sizes
    one_hot = np.eye(model.output_shape[-1], dtype=np.float32)
    stopping = keras.callbacks.EarlyStopping("val_loss", patience=sizes.patience)
    best = keras.callbacks.ModelCheckpoint(
        str(folder / BEST), monitor="val_loss", save_best_only=True
    )
    keeping = Keeping(folder, stopping, best, progress)
    # An epoch at a time: Keras reads ahead of a longer fit, across the ends of epochs.
    while not keeping.wants_to_stop and len(keeping.history) < sizes.epochs:
        epoch = len(keeping.history)
        rows = texts.epoch(epoch)
        model.fit(
            rows.tokens,
            one_hot[rows.labels],
            batch_size=sizes.batch,
            shuffle=False,
            validation_data=(validation.tokens, one_hot[validation.labels]),
            validation_batch_size=256,
            initial_epoch=epoch,
            epochs=epoch + 1,
            callbacks=[Averaging(), stopping, best, keeping],
            verbose=0,
        )
    return keras.models.load_model(folder / BEST, compile=False, safe_mode=True), keeping.history
