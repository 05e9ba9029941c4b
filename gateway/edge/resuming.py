"""Where a stream of events stands, so that it can go on after a lost connection.

Pure. A browser that lost its connection sends the last event's id along with the
same request. The id says all that the answer's tokens follow from beside the
request itself: the seed and the model's revision; so the answer is had again (from
memory, mostly) and told from there on. Nothing is kept for a caller who may never
come back.
"""

import re
from dataclasses import dataclass

_ID = re.compile(r"([A-Za-z0-9._-]{1,64})\|(\d{1,20})\|([^|\s]{0,128})\|(\d{1,9})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Place:
    """Behind event number `index` of the answer called `request_id`."""

    request_id: str
    seed: int
    revision: str
    index: int

    def __str__(self) -> str:
        return f"{self.request_id}|{self.seed}|{self.revision}|{self.index}"


def read_place(event_id: str) -> Place | None:
    """Read an event's id; None where it is none of ours."""
    found = _ID.fullmatch(event_id)
    if found is None or int(found[2]) >= 1 << 64:
        return None
    return Place(found[1], int(found[2]), found[3], int(found[4]))
