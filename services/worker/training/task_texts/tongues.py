"""What requests are made of, by language: forms, and what stands in their places.

Pure. Decides which forms and fillings are held out of training: both, so that a
held-out request has neither a structure nor a subject that was trained on. What
`further` adds is counted on behind the first lists, so that what was held out stays so.
What `wider` adds is held out by itself: the first test remains the same, text by text.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import ModuleType

from services.worker.training.task_texts import chinese, english, german, spanish
from services.worker.training.task_texts.further import MODULES as FURTHER
from services.worker.training.task_texts.wider import MODULES as WIDER

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
_WIDER_SLOTS = {
    "act": "ACTS",
    "who": "WHO",
    "event": "EVENTS",
    "when": "WHENS",
    "plot": "TALES",
    "line": "LINES",
    "things": "MANY",
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
    is_wider: bool = False


def forms() -> list[Form]:
    """All forms, each with the part it belongs to."""
    return [
        Form(
            f"{tongue}-{kind}-{mark}{number}", tongue, kind, part_of(number + shift), template, wide
        )
        for wide, mark in ((False, ""), (True, "wider-"))
        for shift, tongue in enumerate(TONGUES)
        for kind in KINDS
        for number, template in enumerate(_templates(tongue, kind, wide))
    ]


def _templates(tongue: str, kind: str, wide: bool) -> Iterator[str]:
    for module in WIDER[tongue] if wide else (_MODULES[tongue], FURTHER[tongue]):
        yield from module.FORMS.get(kind, "").strip().splitlines()


def part_of(number: int) -> str:
    """Of every eight the third is for validation, the sixth for the test; languages differ."""
    return {2: "validation", 5: "test"}.get(number % _HELD_OUT, "train")


@cache
def fillings(tongue: str, slot: str, part: str) -> Sequence[str]:
    """What may stand in a slot; languages and their names are known to all parts."""
    if slot in _WIDER_SLOTS:
        return _of_part(_wider(tongue, _WIDER_SLOTS[slot]), part)
    found: list[str] = list(getattr(_MODULES[tongue], _SLOTS[slot]))
    found += getattr(FURTHER[tongue], _SLOTS[slot], ())
    if slot == "lang":
        return found
    if part != "train":
        return _of_part(found, part)
    held_out = {*_of_part(found, "validation"), *_of_part(found, "test")}
    fresh = [text for text in _wider(tongue, _SLOTS[slot]) if text not in found]
    return [text for text in (*_of_part(found, part), *fresh) if text not in held_out]


def _of_part(found: Sequence[str], part: str) -> list[str]:
    return [text for number, text in enumerate(found) if part_of(number) == part]


def _wider(tongue: str, name: str) -> list[str]:
    return [text for module in WIDER[tongue] for text in getattr(module, name, ())]
