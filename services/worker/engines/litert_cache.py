"""Keeps what a model was converted to, so that it is converted once.

Decides when what is kept can be used and how two processes share the making of
it: a folder is whole or not there at all, and who comes second waits. Knows no
architecture. Opening what is kept takes no TensorFlow; making it starts a
process that has it.
"""

import fcntl
import hashlib
import importlib.metadata
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeAlias

from services.worker.engines.errors import ModelUnavailableError
from services.worker.engines.litert_shapes import INT8_VERSION, Shapes
from services.worker.engines.models import ModelFile

Progress: TypeAlias = Callable[[str, float], None]
GRAPHS, PACKED, EMBEDDING = "graphs.tflite", "packed.xnnpack", "embedding.npy"


def revision(weights_sha256: str) -> str:
    """Weights, graph, runtime and precision in one name."""
    runtime = importlib.metadata.version("ai-edge-litert")
    parts = f"{weights_sha256} graph {INT8_VERSION} litert {runtime}"
    return hashlib.sha256(parts.encode()).hexdigest()[:12] + "-int8"


def converted(model: ModelFile, cache_dir: Path, shapes: Shapes, progress: Progress) -> Path:
    """The folder of the converted model; blocks, and makes it if it is not kept.

    Raises:
        ModelUnavailableError: it could not be made or kept.
    """
    parts = f"{revision(model.sha256)} rows {shapes.rows} pages {shapes.pages}"
    kept = cache_dir / f"{model.name}-int8-{hashlib.sha256(parts.encode()).hexdigest()[:12]}"
    try:
        cache_dir.mkdir(parents=True, exist_ok=True)
        with _alone(kept.with_suffix(".lock")):
            if not kept.is_dir():
                _make(model, kept, shapes, progress)
    except OSError as error:
        raise ModelUnavailableError(
            f"cannot keep {model.name} in int8 under {cache_dir}: {error.strerror or error}"
        ) from error
    return kept


def _make(model: ModelFile, kept: Path, shapes: Shapes, progress: Progress) -> None:
    with tempfile.TemporaryDirectory(dir=kept.parent, prefix="convert-") as scratch:
        whole = Path(scratch) / "whole"
        whole.mkdir()
        _convert(model, whole, shapes, progress)
        for file in (GRAPHS, PACKED, EMBEDDING):
            _sync(whole / file)
        whole.replace(kept)
        _sync(kept.parent)


def _convert(model: ModelFile, folder: Path, shapes: Shapes, progress: Progress) -> None:
    program = "services.worker.engines.litert_convert"
    command = [sys.executable, "-m", program, str(model.path), str(folder)]
    command += [str(shapes.slots), str(shapes.context)]
    with (
        tempfile.TemporaryFile() as said,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=said, text=True) as child,
    ):
        try:
            for line in child.stdout or ():
                told = json.loads(line)
                progress(str(told["progress"]), float(told["fraction"]))
        except BaseException:
            child.kill()
            raise
        child.wait()
        said.seek(0)
        last = said.read().decode(errors="replace").strip().rpartition("\n")[2]
    if child.returncode != 0:
        raise ModelUnavailableError(f"{model.name} could not be converted to int8: {last:.300}")


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    """Hold a lock that ends with the process, however that ends."""
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
