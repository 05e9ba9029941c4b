"""Reads labelled texts, and parts them: what is trained on, what stops it, what tests it.

Decides which lines are refused, and that texts of one form are never in two parts.
A complaint names the line and the field, never the text.
"""

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from services.runtime.text import is_utf8
from services.worker.classifiers.card import LABELS, LONGEST_LABEL
from services.worker.classifiers.errors import ClassifierError

PARTS = ("train", "validation", "test")
LONGEST_LINE, MOST_LINES, LONGEST_FORM = 1 << 20, 2_000_000, 256
_EVERY = 7  # of the forms of a label, one in so many is for validation, one for the test


@dataclass(frozen=True)
class Example:
    """A text and its label; texts of one form are held out together."""

    text: str
    label: str
    form: str
    split: str = ""  # "": found by `parted`
    slice: str = ""  # figures are also told by it, e.g. a language

    def __repr__(self) -> str:
        return f"<Example {self.label}, {len(self.text)} chars>"


def read_examples(path: Path) -> list[Example]:
    """The lines of a file, `{"text": ..., "label": ..., "form": ...}` each."""
    try:
        with path.open("rb") as file:
            found = [_example(number, line) for number, line in enumerate(file, 1) if line.strip()]
    except OSError as error:
        raise ClassifierError(f"{path.name}: {error.strerror or error}") from error
    labels = {example.label for example in found}
    if not LABELS[0] <= len(labels) <= LABELS[1]:
        raise ClassifierError(
            f"{path.name} has {len(labels)} labels; a classifier has {LABELS[0]} to {LABELS[1]}"
        )
    if len({bool(example.split) for example in found}) > 1:
        raise ClassifierError(f"{path.name}: split stands in some lines and not in others")
    return found


def _example(number: int, line: bytes) -> Example:
    if number > MOST_LINES or len(line) > LONGEST_LINE:
        raise ClassifierError(
            f"line {number}: more than {MOST_LINES} lines, or {LONGEST_LINE} bytes in one"
        )
    try:
        table = json.loads(line)
    except (ValueError, RecursionError):
        raise ClassifierError(f"line {number} is not JSON") from None
    if not isinstance(table, dict):
        raise ClassifierError(f"line {number} holds no table")
    _check_texts(number, table)
    text, label = table.get("text", ""), table.get("label", "")
    form, split = table.get("form", ""), table.get("split", "")
    if not text.strip():
        raise ClassifierError(f"line {number}: text is empty")
    if not 1 <= len(label) <= LONGEST_LABEL:
        raise ClassifierError(f"line {number}: label is not 1 to {LONGEST_LABEL} characters")
    if len(form) > LONGEST_FORM:
        raise ClassifierError(f"line {number}: form is longer than {LONGEST_FORM} characters")
    if split not in ("", *PARTS):
        raise ClassifierError(f"line {number}: split is none of {', '.join(PARTS)}")
    return Example(text, label, form or f"line {number}", split, table.get("slice", ""))


def _check_texts(number: int, table: Mapping[str, object]) -> None:
    for name in ("text", "label", "form", "split", "slice"):
        value = table.get(name, "")
        if not isinstance(value, str):
            raise ClassifierError(f"line {number}: {name} is no text")
        if not is_utf8(value):
            raise ClassifierError(f"line {number}: {name} has half of a surrogate pair")


def parted(examples: Sequence[Example], seed: int) -> dict[str, list[Example]]:
    """The parts, by the lines' own `split`, else by form: each label in every part."""
    if examples[0].split:
        parts = {part: [e for e in examples if e.split == part] for part in PARTS}
    else:
        part_of = _parts_of_forms(examples, seed)
        parts = {part: [e for e in examples if part_of[e.form] == part] for part in PARTS}
    labels = {example.label for example in examples}
    for part, inside in parts.items():
        for missing in sorted(labels - {example.label for example in inside}):
            raise ClassifierError(
                f'label "{missing}" has no text for {part}: it needs three forms or more'
            )
    return parts


def _parts_of_forms(examples: Sequence[Example], seed: int) -> dict[str, str]:
    labels: dict[str, Counter[str]] = defaultdict(Counter)
    for example in examples:
        labels[example.form][example.label] += 1
    by_label: dict[str, list[str]] = defaultdict(list)
    for form, counts in labels.items():
        by_label[max(sorted(counts), key=counts.__getitem__)].append(form)
    found = {}
    for forms in by_label.values():
        forms.sort(key=lambda form: hashlib.sha256(f"{seed} {form}".encode()).digest())
        held_out = max(1, len(forms) // _EVERY)
        for place, form in enumerate(forms):
            found[form] = PARTS[2 if place < held_out else 1 if place < 2 * held_out else 0]
    return found
