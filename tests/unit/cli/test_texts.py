import io
from pathlib import Path

import pytest

from services.cli import texts
from services.cli.faults import Complaint


class Pipe:
    def __init__(self, data: bytes, is_terminal: bool = False) -> None:
        self.buffer = io.BytesIO(data)
        self._is_terminal = is_terminal

    def isatty(self) -> bool:
        return self._is_terminal


@pytest.fixture
def stdin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(texts.sys, "stdin", Pipe("aus der Röhre\n".encode()))


def test_the_argument_comes_first(stdin: None) -> None:
    assert texts.read_text("hello", None, what="text").reveal == "hello"


@pytest.mark.parametrize("argument", [None, "-"])
def test_a_pipe_is_read_whole(stdin: None, argument: str | None) -> None:
    assert texts.read_text(argument, None, what="text").reveal == "aus der Röhre\n"


def test_a_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "text"
    path.write_text("from a file")
    assert texts.read_text(None, path, what="text").reveal == "from a file"


def test_a_terminal_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(texts.sys, "stdin", Pipe(b"", is_terminal=True))
    with pytest.raises(Complaint, match="no question given") as caught:
        texts.read_text(None, None, what="question")
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("argument", ["", "-", None])
def test_nothing_at_all_is_no_text(monkeypatch: pytest.MonkeyPatch, argument: str | None) -> None:
    monkeypatch.setattr(texts.sys, "stdin", Pipe(b""))
    with pytest.raises(Complaint, match="the question is empty") as caught:
        texts.read_text(argument, None, what="question")
    assert caught.value.exit_code == 2
    assert texts.read_text(" ", None, what="question").reveal == " "


def test_two_sources_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Complaint, match="not both"):
        texts.read_text("a", tmp_path, what="text")


def test_what_is_no_text_is_refused_without_quoting_it(tmp_path: Path) -> None:
    path = tmp_path / "picture"
    path.write_bytes(b"secret\xff")
    with pytest.raises(Complaint, match=r"is not UTF-8 text \(byte 6\)") as caught:
        texts.read_file(path)
    assert "secret" not in str(caught.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(Complaint, match="No such file"):
        texts.read_file(tmp_path / "none")


def test_a_terminal_cannot_be_steered_by_an_answer() -> None:
    assert texts.printable("a\x1b[2J\x9b31mb\tc\r\nd\x07") == "a[2J31mb\tc\nd"
