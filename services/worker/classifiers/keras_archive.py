"""Looks into a `.keras` file before Keras does: what is no small model of text is refused.

Decides which members, sizes and layers are allowed, those of models that read text
themselves too. A Lambda, a class of an unknown package, a bomb or a word list that would be read
from elsewhere on this machine never reaches Keras. Builds no model; reads no weights.
"""

import io
import json
import lzma
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

from services.worker.classifiers.errors import ClassifierError

LARGEST, LARGEST_CONFIG, DEEPEST = 1 << 28, 1 << 20, 40
MEMBERS = frozenset({"metadata.json", "config.json", "model.weights.h5"})
LAYERS = frozenset(
    "InputLayer Embedding Dropout SpatialDropout1D LSTM GRU Bidirectional Dense Conv1D "
    "GlobalAveragePooling1D GlobalMaxPooling1D LayerNormalization Activation Flatten".split()
)
# Of models that read text themselves: their word lists are assets, a line a word.
TEXT_LAYERS = frozenset({"TextVectorization", "StringLookup"})
_WORD_LIST = re.compile(r"assets/[A-Za-z0-9_/-]{1,200}/vocabulary\.txt")
_MOST_WORD_LISTS = 4
# Keras takes text in these for the path of a file to be read.
_PATHS = frozenset({"vocabulary", "idf_weights"})
_MODELS = frozenset({"Sequential", "Functional"})
_MODULES = ("keras", "keras.layers", "keras.models", "keras.initializers", "keras.dtype_policies")
_FOUND_BY_NAME = frozenset({"DTypePolicy"})
_INITIALIZERS = frozenset(
    "RandomUniform RandomNormal GlorotUniform GlorotNormal HeUniform HeNormal Orthogonal "
    "OrthogonalInitializer Zeros Ones".split()
)
# What Python's own reader makes of bytes that are none, or not all there.
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    OSError,
    ValueError,
    KeyError,
    NotImplementedError,
    RuntimeError,
)
_ALLOWED = LAYERS | _MODELS | _FOUND_BY_NAME | _INITIALIZERS


def check_keras(raw: bytes, *, reads_text: bool = False) -> None:
    """Refuse what Keras must not open; raises ClassifierError.

    Args:
        raw: the file.
        reads_text: whether layers that cut text into words, and their lists, are allowed.
    """
    if len(raw) > LARGEST:
        raise ClassifierError(f"model.keras takes more than {LARGEST} bytes")
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            _check_members(archive, reads_text)
            config = json.loads(archive.read("config.json"))
    except RecursionError:
        raise ClassifierError("model.keras: config.json is nested too deep") from None
    except _BROKEN:
        raise ClassifierError("model.keras is no Keras archive") from None
    if not isinstance(config, dict) or str(config.get("class_name")) not in _MODELS:
        raise ClassifierError("model.keras: config.json is no Sequential or Functional model")
    allowed = _ALLOWED | TEXT_LAYERS if reads_text else _ALLOWED
    for name in _classes(config, 0):
        if not isinstance(name, str) or name not in allowed:
            raise ClassifierError(f'model.keras: layer "{name!s:.64}" is not allowed')


def _check_members(archive: zipfile.ZipFile, reads_text: bool) -> None:
    members = archive.infolist()
    names = {member.filename for member in members}
    lists = {name for name in names if reads_text and _WORD_LIST.fullmatch(name)}
    if names - lists != MEMBERS or len(members) != len(names) or len(lists) > _MOST_WORD_LISTS:
        raise ClassifierError(f"model.keras holds other files than {', '.join(sorted(MEMBERS))}")
    for member in members:
        most = LARGEST_CONFIG if member.filename.endswith(".json") else LARGEST
        if member.file_size > most:
            raise ClassifierError(f"model.keras: {member.filename} takes more than {most} bytes")
    if sum(member.file_size for member in members) > LARGEST:
        raise ClassifierError(f"model.keras takes more than {LARGEST} bytes, unpacked")


def _classes(value: Any, depth: int) -> Iterator[object]:
    """Every class that a configuration names, and modules that are not Keras' own as such."""
    if depth > DEEPEST:
        raise ClassifierError("model.keras: config.json is nested too deep")
    if isinstance(value, dict):
        if "class_name" in value:
            yield value["class_name"]
            if value.get("module", "keras") not in _MODULES:
                yield value["module"]
            if value.get("registered_name") not in (None, value["class_name"]):
                yield value["registered_name"]
        for name, inner in value.items():
            if name in _PATHS and isinstance(inner, str):
                raise ClassifierError(f"model.keras: {name} names a file")
            yield from _classes(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            yield from _classes(inner, depth + 1)
