"""Keeps what a model was converted to, so that it is converted once.

Decides where that lies, when it can be used and when it goes. A model's rounded
matrices are one folder and serve every number of slots and length of context;
the graphs for one of these are another. Whoever makes one is alone with that
model; who comes second waits. After one is made, the three used last stay, and
all that a process has open; the others are deleted. What was made ahead may lie
in a folder of its own, an image's, which is only read. Knows no architecture. What
is kept opens without TensorFlow and from a folder that cannot be written; making
it starts a process that has TensorFlow.
"""

import glob
import hashlib
import importlib.metadata
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeAlias

from services.worker.child_environment import child_environment
from services.worker.engines.errors import ModelUnavailableError
from services.worker.engines.litert.kept import alone, clear, let_go, make_whole
from services.worker.engines.litert.rounding import ROUNDING_VERSION
from services.worker.engines.litert.shapes import INT8_VERSION, Shapes
from services.worker.engines.models.finding import ModelFile

Progress: TypeAlias = Callable[[str, float], None]
GRAPHS, EMBEDDING, CONTENT = "graphs.tflite", "embedding.npy", "content"
_KEPT = 3  # conversions of one model


def runtime() -> str:
    """LiteRT, by its version."""
    return importlib.metadata.version("ai-edge-litert")


def converted(
    model: ModelFile,
    cache_dir: Path,
    shapes: Shapes,
    progress: Progress,
    prepared: Path | None = None,
) -> Path:
    """The folder of the converted model; blocks, and makes it if it is not kept.

    What lies in the folder `prepared` is taken from there; nothing is written to it.

    Raises:
        ModelUnavailableError: it could not be made or kept.
    """
    matrices = f"{model.sha256} rounding {ROUNDING_VERSION}"
    graphs = f"{matrices} graph {INT8_VERSION} litert {runtime()}"
    graphs += f" rows {shapes.rows} pages {shapes.pages}"
    folders = (cache_dir,) if prepared is None else (prepared, cache_dir)
    rounded = _first(folders, f"{model.name}-rounded-{_short(matrices)}")
    kept = _first(folders, f"{model.name}-int8-{_short(graphs)}")
    if kept.is_dir():
        return kept
    try:
        cache_dir.mkdir(parents=True, exist_ok=True)
        waits = lambda: progress("waiting: another worker converts the model", 0.0)  # noqa: E731
        with alone(cache_dir / f"{model.name}-int8.lock", waits):
            if not kept.is_dir():
                kinds = [_names_of(model, kind) for kind in ("rounded", "int8")]
                for names in kinds:
                    clear(cache_dir, names)
                make_whole(kept, lambda whole: _convert(model, rounded, whole, shapes, progress))
                for names in kinds:
                    let_go([path for path in cache_dir.glob(names) if path.is_dir()], _KEPT)
    except OSError as error:
        raise ModelUnavailableError(
            f"cannot keep {model.name} in int8 under {cache_dir}: {error.strerror or error}"
        ) from error
    return kept


def _first(folders: Sequence[Path], name: str) -> Path:
    """Where it lies; in the last of the folders if in none."""
    return next((f / name for f in folders if (f / name).is_dir()), folders[-1] / name)


def _convert(
    model: ModelFile, rounded: Path, folder: Path, shapes: Shapes, progress: Progress
) -> None:
    program = "services.worker.engines.litert.convert"
    command = [sys.executable, "-m", program, str(model.path), str(rounded), str(folder)]
    command += [str(shapes.slots), str(shapes.context)]
    with (
        tempfile.TemporaryFile() as said,
        subprocess.Popen(
            command,
            stdin=subprocess.PIPE,  # never written to: it ends with this process, and so the child
            stdout=subprocess.PIPE,
            stderr=said,
            env=child_environment(os.environ),
            text=True,
        ) as child,
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
        killed = f"it was ended by signal {-child.returncode} (is there memory enough?)"
        told = last if child.returncode > 0 else killed
        raise ModelUnavailableError(f"{model.name} could not be converted to int8: {told:.300}")


def _names_of(model: ModelFile, kind: str) -> str:
    """What all of a model's folders of a kind are called, as a pattern."""
    return glob.escape(f"{model.name}-{kind}-") + "?" * len(_short(""))


def _short(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]
