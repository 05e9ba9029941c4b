"""Keeps a model's matrices in eight bits in a folder, with a hash of all that is in it."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.worker.engines.litert.cache import CONTENT, EMBEDDING
from services.worker.engines.litert.rounding import Rounded

_MATRICES, _STEPS, _SCALES = "matrices.npz", ".steps", ".scales"
Array = NDArray[np.float32]


def save_rounded(
    folder: Path, matrices: Mapping[str, Rounded], vectors: Mapping[str, Array]
) -> None:
    """Write matrices and vectors beside the embedding, and the hash of the three."""
    arrays: dict[str, NDArray[Any]] = dict(vectors)
    arrays |= {f"{name}{_STEPS}": matrix.steps for name, matrix in matrices.items()}
    arrays |= {f"{name}{_SCALES}": matrix.scales for name, matrix in matrices.items()}
    np.savez(folder / _MATRICES, **arrays)  # type: ignore[arg-type]  # no name is an option's
    digest = hashlib.sha256((folder / EMBEDDING).read_bytes())
    for name in sorted(arrays):
        digest.update(f"{name} {arrays[name].shape}".encode())
        digest.update(arrays[name].tobytes())
    (folder / CONTENT).write_text(digest.hexdigest())


def load_rounded(folder: Path) -> tuple[dict[str, Rounded], dict[str, Array]]:
    """What `save_rounded` has written: matrices and vectors."""
    with np.load(folder / _MATRICES) as kept:
        names = [name.removesuffix(_STEPS) for name in kept.files if name.endswith(_STEPS)]
        vectors = {name: kept[name] for name in kept.files if "." not in name}
        matrices = {
            name: Rounded(kept[f"{name}{_STEPS}"], kept[f"{name}{_SCALES}"]) for name in names
        }
    return matrices, vectors
