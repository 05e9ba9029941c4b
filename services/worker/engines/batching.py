"""Which sequences run, and which compute what in the next step.

Pure. Knows slots and lengths; knows no tokens, no text and no model. The rules:

1. Every sequence whose prompt is computed decodes in every step.
2. Between two decode steps at most `beside` tokens of one prompt are computed,
   so that those who decode hardly notice; where nobody does, a whole `chunk`.
   Many who decode end, and are followed by prompts, more often: beside them as
   many times `beside` as make `PER_ROW` tokens for each, a chunk at most.
3. The prompt that came first is continued first. One whose rest fits a single
   chunk may overtake it, at most `OVERTAKES` times between two parts of the
   first: short prompts do not wait for long ones, and nobody starves.
4. The last token of a prompt is not prefilled: it is the sequence's first row
   in a decode step, the same step's if its last part runs in it.
5. A sequence takes room for its prompt, computed or not, and for one token more
   with each of its answer. It joins where its prompt fits and leaves room for
   `RESERVE` tokens more of each that runs and has as many to come.
6. Where the running ones take more than there is, the newest must leave. It
   comes back before all that came after it, so that the oldest always runs on.
"""

from dataclasses import dataclass

OVERTAKES = 3
RESERVE = 16
PER_ROW = 2


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
    to_come: int
    computed: int = 0
    answer_tokens: int = 0

    @property
    def rest(self) -> int:
        return self.prompt_tokens - 1 - self.computed


class Schedule:
    """The running batch: who holds which slot and how far each prompt has come.

    `room` is how many tokens all who run may take together.
    """

    def __init__(self, slots: int, *, room: int, chunk: int, beside: int) -> None:
        self._room = room
        self._chunk = chunk
        self._beside = min(beside, chunk)
        self._free = set(range(slots))
        self._places: dict[int, _Place] = {}  # in order of arrival
        self._overtaken = 0

    def __repr__(self) -> str:
        places = " ".join(
            f"{slot}:{place.computed}/{place.prompt_tokens}+{place.answer_tokens}"
            for slot, place in self._places.items()
        )
        return f"<Schedule {places or 'idle'} {self.spare} of {self._room} spare>"

    @property
    def is_idle(self) -> bool:
        """Whether there is nothing to compute."""
        return not self._places

    @property
    def spare(self) -> int:
        """Room that no running sequence takes; below 0 the newest must leave (rule 6)."""
        places = self._places.values()
        return self._room - sum(place.prompt_tokens + place.answer_tokens for place in places)

    @property
    def newest(self) -> int:
        """The slot of who came last."""
        return next(reversed(self._places))

    def has_room_for(self, prompt_tokens: int, to_come: int) -> bool:
        """Whether a prompt may join now, its answer having so many tokens at most (rule 5)."""
        coming = [to_come, *(place.to_come for place in self._places.values())]
        return bool(self._free) and prompt_tokens + sum(map(reserve, coming)) <= self.spare

    def join(self, prompt_tokens: int, to_come: int) -> int:
        """Give the lowest free slot to a prompt of at least one token."""
        if prompt_tokens < 1 or not self.has_room_for(prompt_tokens, to_come):
            raise ValueError(f"{prompt_tokens}+{to_come} tokens cannot join {self!r}")
        slot = min(self._free)
        self._free.remove(slot)
        self._places[slot] = _Place(prompt_tokens, to_come)
        return slot

    def leave(self, slot: int) -> None:
        """Free a slot."""
        if next(iter(self._waiting()), None) == slot:
            self._overtaken = 0
        del self._places[slot]
        self._free.add(slot)

    def plan(self) -> Plan:
        """The next step. Changes nothing; `ran` and `grew` do."""
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

    def grew(self, slot: int) -> None:
        """Note that an answer has one token more, which the next step's row will hold."""
        place = self._places[slot]
        place.answer_tokens += 1
        place.to_come -= 1

    def _waiting(self) -> list[int]:
        return [slot for slot, place in self._places.items() if place.rest]

    def _next_chunk(self, waiting: list[int]) -> Chunk | None:
        if not waiting:
            return None
        slot = waiting[0]
        if self._overtaken < OVERTAKES:
            slot = next((s for s in waiting if self._places[s].rest <= self._chunk), slot)
        place = self._places[slot]
        most = self._most_beside(len(self._places) - len(waiting))
        return Chunk(slot, place.computed, min(place.rest, most))

    def _most_beside(self, decoding: int) -> int:
        """Prompt tokens that may be computed before so many decode (rule 2)."""
        if not decoding:
            return self._chunk
        times = max(1, PER_ROW * decoding // self._beside)
        return min(times * self._beside, self._chunk)

    def _decodes(self, slot: int, chunk: Chunk | None) -> bool:
        coming = chunk.count if chunk and chunk.slot == slot else 0
        return self._places[slot].rest == coming


def reserve(to_come: int) -> int:
    """Tokens kept free for one that may still get so many (rule 5)."""
    return min(RESERVE, to_come)
