"""Reads the JSON files of a model's folder: tables, of a bounded size.

Decides what is too large or too deep to be one. Knows nothing of what they mean.
"""

import json
from pathlib import Path

from services.worker.engines.errors import ModelFileError

LARGEST = 1 << 26  # bytes; the largest tokenizers that are published take half of that


def read_text(path: Path) -> str:
    """The text of a file; ModelFileError says what is wrong with it."""
    try:
        with path.open("rb") as file:
            raw = file.read(LARGEST + 1)
    except OSError as error:
        raise ModelFileError(f"{path.name}: {error.strerror or error}") from error
    if len(raw) > LARGEST:
        raise ModelFileError(f"{path.name} takes more than {LARGEST} bytes")
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        raise ModelFileError(f"{path.name} is not UTF-8") from error


def read_json(path: Path) -> dict[str, object]:
    """The table that a file holds; ModelFileError says what is wrong with it."""
    try:
        found = json.loads(read_text(path))
    except (ValueError, RecursionError) as error:
        raise ModelFileError(f"{path.name} is not JSON: {error!s:.100}") from error
    if not isinstance(found, dict):
        raise ModelFileError(f"{path.name} holds no table")
    return found


def read_json_if_there(path: Path) -> dict[str, object]:
    """The same; a file that is not there is an empty table."""
    return read_json(path) if path.is_file() else {}
