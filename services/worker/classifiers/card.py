"""What a classifier says of itself: its card.

Pure. Decides which cards are understood, and which label stands where no label
is probable enough. docs/classifiers.md says what each field means. Opens no file.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from services.worker.classifiers.encoding import KIND, LIMITS
from services.worker.classifiers.errors import ClassifierError

FORMAT = 1
FILES = ("vocabulary.json", "model.tflite", "model.keras")
LABELS = (2, 256)
LONGEST_LABEL = 64
MOST_GRAPHS = 64
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Graph:
    """A signature of model.tflite, by the texts and tokens that it takes at once."""

    name: str
    rows: int
    length: int


@dataclass(frozen=True)
class Card:
    """A classifier's card, checked."""

    name: str
    version: str
    labels: tuple[str, ...]
    limit: int  # tokens of a text
    graphs: tuple[Graph, ...]
    files: Mapping[str, str]
    fallback: str = ""
    threshold: float = 0.0
    temperature: float = 1.0
    data: Mapping[str, Any] = field(default_factory=dict)
    training: Mapping[str, Any] = field(default_factory=dict)
    metrics: Mapping[str, Any] = field(default_factory=dict)
    made_with: Mapping[str, str] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"<Card {self.name} {self.version}, {len(self.labels)} labels>"

    def verdict(self, probabilities: Sequence[float]) -> tuple[str, float]:
        """The label of calibrated probabilities, or the fallback; the most probable one's."""
        best = max(range(len(self.labels)), key=lambda index: probabilities[index])
        is_sure = probabilities[best] >= self.threshold or not self.fallback
        return self.labels[best] if is_sure else self.fallback, float(probabilities[best])

    def to_table(self) -> dict[str, Any]:
        """What card.json holds."""
        return {
            "format": FORMAT,
            "name": self.name,
            "version": self.version,
            "labels": list(self.labels),
            "fallback": self.fallback,
            "threshold": self.threshold,
            "temperature": self.temperature,
            "encoding": {"kind": KIND, "limit": self.limit},
            "graphs": [asdict(graph) for graph in self.graphs],
            "files": dict(self.files),
            "data": dict(self.data),
            "training": dict(self.training),
            "metrics": dict(self.metrics),
            "made_with": dict(self.made_with),
        }


def is_name(text: str) -> bool:
    """Whether a classifier can be called that."""
    return bool(_NAME.fullmatch(text))


def card_of(table: Mapping[str, object]) -> Card:
    """Read what card.json holds; raises ClassifierError."""
    if table.get("format") != FORMAT:
        raise ClassifierError(f"card.json: format is not {FORMAT}, the one that is understood here")
    encoding = _table(table, "encoding")
    if encoding.get("kind") != KIND:
        raise ClassifierError(f'card.json: encoding.kind is not "{KIND}"')
    labels = _labels(table.get("labels"))
    fallback = _text(table, "fallback")
    if fallback and fallback not in labels:
        raise ClassifierError("card.json: fallback is not among labels")
    name = _text(table, "name")
    if not is_name(name):
        raise ClassifierError("card.json: name is not 1 to 64 of a-z 0-9 . _ -")
    limit = _whole(encoding, "limit", *LIMITS)
    return Card(
        name=name,
        version=_text(table, "version"),
        labels=labels,
        limit=limit,
        graphs=_graphs(table.get("graphs"), limit),
        files=_files(_table(table, "files")),
        fallback=fallback,
        threshold=_number(table, "threshold", 0.0, 1.0),
        temperature=_number(table, "temperature", 0.01, 100.0),
        data=_table(table, "data"),
        training=_table(table, "training"),
        metrics=_table(table, "metrics"),
        made_with={key: str(value) for key, value in _table(table, "made_with").items()},
    )


def _labels(found: object) -> tuple[str, ...]:
    least, most = LABELS
    if not isinstance(found, list) or not least <= len(found) <= most:
        raise ClassifierError(f"card.json: labels is no list of {least} to {most}")
    if not all(isinstance(label, str) and 0 < len(label) <= LONGEST_LABEL for label in found):
        raise ClassifierError(
            f"card.json: labels holds what is no text of 1 to {LONGEST_LABEL} characters"
        )
    if len(set(found)) < len(found):
        raise ClassifierError("card.json: labels holds a label twice")
    return tuple(found)


def _graphs(found: object, limit: int) -> tuple[Graph, ...]:
    if not isinstance(found, list) or not 1 <= len(found) <= MOST_GRAPHS:
        raise ClassifierError(f"card.json: graphs is no list of 1 to {MOST_GRAPHS}")
    graphs = []
    for entry in found:
        if not isinstance(entry, dict):
            raise ClassifierError("card.json: graphs holds what is no table")
        rows, length = _whole(entry, "rows", 1, 1024), _whole(entry, "length", 1, LIMITS[1])
        graphs.append(Graph(_text(entry, "name"), rows, length))
    if max(graph.length for graph in graphs) < limit:
        raise ClassifierError("card.json: graphs has none that takes encoding.limit tokens")
    return tuple(graphs)


def _files(found: Mapping[str, Any]) -> dict[str, str]:
    for name in FILES:
        if not isinstance(found.get(name), str) or not _HASH.fullmatch(found[name]):
            raise ClassifierError(f"card.json: files holds no sha256 of {name}")
    return {name: found[name] for name in FILES}


def _table(table: Mapping[str, object], name: str) -> dict[str, Any]:
    found = table.get(name)
    if not isinstance(found, dict):
        raise ClassifierError(f"card.json: {name} is no table")
    return found


def _text(table: Mapping[str, object], name: str) -> str:
    found = table.get(name)
    if not isinstance(found, str) or len(found) > LONGEST_LABEL:
        raise ClassifierError(f"card.json: {name} is no text of at most {LONGEST_LABEL} characters")
    return found


def _whole(table: Mapping[str, object], name: str, least: int, most: int) -> int:
    found = table.get(name)
    if not isinstance(found, int) or isinstance(found, bool) or not least <= found <= most:
        raise ClassifierError(f"card.json: {name} is no whole number from {least} to {most}")
    return found


def _number(table: Mapping[str, object], name: str, least: float, most: float) -> float:
    found = table.get(name)
    if not isinstance(found, int | float) or isinstance(found, bool) or not least <= found <= most:
        raise ClassifierError(f"card.json: {name} is no number from {least} to {most}")
    return float(found)
