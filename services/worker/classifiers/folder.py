"""Opens a classifier's folder: nothing is believed that the card does not vouch for.

Decides which files are read, how large they may be, and that each is the one the
card was written for. Runs no model; knows neither Keras nor LiteRT.
"""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from services.worker.classifiers.card import Card, card_of
from services.worker.classifiers.encoding import Vocabulary, vocabulary_of
from services.worker.classifiers.errors import ClassifierError
from services.worker.classifiers.keras_archive import check_keras

CARD, VOCABULARY, LITERT, KERAS = "card.json", "vocabulary.json", "model.tflite", "model.keras"
LARGEST = {CARD: 1 << 22, VOCABULARY: 1 << 24, LITERT: 1 << 28, KERAS: 1 << 28}  # bytes
BUNDLED = Path(__file__).parent / "task"


@dataclass(frozen=True)
class ClassifierFolder:
    """What a folder holds, checked, but for the models: those are read when asked for."""

    path: Path
    card: Card
    vocabulary: Vocabulary

    def __repr__(self) -> str:
        return f"<ClassifierFolder {self.card.name} {self.card.version}>"

    def litert_model(self) -> bytes:
        """The model for LiteRT; raises ClassifierError."""
        return _vouched(self.path, LITERT, self.card)

    def keras_model(self) -> bytes:
        """The model as Keras keeps it; raises ClassifierError."""
        raw = _vouched(self.path, KERAS, self.card)
        check_keras(raw)
        return raw

    def encode(self, text: str) -> list[int]:
        """The tokens of a text."""
        return self.vocabulary.encode(text, self.card.limit)

    def read(self, text: str) -> list[tuple[int, str]]:
        """The same, each with what it was read from."""
        return self.vocabulary.read(text, self.card.limit)


def open_folder(path: Path) -> ClassifierFolder:
    """Read card and vocabulary; raises ClassifierError."""
    if not path.is_dir():
        raise ClassifierError(f"{path.name or path}: no such folder")
    card = card_of(_json(_read(path, CARD), CARD))
    vocabulary = vocabulary_of(_json(_vouched(path, VOCABULARY, card), VOCABULARY))
    return ClassifierFolder(path, card, vocabulary)


def sha256(raw: bytes) -> str:
    """The hash that cards name."""
    return hashlib.sha256(raw).hexdigest()


def _vouched(path: Path, name: str, card: Card) -> bytes:
    raw = _read(path, name)
    if sha256(raw) != card.files[name]:
        raise ClassifierError(f"{name} is not the file that card.json names: its sha256 differs")
    return raw


def _read(path: Path, name: str) -> bytes:
    try:
        with (path / name).open("rb") as file:
            raw = file.read(LARGEST[name] + 1)
    except OSError as error:
        raise ClassifierError(f"{name}: {error.strerror or error}") from error
    if len(raw) > LARGEST[name]:
        raise ClassifierError(f"{name} takes more than {LARGEST[name]} bytes")
    return raw


def _json(raw: bytes, name: str) -> dict[str, object]:
    try:
        found = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise ClassifierError(f"{name} is not JSON: {error!s:.100}") from error
    if not isinstance(found, dict):
        raise ClassifierError(f"{name} holds no table")
    return found
