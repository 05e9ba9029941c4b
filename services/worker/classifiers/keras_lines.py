"""What a worker and the process that runs a Keras file say to each other: JSON lines.

Pure. The worker says texts, one line a batch; the process says first what it has opened,
or why it has not, then one line of rows for each batch. Whoever says anything else is not
understood. Texts pass through here and are told in no error.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from services.worker.classifiers.card import LABELS, LONGEST_LABEL

LONGEST_LINE = 1 << 23  # that the process may say; the rows of a batch take far less


class NotUnderstood(Exception):
    """What was said is none of these."""


@dataclass(frozen=True, slots=True)
class Opened:
    """The file is open; `version` is of its bytes."""

    labels: tuple[str, ...]
    version: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The file is not, or these texts were not run; says why, and no text."""

    why: str


@dataclass(frozen=True, slots=True)
class Ran:
    """A row of probabilities for each text."""

    rows: tuple[tuple[float, ...], ...]


Told = Opened | Refused | Ran


def texts_line(texts: Sequence[str]) -> bytes:
    """A batch, as a line."""
    return _line({"texts": list(texts)})


def texts_of(line: bytes) -> list[str]:
    """Read a batch; raises NotUnderstood."""
    try:
        return [str(text) for text in json.loads(line)["texts"]]
    except (ValueError, KeyError, TypeError) as error:
        raise NotUnderstood(type(error).__name__) from None


def told_line(told: Told) -> bytes:
    r"""What the process says, as a line.

    >>> told_line(Refused("no"))
    b'{"refused": "no"}\\n'
    """
    match told:
        case Opened(labels, version):
            return _line({"labels": labels, "version": version})
        case Refused(why):
            return _line({"refused": why})
        case Ran(rows):
            return _line({"rows": rows})


def opened_of(line: bytes) -> Opened | Refused:
    """Read the first thing that the process says; raises NotUnderstood."""
    table = _table(line)
    if "refused" in table:
        return Refused(f"{table['refused']!s:.300}")
    labels, version = table.get("labels"), table.get("version")
    if not isinstance(labels, list) or not LABELS[0] <= len(labels) <= LABELS[1]:
        raise NotUnderstood("labels")
    if not all(isinstance(label, str) and 0 < len(label) <= LONGEST_LABEL for label in labels):
        raise NotUnderstood("labels")
    if not isinstance(version, str) or len(version) > LONGEST_LABEL:
        raise NotUnderstood("version")
    return Opened(tuple(labels), version)


def ran_of(line: bytes, texts: int, labels: int) -> Ran | Refused:
    """Read what came of a batch of so many texts; raises NotUnderstood."""
    table = _table(line)
    if "refused" in table:
        return Refused(f"{table['refused']!s:.300}")
    rows = table.get("rows")
    if not isinstance(rows, list) or len(rows) != texts:
        raise NotUnderstood("rows")
    for row in rows:
        if not isinstance(row, list) or len(row) != labels or not all(map(_is_share, row)):
            raise NotUnderstood("rows")
    return Ran(tuple(tuple(map(float, row)) for row in rows))


def _is_share(value: object) -> bool:
    return isinstance(value, int | float) and 0 <= value <= 1  # which NaN is not


def _table(line: bytes) -> dict[str, object]:
    try:
        table = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise NotUnderstood(type(error).__name__) from None
    if not isinstance(table, dict):
        raise NotUnderstood("no table")
    return table


def _line(told: object) -> bytes:
    return json.dumps(told).encode() + b"\n"
