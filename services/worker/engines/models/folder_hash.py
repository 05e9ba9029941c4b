"""The hash that names the weights of a folder.

Decides which files count and in which order. Knows nothing of what is in them.
"""

import hashlib
from pathlib import Path

_PARTS = ("*.json", "*.jinja", "*.safetensors")


def folder_sha256(folder: Path) -> str:
    """A hash of every file that can be part of the model.

    Over one line for each, in the order of their names: the file's sha256, a
    space, its name.
    """
    paths = sorted(
        {path for pattern in _PARTS for path in folder.glob(pattern) if path.is_file()},
        key=lambda path: path.name,
    )
    lines = hashlib.sha256()
    for path in paths:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        lines.update(f"{digest} {path.name}\n".encode())
    return lines.hexdigest()
