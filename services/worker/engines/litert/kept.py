"""Folders of a cache that are whole or not there at all.

Decides how one process makes a folder while others wait, what a process that was
killed leaves behind and who removes it, and that a folder in use is not let go.
Knows nothing of what is in them. All locks are files' (flock): they end with the
process that holds them, however that ends.
"""

import fcntl
import glob
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

_SCRATCH = ".making-"


@contextmanager
def alone(lock: Path, waits: Callable[[], None]) -> Iterator[None]:
    """Hold a lock; `waits` is called first if another process holds it."""
    with lock.open("w") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            waits()
            fcntl.flock(held, fcntl.LOCK_EX)
        yield


def make_whole(folder: Path, make: Callable[[Path], None]) -> None:
    """Let `make` fill a folder, which then becomes `folder`. The caller is alone."""
    clear(folder.parent, glob.escape(folder.name))
    with _scratch(folder) as scratch:
        whole = scratch / "whole"
        whole.mkdir()
        make(whole)
        for path in (*whole.iterdir(), whole):
            _sync(path)
        whole.replace(folder)
        _sync(folder.parent)


def make_file(file: Path, make: Callable[[Path], None]) -> None:
    """Let `make` write a file, which then becomes `file`. The caller is alone."""
    clear(file.parent, glob.escape(file.name))
    with _scratch(file) as scratch:
        whole = scratch / file.name
        make(whole)
        _sync(whole)
        whole.replace(file)
        _sync(file.parent)


def clear(base: Path, names: str) -> None:
    """Remove what killed processes have left of folders with such names. The caller is alone."""
    for left in base.glob(f"{names}{_SCRATCH}*"):
        shutil.rmtree(left, ignore_errors=True)


def put(source: Path, target: Path) -> None:
    """Have a file in a second place, as the same one where both are on one file system."""
    try:
        target.hardlink_to(source)
    except OSError:
        shutil.copyfile(source, target)


class LetGo(Exception):
    """The folder has just been let go."""


def used(folder: Path) -> int:
    """A handle that keeps the folder from being let go until it is closed.

    Raises:
        LetGo: another process has let it go.
    """
    with suppress(OSError):  # a folder that cannot be written is not let go either
        os.utime(folder)
    try:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except FileNotFoundError:
        raise LetGo from None
    fcntl.flock(handle, fcntl.LOCK_SH)
    # It may have gone, or another one come, between the two.
    if not _is_at(handle, folder):
        os.close(handle)
        raise LetGo
    return handle


def let_go(folders: Sequence[Path], keep: int) -> None:
    """Delete all but those used last, `keep` of them, and those that are in use.

    The caller is alone. Who is killed meanwhile leaves no half folder under its name.
    """
    for folder in sorted(folders, key=lambda path: path.stat().st_mtime, reverse=True)[keep:]:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            with _scratch(folder) as scratch:
                folder.replace(scratch / "gone")
        except BlockingIOError:
            continue
        finally:
            os.close(handle)


def _is_at(handle: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(handle), path.stat())
    except FileNotFoundError:
        return False


@contextmanager
def _scratch(folder: Path) -> Iterator[Path]:
    """A folder beside this one, deleted at the end; by `clear`, where the process is killed."""
    prefix = f"{folder.name}{_SCRATCH}"
    with tempfile.TemporaryDirectory(
        dir=folder.parent, prefix=prefix, ignore_cleanup_errors=True
    ) as scratch:
        yield Path(scratch)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
