"""Where a stream of events stands, so that it can go on after a lost connection.

Pure. A browser that lost its connection sends the last event's id along with the
same request. The id says all that the answer's tokens follow from beside the
request itself: the seed and the model's revision; so the answer is had again (from
memory, mostly) and told from there on. Nothing is kept for a caller who may never
come back.

What was told is counted in tokens and characters, not in events: how many tokens
come in one is not the same each time.
"""

import re
from dataclasses import dataclass

_ID = re.compile(
    r"([A-Za-z0-9._-]{1,64})\|(\d{1,20})\|([^|\s]{0,128})\|(\d{1,9})\.(\d{1,9})\.([0-2])", re.ASCII
)


@dataclass(frozen=True, slots=True)
class Told:
    """How much of an answer: tokens, characters, and of its two ends the last chunk and usage."""

    tokens: int = 0
    characters: int = 0
    ends: int = 0


@dataclass(frozen=True, slots=True)
class Place:
    """Behind an event of the answer called `request_id`, when so much was told."""

    request_id: str
    seed: int
    revision: str
    told: Told

    def __str__(self) -> str:
        told = f"{self.told.tokens}.{self.told.characters}.{self.told.ends}"
        return f"{self.request_id}|{self.seed}|{self.revision}|{told}"


def read_place(event_id: str) -> Place | None:
    """Read an event's id; None where it is none of ours."""
    found = _ID.fullmatch(event_id)
    if found is None or int(found[2]) >= 1 << 64:
        return None
    told = Told(int(found[4]), int(found[5]), int(found[6]))
    return Place(found[1], int(found[2]), found[3], told)
