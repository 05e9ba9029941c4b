"""What requests are made of, by language: forms, and what stands in their places.

Pure. Decides which forms and fillings are held out of training: both, so that a
held-out request has neither a structure nor a subject that was trained on. What
`further` adds is counted on behind the first lists, so that what was held out stays so.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import ModuleType

from services.worker.training.task_texts import chinese, english, german, spanish
from services.worker.training.task_texts.further import MODULES as FURTHER

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
        for kind in module.FORMS
        for number, template in enumerate(_templates(tongue, kind))
    ]


def _templates(tongue: str, kind: str) -> Iterator[str]:
    for module in (_MODULES[tongue], FURTHER[tongue]):
        if module is not None:
            yield from module.FORMS.get(kind, "").strip().splitlines()


def part_of(number: int) -> str:
    """Of every eight the third is for validation, the sixth for the test; languages differ."""
    return {2: "validation", 5: "test"}.get(number % _HELD_OUT, "train")


def fillings(tongue: str, slot: str, part: str) -> Sequence[str]:
    """What may stand in a slot; languages and their names are known to all parts."""
    found: list[str] = list(getattr(_MODULES[tongue], _SLOTS[slot]))
    if tongue in FURTHER:
        found += getattr(FURTHER[tongue], _SLOTS[slot], ())
    if slot == "lang":
        return found
    return [text for number, text in enumerate(found) if part_of(number) == part]
