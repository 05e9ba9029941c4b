"""What worker and explaining process say to each other: one JSON object a line.

Pure. Token ids go in, numbers come out: no text passes. A line that cannot be read
is the process's fault, and ends it. Knows no pipes.
"""

import json
from dataclasses import asdict, dataclass
from typing import Any, TypeAlias

from services.worker.explaining.values import (
    Alternative,
    Attributed,
    Computed,
    Found,
    Method,
    Options,
    Subject,
    Summed,
)


@dataclass(frozen=True, slots=True)
class Source:
    """What is explained: a language model by name or path, or a classifier's folder."""

    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class Ask:
    """Explain this. `number` tells asks apart."""

    number: int
    source: Source
    subject: Subject
    options: Options


@dataclass(frozen=True, slots=True)
class Stop:
    """The explanation of this number is not wanted any more."""

    number: int


@dataclass(frozen=True, slots=True)
class Loading:
    """A model is being opened; `fraction` of that is done."""

    fraction: float


@dataclass(frozen=True, slots=True)
class Opened:
    """The model is open. `baseline` says in words what stands for nothing said."""

    revision: str
    baseline: str


@dataclass(frozen=True, slots=True)
class Ended:
    """An explanation was stopped as asked, or cannot be made: `why` says that in words."""

    why: str = ""
    is_refusal: bool = False


Order: TypeAlias = Ask | Stop
Word: TypeAlias = Loading | Opened | Found | Ended

_WORDS: dict[str, type[Any]] = {
    kind.__name__.lower(): kind for kind in (Loading, Opened, Computed, Attributed, Summed, Ended)
}


class Garbled(Exception):
    """A line that is no message."""


def order_line(order: Order) -> bytes:
    """An order as a line."""
    if isinstance(order, Stop):
        return _line({"stop": order.number})
    options = asdict(order.options) | {"method": order.options.method.value}
    return _line(
        {
            "explain": order.number,
            "source": asdict(order.source),
            "subject": asdict(order.subject),
            "options": options,
        }
    )


def order_of(line: bytes) -> Order:
    """Read an order; raises Garbled."""
    try:
        told = json.loads(line)
        if "stop" in told:
            return Stop(int(told["stop"]))
        subject, options = told["subject"], told["options"]
        return Ask(
            int(told["explain"]),
            Source(**told["source"]),
            Subject(tuple(subject["prompt"]), tuple(subject["answer"])),
            Options(**options | {"method": Method(options["method"])}),
        )
    except (ValueError, TypeError, KeyError) as error:
        raise Garbled(type(error).__name__) from None


def word_line(number: int, word: Word) -> bytes:
    """A word about the ask of that number, as a line."""
    return _line({"number": number, "word": type(word).__name__.lower(), **asdict(word)})


def word_of(line: bytes) -> tuple[int, Word]:
    """Read a word, and which ask it is about; raises Garbled."""
    try:
        told = json.loads(line)
        number, kind = int(told.pop("number")), _WORDS[told.pop("word")]
        if kind is Attributed:
            told["scores"] = tuple(told["scores"])
            told["alternatives"] = tuple(Alternative(**one) for one in told["alternatives"])
        word: Word = kind(**told)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise Garbled(type(error).__name__) from None
    return number, word


def _line(told: dict[str, Any]) -> bytes:
    return json.dumps(told, separators=(",", ":")).encode() + b"\n"
