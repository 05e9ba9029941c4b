"""What a simulated worker still holds of prompts that it has computed.

Pure. Decides what is found of a prompt's beginning and what goes first where room
runs out: what was asked for longest ago, and of one prompt its end before its
beginning, so that whatever is held, all that it begins with is held too. Knows
beginnings by name and length alone, and no request.
"""

from collections import OrderedDict
from collections.abc import Sequence
from itertools import islice
from typing import NamedTuple

MOST_TOLD = 256
"""Names in a report at most, as on the wire."""


class Beginning(NamedTuple):
    """The first `tokens` of a prompt, by name."""

    name: int
    tokens: int


class PrefixCache:
    """Beginnings held, the longest unused first. `tokens`: what they take together."""

    def __init__(self) -> None:
        self.tokens = 0
        self._parts: OrderedDict[int, int] = OrderedDict()  # tokens beyond the next shorter one

    def __bool__(self) -> bool:
        return bool(self._parts)

    def find(self, beginnings: Sequence[Beginning]) -> int:
        """How many tokens of a prompt with these beginnings, shortest first, are held."""
        found = 0
        for name, tokens in beginnings:
            if name not in self._parts:
                break
            found = tokens
        self._touch(beginnings)
        return found

    def keep(self, beginnings: Sequence[Beginning]) -> None:
        """All of these are computed."""
        before = 0
        for name, tokens in beginnings:
            if name not in self._parts:
                self._parts[name] = tokens - before
                self.tokens += tokens - before
            before = tokens
        self._touch(beginnings)

    def trim(self, room: int) -> None:
        """Let go of what exceeds so many tokens."""
        while self._parts and self.tokens > room:
            self.tokens -= self._parts.popitem(last=False)[1]

    def names(self) -> tuple[int, ...]:
        """Those used last, first."""
        return tuple(islice(reversed(self._parts), MOST_TOLD))

    def _touch(self, beginnings: Sequence[Beginning]) -> None:
        for name, _ in reversed(beginnings):
            if name in self._parts:
                self._parts.move_to_end(name)
