"""What the slots' caches hold, and where a prompt finds its beginning in them.

Pure. Knows token ids, scopes and slots; knows neither model nor schedule. Free
slots still hold what their last sequence left; running ones are shared from as
they grow. Only what bears the same scope is ever shared. The rules:

1. A prompt shares the longest beginning that any slot holds, but never its last
   token: that one's row chooses the answer's first. A copy is worth it from
   `least` tokens on, and where it brings enough for all that it copies.
2. A slot that holds that beginning itself goes on from it; nothing is copied.
3. What a slot held before and its new prompt does not share is rescued: it
   moves to the free slot that was used least recently, over what lies there,
   unless that is the slot itself, others hold it too or it is not worth it.
4. Where the free slots may hold no more than so many tokens, they are given up
   from their ends, those used least recently first.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from services.worker.engines.marks import Mark, Marks

LEAST = 16
COPIED = 16  # tokens are copied in less time than it takes to compute one (measured: 25)
Tokens: TypeAlias = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Copy:
    """The first `count` positions of slot `source` are to stand in `target` too."""

    source: int
    target: int
    count: int


@dataclass(frozen=True, slots=True)
class Cut:
    """Slot `slot` is to hold no more than its first `keep` positions."""

    slot: int
    keep: int


class Prefixes:
    """A mirror of the cache: for each slot its tokens, their scope and when it was used."""

    def __init__(self, slots: int, context: int, least: int = LEAST) -> None:
        self._least = least
        self._tokens = np.zeros((slots, context), np.int32)
        self._lengths = np.zeros(slots, np.int64)
        self._scopes = np.full(slots, "", object)
        self._prompts: dict[int, Tokens] = {}  # of running slots, each without its last token
        self._used = [0] * slots  # greater: later; 0: holds nothing that is of use
        self._uses = 0
        self._marks = Marks(slots)
        self._names: tuple[int, ...] | None = None  # None: to be found anew

    def __repr__(self) -> str:
        holding = " ".join(
            f"{slot}:{length}{'*' if slot in self._prompts else ''}"
            for slot, length in enumerate(self._lengths)
            if length
        )
        return f"<Prefixes {holding or 'none'}>"

    def held(self, slot: int) -> int:
        """How many tokens a slot holds."""
        return int(self._lengths[slot])

    @property
    def marks_held(self) -> tuple[int, ...]:
        """Names of the beginnings held: those of running slots, then by their last use."""
        if self._names is None:
            free = [slot for slot in range(len(self._used)) if slot not in self._prompts]
            kept = sorted(free, key=lambda s: -self._used[s])
            slots = (*reversed(self._prompts), *kept)
            self._names = self._marks.held((slot, self.held(slot)) for slot in slots)
        return self._names

    def source(self, prompt: Sequence[int], scope: str) -> int | None:
        """The slot that holds the longest beginning of a prompt worth sharing."""
        shared = self._shared(_shareable(prompt), scope)
        best = int(shared.argmax())
        return best if shared[best] >= self._least else None

    def surplus(self, most: int, spared: int | None = None) -> Iterator[Cut]:
        """What must go so that free slots hold at most so many tokens, `spared` aside (rule 4)."""
        free = [s for s in range(len(self._used)) if s not in self._prompts and s != spared]
        excess = int(self._lengths[free].sum()) - most
        if excess <= 0:
            return
        for slot in sorted(free, key=lambda s: (self._used[s], s)):
            if excess <= 0 or not self._lengths[slot]:
                continue
            keep = max(0, self.held(slot) - excess) // self._least * self._least
            excess -= self.held(slot) - keep
            yield Cut(slot, keep)

    def cut(self, cut: Cut) -> None:
        """Note that what lay in a free slot behind its beginning is given up."""
        if not cut.keep:
            self.forget(cut.slot)
        self._lengths[cut.slot] = cut.keep
        self._names = None

    def rescue(self, slot: int, prompt: Sequence[int], scope: str) -> Copy | None:
        """What must be copied before a free slot is given to a prompt (rule 3)."""
        shared = self._shared(_shareable(prompt), scope)
        length = self.held(slot)
        survives = self._shared(self._tokens[slot, :length], self._scopes[slot])
        survives[slot] = shared[slot]
        if not self._is_worth_it(length, length - survives.max()):
            return None
        best = int(shared.argmax())
        best = best if self._is_worth_it(shared[best], shared[best] - shared[slot]) else slot
        free = [s for s in range(len(self._used)) if s not in self._prompts and s != best]
        target = min([*free, slot], key=lambda s: (self._used[s], s))
        return None if target == slot else Copy(slot, target, length)

    def join(
        self, slot: int, prompt: Sequence[int], scope: str, marks: tuple[Mark, ...] = ()
    ) -> int:
        """Give a free slot to a prompt; how much of its beginning the slot holds (rule 2)."""
        tokens = _shareable(prompt)
        kept = int(self._shared(tokens, scope)[slot])
        kept = kept if kept >= self._least else 0
        self._lengths[slot], self._scopes[slot], self._prompts[slot] = kept, scope, tokens
        self._marks.put(slot, marks)
        self._names = None
        return kept

    def gain(self, slot: int) -> Copy | None:
        """The copy that brings a running prompt further than it has come (rule 1)."""
        shared = self._shared(self._prompts[slot], self._scopes[slot])
        source = int(shared.argmax())
        if not self._is_worth_it(shared[source], shared[source] - self._lengths[slot]):
            return None
        return Copy(source, slot, int(shared[source]))

    def copied(self, copy: Copy) -> None:
        """Note that a copy is done.

        A source that was copied whole is of no more use: it is written over first.
        """
        source, target, count = copy.source, copy.target, copy.count
        self._tokens[target, :count] = self._tokens[source, :count]
        self._lengths[target] = count
        if target not in self._prompts:  # one that runs has marks of its own
            self._marks.copied(source, target)
        self._names = None
        self._scopes[target] = self._scopes[source]
        self._used[target] = self._used[source]
        if self._lengths[source] - count < self._least:
            self._used[source] = 0
        else:
            self._use(source)

    def wrote(self, slot: int, start: int, tokens: Sequence[int]) -> None:
        """Note that a slot holds these tokens from `start` on, and none behind them."""
        end = start + len(tokens)
        if self._lengths[slot] < self._marks.longest(slot):
            self._names = None
        self._tokens[slot, start:end] = tokens
        self._lengths[slot] = end

    def leave(self, slot: int) -> bool:
        """Free a slot; whether what it holds is kept."""
        self._prompts.pop(slot, None)
        if self._lengths[slot] < self._least:
            self.forget(slot)
            return False
        self._use(slot)
        return True

    def forget(self, slot: int) -> None:
        """Note that a slot holds nothing."""
        self._lengths[slot] = 0
        self._used[slot] = 0
        self._names = None

    def _is_worth_it(self, copied: int, gained: int) -> bool:
        return gained >= max(self._least, copied // COPIED)

    def _use(self, slot: int) -> None:
        self._uses += 1
        self._names = None
        self._used[slot] = self._uses

    def _shared(self, tokens: Tokens, scope: str) -> NDArray[np.int64]:
        """How many of these tokens each slot begins with."""
        if not len(tokens):
            return np.zeros_like(self._lengths)
        differs = self._tokens[:, : len(tokens)] != tokens
        equal = np.where(differs.any(axis=1), differs.argmax(axis=1), len(tokens))
        return np.where(self._scopes == scope, np.minimum(equal, self._lengths), 0)


def _shareable(prompt: Sequence[int]) -> Tokens:
    return np.array(prompt[:-1], np.int32)
