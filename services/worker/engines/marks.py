"""Which named beginnings of prompts the slots hold.

Pure. A mark is a name that a gateway gave to the beginning of a prompt, told in
bytes of text; here it stands for so many tokens, by the prompt's own mean, and
is held where a slot holds that many. Knows neither tokens nor texts.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from services.worker.engines.engine import PrefixMark

MOST = 256


@dataclass(frozen=True, slots=True)
class Mark:
    """The name of a prompt's first `tokens` tokens."""

    hash: int
    tokens: int


def in_tokens(marks: Iterable[PrefixMark], prompt_tokens: int, text_bytes: int) -> tuple[Mark, ...]:
    """Marks of a prompt of so many tokens and bytes; those of less than a token are dropped."""
    lengths = ((m.hash, prompt_tokens * min(m.bytes, text_bytes) // text_bytes) for m in marks)
    return tuple(Mark(name, tokens) for name, tokens in lengths if tokens)


class Marks:
    """The marks of each slot's prompt."""

    def __init__(self, slots: int) -> None:
        self._of: list[tuple[Mark, ...]] = [()] * slots

    def put(self, slot: int, marks: tuple[Mark, ...]) -> None:
        """A slot begins with what these marks name, or will."""
        self._of[slot] = marks

    def copied(self, source: int, target: int) -> None:
        """One slot begins as another does."""
        self._of[target] = self._of[source]

    def longest(self, slot: int) -> int:
        """From how many tokens on a slot holds all its marks."""
        return max((mark.tokens for mark in self._of[slot]), default=0)

    def held(self, lengths: Iterable[tuple[int, int]]) -> tuple[int, ...]:
        """Names that slots of these lengths hold, in the slots' order, at most `MOST`."""
        names: dict[int, None] = {}
        for slot, length in lengths:
            names.update((mark.hash, None) for mark in self._of[slot] if mark.tokens <= length)
            if len(names) >= MOST:
                break
        return tuple(names)[:MOST]
