"""What requests are made of, by language: forms, and what stands in their places.

Pure. Decides which forms and fillings are held out of training: both, so that a
held-out request has neither a structure nor a subject that was trained on.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import ModuleType

from services.worker.training.task_texts import chinese, english, german, spanish

PARTS = ("train", "validation", "test")
_MODULES: Mapping[str, ModuleType] = {
    "en": english,
    "es": spanish,
    "de": german,
    "zh": chinese,
}
TONGUES = tuple(_MODULES)
KINDS = tuple(english.FORMS)
_SLOTS = {
    "topic": "TOPICS",
    "person": "PEOPLE",
    "place": "PLACES",
    "thing": "THINGS",
    "word": "WORDS",
    "lang": "LANGUAGES",
    "sentence": "SENTENCES",
}
_HELD_OUT = 8  # every so many: one for validation, one for test, of forms and fillings


@dataclass(frozen=True)
class Form:
    """A way of asking: `[a|b]` are alternatives, `{slot}` is filled."""

    name: str
    tongue: str
    kind: str
    part: str
    template: str


def forms() -> list[Form]:
    """All forms, each with the part it belongs to."""
    return [
        Form(f"{tongue}-{kind}-{number}", tongue, kind, part_of(number + shift), template)
        for shift, (tongue, module) in enumerate(_MODULES.items())
        for kind, lines in module.FORMS.items()
        for number, template in enumerate(lines.strip().splitlines())
    ]


def part_of(number: int) -> str:
    """Of every eight the third is for validation, the sixth for the test; languages differ."""
    return {2: "validation", 5: "test"}.get(number % _HELD_OUT, "train")


def fillings(tongue: str, slot: str, part: str) -> Sequence[str]:
    """What may stand in a slot; languages and their names are known to all parts."""
    found: Sequence[str] = getattr(_MODULES[tongue], _SLOTS[slot])
    if slot == "lang":
        return found
    return [text for number, text in enumerate(found) if part_of(number) == part]
