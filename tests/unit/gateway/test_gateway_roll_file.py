"""The tenants file as it changes, goes and comes back."""

import errno
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from gateway.tenants import roll_file
from gateway.tenants.roll_file import RollFile

GOOD = "[tenants.a]\nidentities = ['spiffe://a']\n"
LONGER = GOOD + "[tenants.b]\nidentities = ['spiffe://b']\n"
WRONG = "[tenants.a]\nidentities = ['a']\n"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    found = tmp_path / "tenants.toml"
    found.write_text(GOOD)
    return found


def told_by(file: RollFile, path: Path, looks: int = 3) -> list[str]:
    with capture_logs() as logs:
        for _ in range(looks):
            file.look(path)
    return [entry["event"] for entry in logs]


def test_what_has_not_changed_is_not_read(path):
    file = RollFile(path)
    assert told_by(file, path) == []


def test_a_file_that_is_gone_is_told_once_and_what_stood_stands(path):
    file = RollFile(path)
    path.unlink()
    assert told_by(file, path) == ["tenants file unusable"]
    assert repr(file.roll) == "<Roll 1 tenants 0 keys>"
    path.write_text(LONGER)
    assert told_by(file, path) == ["tenants file read"]
    assert repr(file.roll) == "<Roll 2 tenants 0 keys>"
    path.unlink()
    assert told_by(file, path) == ["tenants file unusable"]


def test_a_change_that_could_not_be_read_is_read_when_it_can_be(path, monkeypatch):
    file = RollFile(path)
    path.write_text(LONGER)
    with monkeypatch.context() as patched:
        patched.setattr(roll_file, "_read", lambda _: (_ for _ in ()).throw(OSError(errno.EMFILE)))
        assert told_by(file, path) == ["tenants file unusable"]
    assert told_by(file, path) == ["tenants file read"]
    assert repr(file.roll) == "<Roll 2 tenants 0 keys>"


def test_what_it_says_wrongly_is_told_once_for_each_change(path):
    file = RollFile(path)
    path.write_text(WRONG)
    assert told_by(file, path) == ["tenants file unusable"]
    path.write_bytes(b"\xff")
    assert told_by(file, path) == ["tenants file unusable"]
    path.write_text(LONGER)
    assert told_by(file, path) == ["tenants file read"]
