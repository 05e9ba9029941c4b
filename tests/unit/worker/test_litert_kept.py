import errno
import fcntl
import os
import subprocess
import sys
from pathlib import Path

import pytest

from services.worker.engines.litert.kept import (
    LetGo,
    alone,
    clear,
    let_go,
    make_whole,
    put,
    used,
)


def folders(base: Path, count: int) -> list[Path]:
    """Folders, the last one used last."""
    made = [base / f"model-{number}" for number in range(count)]
    for age, folder in enumerate(made):
        folder.mkdir()
        (folder / "file").write_text("x")
        os.utime(folder, (age, age))
    return made


def test_those_used_last_and_those_in_use_stay(tmp_path: Path) -> None:
    made = folders(tmp_path, 6)
    handle = used(made[1])
    os.utime(made[1], (1, 1))  # long ago
    let_go(made, keep=2)
    assert [folder.exists() for folder in made] == [False, True, False, False, True, True]
    os.close(handle)
    let_go([folder for folder in made if folder.exists()], keep=2)
    assert [folder.exists() for folder in made] == [False, False, False, False, True, True]


def test_a_use_counts_as_the_last(tmp_path: Path) -> None:
    made = folders(tmp_path, 3)
    os.close(used(made[0]))
    let_go(made, keep=1)
    assert [folder.exists() for folder in made] == [True, False, False]


@pytest.mark.parametrize("comes_again", [False, True])
def test_who_comes_as_a_folder_goes_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, comes_again: bool
) -> None:
    (folder,) = folders(tmp_path, 1)
    lock = fcntl.flock

    def too_late(handle: int, kind: int) -> None:
        folder.rename(tmp_path / "gone")
        if comes_again:
            folder.mkdir()
        lock(handle, kind)

    monkeypatch.setattr(fcntl, "flock", too_late)
    with pytest.raises(LetGo):
        used(folder)


def test_who_comes_after_a_folder_went_is_told(tmp_path: Path) -> None:
    with pytest.raises(LetGo):
        used(tmp_path / "gone")


def test_what_fails_leaves_nothing(tmp_path: Path) -> None:
    def fail(folder: Path) -> None:
        (folder / "half").write_text("x")
        raise RuntimeError("no")

    with pytest.raises(RuntimeError, match="no"):
        make_whole(tmp_path / "kept", fail)
    assert not list(tmp_path.iterdir())


def test_what_a_killed_process_left_is_removed_by_the_next(tmp_path: Path) -> None:
    program = (
        "import os, sys; from pathlib import Path\n"
        "from services.worker.engines.litert.kept import make_whole\n"
        "def die(folder):\n"
        "    (folder / 'half').write_text('x')\n"
        "    os.kill(os.getpid(), 9)\n"
        "make_whole(Path(sys.argv[1]), die)\n"
    )
    kept = tmp_path / "kept"
    assert subprocess.run([sys.executable, "-c", program, str(kept)], check=False).returncode == -9
    assert not kept.exists()
    assert len(list(tmp_path.iterdir())) == 1
    make_whole(kept, lambda folder: (folder / "file").write_text("x") and None)
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]


def test_who_is_killed_as_a_folder_goes_leaves_no_half_one(tmp_path: Path) -> None:
    program = (
        "import os, shutil, sys; from pathlib import Path\n"
        "from services.worker.engines.litert.kept import let_go\n"
        "def die(path, *rest, **more):\n"
        "    next(p for p in Path(path).rglob('*') if p.is_file()).unlink()\n"
        "    os.kill(os.getpid(), 9)\n"
        "shutil.rmtree = die\n"
        "let_go([Path(sys.argv[1])], 0)\n"
    )
    kept = tmp_path / "kept[1]"
    make_whole(kept, lambda folder: [(folder / n).write_text("x") for n in "ab"] and None)
    assert subprocess.run([sys.executable, "-c", program, str(kept)], check=False).returncode == -9
    assert not kept.exists()
    assert len(list(tmp_path.iterdir())) == 1
    clear(tmp_path, "kept[[]?]")
    assert not list(tmp_path.iterdir())


def test_who_waits_says_so_first(tmp_path: Path) -> None:
    lock, told = tmp_path / "lock", []
    with alone(lock, lambda: told.append("nobody")):
        pass
    assert not told
    holder = lock.open("w")
    fcntl.flock(holder, fcntl.LOCK_EX)

    def waits() -> None:
        told.append("waits")
        holder.close()  # the other one ends

    with alone(lock, waits):
        assert told == ["waits"]


@pytest.mark.parametrize("is_one_file_system", [True, False])
def test_a_file_is_put_in_a_second_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_one_file_system: bool
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EXDEV, "Invalid cross-device link")

    if not is_one_file_system:
        monkeypatch.setattr(Path, "hardlink_to", refuse)
    source, target = tmp_path / "source", tmp_path / "target"
    source.write_text("x")
    put(source, target)
    assert target.read_text() == "x"
    assert source.samefile(target) == is_one_file_system
