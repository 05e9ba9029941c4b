"""Text in and out of a terminal.

Decides where a command's text comes from (argument, file, stdin) and what of an
answer may reach a terminal. Knows nothing of tasks.
"""

import re
import sys
from collections.abc import Mapping
from dataclasses import is_dataclass
from pathlib import Path

from services.cli.faults import USAGE, Complaint
from services.runtime.text import Text, is_utf8

# All control characters but newline and tab: a model must not steer a terminal.
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def check_words(given: Mapping[str, object]) -> None:
    """Refuse words of a command that are no text; of a group of flags each is looked at."""
    for name, value in given.items():
        if is_dataclass(value):
            check_words(vars(value))
        for word in value if isinstance(value, list) else (value,):
            if isinstance(word, str) and not is_utf8(word):
                raise Complaint(f"{name.replace('_', '-')}: not UTF-8 text", exit_code=USAGE)


def read_text(argument: str | None, file: Path | None, *, what: str) -> Text:
    """The text that a command is about: the argument, a file, or all of stdin ("-" or a pipe)."""
    text = _found(argument, file, what)
    if not text:
        raise Complaint(f"the {what} is empty", exit_code=USAGE)
    return text


def _found(argument: str | None, file: Path | None, what: str) -> Text:
    if argument not in (None, "-") and file is not None:
        raise Complaint(f"give the {what} as an argument or with --file, not both", exit_code=USAGE)
    if file is not None:
        return read_file(file)
    if argument is not None and argument != "-":
        return Text(argument)
    if argument is None and sys.stdin.isatty():
        raise Complaint(
            f"no {what} given",
            hint="give it as an argument, with --file PATH, or pipe it in",
            exit_code=USAGE,
        )
    return _decoded(sys.stdin.buffer.read(), "stdin")


def read_file(path: Path) -> Text:
    """A file's text."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise Complaint(f"cannot read {path}: {error.strerror}", exit_code=USAGE) from None
    return _decoded(data, str(path))


def _decoded(data: bytes, source: str) -> Text:
    try:
        return Text(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise Complaint(
            f"{source} is not UTF-8 text (byte {error.start})", exit_code=USAGE
        ) from None


def printable(text: str) -> str:
    r"""The text without control characters, as a terminal may show it.

    >>> printable("a\x1b[2Jb\n")
    'a[2Jb\n'
    """
    return _CONTROLS.sub("", text)


def show(text: str) -> None:
    """Write a piece of an answer to stdout at once; unchanged where that is no terminal."""
    sys.stdout.write(printable(text) if sys.stdout.isatty() else text)
    sys.stdout.flush()
