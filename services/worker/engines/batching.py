"""Which sequences compute what in the next step.

Pure. Knows slots and lengths; knows no tokens, no text and no model. The rules:

1. Every sequence whose prompt is computed decodes in every step.
2. At most one chunk of one prompt is computed between two decode steps.
3. The prompt that came first is continued first. One whose rest fits a single
   chunk may overtake it, at most `OVERTAKES` times between two chunks of the
   first: short prompts do not wait for long ones, and nobody starves.
4. The last token of a prompt is not prefilled: it is the sequence's first row
   in a decode step, the same step's if its last chunk runs in it.
"""

from dataclasses import dataclass

OVERTAKES = 3


@dataclass(frozen=True, slots=True)
class Chunk:
    """Prompt tokens `start` to `start + count` of the sequence in `slot`."""

    slot: int
    start: int
    count: int


@dataclass(frozen=True, slots=True)
class Plan:
    """One step: first the prefill, then one decode of all these slots."""

    prefill: Chunk | None
    decode: tuple[int, ...]


@dataclass(slots=True)
class _Place:
    prompt_tokens: int
    computed: int = 0

    @property
    def rest(self) -> int:
        return self.prompt_tokens - 1 - self.computed


class Schedule:
    """The running batch: who holds which slot and how far each prompt has come."""

    def __init__(self, slots: int, chunk: int) -> None:
        self._chunk = chunk
        self._free = set(range(slots))
        self._places: dict[int, _Place] = {}  # in order of arrival
        self._overtaken = 0

    def __repr__(self) -> str:
        places = " ".join(
            f"{slot}:{place.computed}/{place.prompt_tokens}" for slot, place in self._places.items()
        )
        return f"<Schedule {places or 'idle'} +{len(self._free)} free>"

    @property
    def is_idle(self) -> bool:
        """Whether there is nothing to compute."""
        return not self._places

    def join(self, prompt_tokens: int) -> int:
        """Give the lowest free slot to a prompt of at least one token."""
        if prompt_tokens < 1 or not self._free:
            raise ValueError(f"{prompt_tokens} tokens cannot join {self!r}")
        slot = min(self._free)
        self._free.remove(slot)
        self._places[slot] = _Place(prompt_tokens)
        return slot

    def leave(self, slot: int) -> None:
        """Free a slot."""
        if next(iter(self._waiting()), None) == slot:
            self._overtaken = 0
        del self._places[slot]
        self._free.add(slot)

    def plan(self) -> Plan:
        """The next step. Changes nothing; `ran` does."""
        waiting = self._waiting()
        chunk = self._next_chunk(waiting)
        return Plan(chunk, tuple(sorted(s for s in self._places if self._decodes(s, chunk))))

    def skipped(self, slot: int, count: int) -> None:
        """Note that `count` more tokens of a prompt need no computation."""
        self._places[slot].computed += count

    def ran(self, chunk: Chunk) -> None:
        """Note that a planned prefill has been computed."""
        first = self._waiting()[0]
        self._overtaken = 0 if chunk.slot == first else self._overtaken + 1
        self._places[chunk.slot].computed += chunk.count

    def _waiting(self) -> list[int]:
        return [slot for slot, place in self._places.items() if place.rest]

    def _next_chunk(self, waiting: list[int]) -> Chunk | None:
        if not waiting:
            return None
        slot = waiting[0]
        if self._overtaken < OVERTAKES:
            slot = next((s for s in waiting if self._places[s].rest <= self._chunk), slot)
        place = self._places[slot]
        return Chunk(slot, place.computed, min(place.rest, self._chunk))

    def _decodes(self, slot: int, chunk: Chunk | None) -> bool:
        coming = chunk.count if chunk and chunk.slot == slot else 0
        return self._places[slot].rest == coming
