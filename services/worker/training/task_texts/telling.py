"""Tells sentences: plots of `wider`, filled with who did what and when.

Decides how a sentence is told and where it is broken off. There are few whole
sentences in the lists, and a beginning must not be known by the words that it begins with.
All chance comes from the `Random` that is handed in.
"""

import re
from random import Random

from services.worker.training.task_texts.tongues import fillings

_SLOT = re.compile(r"\{(\w+)\}")
_PARTED = ("auf", "ab", "an", "ein")  # German verbs that "zu" parts


def tale(tongue: str, part: str, chance: Random) -> str:
    """A sentence."""
    plot = chance.choice(fillings(tongue, "plot", part))
    told = _SLOT.sub(lambda slot: _told(slot.group(1), tongue, part, chance), plot)
    return told[:1].upper() + told[1:]


def _told(slot: str, tongue: str, part: str, chance: Random) -> str:
    match slot:
        case "inverted":
            verb, _, rest = chance.choice(fillings(tongue, "event", part)).partition(" ")
            return f"{verb} {chance.choice(fillings(tongue, 'who', part))} {rest}"
        case "zuact":
            return with_zu(chance.choice(fillings(tongue, "act", part)))
        case _:
            return chance.choice(fillings(tongue, slot, part))


def with_zu(act: str) -> str:
    """A German infinitive with "zu".

    >>> with_zu("Brot backen"), with_zu("früh aufstehen")
    ('Brot zu backen', 'früh aufzustehen')
    """
    before, _, verb = act.rpartition(" ")
    parted = next((prefix for prefix in _PARTED if verb.startswith(prefix)), "")
    verb = f"{parted}zu{verb[len(parted) :]}" if parted else f"zu {verb}"
    return f"{before} {verb}".strip()


def beginning(told: str, tongue: str, chance: Random) -> str:
    """A sentence, broken off after its first words."""
    whole = told.rstrip(".!?。！？")
    if tongue == "zh":
        return whole[: chance.randint(5, max(6, len(whole) - 2))]
    words = whole.split()
    return " ".join(words[: chance.randint(3, max(4, len(words) - 1))])
