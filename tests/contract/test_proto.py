"""The protos are well formed, commented, and compatible with the released wire."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROTO = ROOT / "proto"
RELEASED = PROTO / "released" / "evenflow.v1.binpb"


def buf(*arguments: object) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).parent / "buf"
    return subprocess.run([program, *map(str, arguments)], capture_output=True, text=True)


@pytest.fixture
def changed(tmp_path):
    """Return a function that copies the protos with one text replaced in one file."""

    def change(name: str, old: str, new: str) -> Path:
        copy = shutil.copytree(PROTO, tmp_path / "proto")
        file = copy / "evenflow" / "v1" / name
        text = file.read_text()
        assert text.count(old) == 1
        file.write_text(text.replace(old, new))
        return copy

    return change


def test_the_protos_pass_lint():
    result = buf("lint", PROTO)
    assert result.returncode == 0, result.stdout + result.stderr


def test_the_protos_are_formatted():
    result = buf("format", "--diff", "--exit-code", PROTO)
    assert result.returncode == 0, result.stdout + result.stderr


def test_the_protos_keep_what_was_released():
    result = buf("breaking", PROTO, "--against", RELEASED)
    assert result.returncode == 0, result.stdout + result.stderr


def test_a_field_without_a_comment_is_found(changed):
    broken = changed("generation.proto", "  // Who speaks. ROLE_UNSPECIFIED is refused.\n", "")
    result = buf("lint", broken)
    assert result.returncode != 0
    assert 'Field "role" should have a non-empty comment' in result.stdout


@pytest.mark.parametrize(
    ("name", "old", "new", "found"),
    [
        ("inference.proto", "Sampling sampling = 10;", "Sampling sampling = 99;", '"10"'),
        ("generation.proto", "  ROLE_ASSISTANT = 3;", "  ROLE_ASSISTANT = 4;", '"3"'),
        ("worker.proto", "bool draining = 18;", "string draining = 18;", '"draining"'),
        ("worker.proto", "(DrainRequest)", "(WatchLoadRequest)", '"Drain"'),
    ],
)
def test_a_broken_promise_is_found(changed, name, old, new, found):
    result = buf("breaking", changed(name, old, new), "--against", RELEASED)
    assert result.returncode != 0
    assert found in result.stdout
