"""The folders of a training: the one that it makes, and the one that it works in.

Decides that a classifier is there whole or not at all, what an interrupted training has left
that goes on, and that nothing is written over that is no classifier and no training's work.
Who works is alone: the lock is a file's (flock), and ends with the process.
"""

import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from services.worker.classifiers.errors import ClassifierError
from services.worker.classifiers.folder import CARD, KERAS, LITERT, VOCABULARY

PLAN = "plan.sha256"
_CLASSIFIER = frozenset({CARD, VOCABULARY, LITERT, KERAS})


@contextmanager
def working(folder: Path, work: Path, plan: str) -> Iterator[None]:
    """Work alone in `work` on what will be `folder`; what another plan has left there goes.

    Raises:
        ClassifierError: another training works there, or either holds what is none's.
    """
    _refuse_others(folder, _CLASSIFIER, "no classifier's folder")
    if not (work / PLAN).is_file():
        _refuse_others(work, frozenset(), "no training's folder")
    work.mkdir(parents=True, exist_ok=True)
    handle = os.open(work, os.O_RDONLY | os.O_DIRECTORY)
    try:
        _lock(handle, work)
        _begin(work, hashlib.sha256(plan.encode()).hexdigest())
        yield
    finally:
        os.close(handle)


def write_whole(files: Mapping[str, bytes], folder: Path, work: Path) -> None:
    """Write a classifier's folder in place of the one before; the work is done, and goes."""
    fresh = work / "whole"
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir()
    for name, raw in files.items():
        (fresh / name).write_bytes(raw)
    if folder.exists():
        shutil.rmtree(folder)
    fresh.rename(folder)
    shutil.rmtree(work)


def _lock(handle: int, work: Path) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise ClassifierError(f"another training works in {work}") from None


def _begin(work: Path, stamp: str) -> None:
    mark = work / PLAN
    if mark.is_file() and mark.read_text() == stamp:
        return
    mark.unlink(missing_ok=True)
    for left in work.iterdir():
        if left.is_dir():
            shutil.rmtree(left)
        else:
            left.unlink()
    mark.write_text(stamp)


def _refuse_others(folder: Path, known: frozenset[str], what: str) -> None:
    """Refuse a place where something else is."""
    if not folder.exists() and not folder.is_symlink():
        return
    is_ours = folder.is_dir() and not folder.is_symlink()
    if not is_ours or {entry.name for entry in folder.iterdir()} - known:
        raise ClassifierError(f"{folder} is there and is {what}: move it, or choose another name")
