"""How many tokens there are, and how many there may be.

Pure. Decides what a text is taken for while nobody has counted it, and what of a
context is left for a text beside instructions and answer. Knows no tokenizer.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from gateway.tasks.borders import Unit

# Tokens of a chat template, and what texts joined may have more than each alone.
SLACK = 64
# Of ASCII text, while no worker has measured its own; few, so that estimates are rather high.
_BYTES_PER_TOKEN = 3.0
# Of a context, what is kept for an answer at most, lest nothing be left to read.
_ANSWER_SHARE = 4


@dataclass(frozen=True, slots=True)
class Sizes:
    """The units of a text with their tokens, and the tokens of what each step needs beside it.

    `is_counted`: by the model's tokenizer, else they are estimates.
    """

    units: tuple[Unit, ...]
    beside: int
    is_counted: bool

    @property
    def tokens(self) -> int:
        """Tokens of the text."""
        return sum(unit.tokens for unit in self.units)


def readable(context: int, beside: int, max_tokens: int) -> int:
    """Tokens of a text that a step may read, so that its answer has room too."""
    return context - beside - SLACK - min(max_tokens, context // _ANSWER_SHARE)


def at_most(texts: Sequence[str], bytes_per_token: float) -> int:
    """Tokens that texts certainly do not exceed; half as dense as usual is thought possible."""
    known = max(1.0, (bytes_per_token or _BYTES_PER_TOKEN) / 2)
    return sum(math.ceil(plain / known) + other for plain, other in map(_bytes, texts))


def estimated(text: str, bytes_per_token: float) -> int:
    """Tokens that a text is taken for: beyond ASCII one a byte."""
    plain, other = _bytes(text)
    return math.ceil(plain / (bytes_per_token or _BYTES_PER_TOKEN)) + other


def _bytes(text: str) -> tuple[int, int]:
    """Bytes of a text: of ASCII characters, and of others."""
    whole = len(text.encode())
    plain = len(text.encode("ascii", "ignore"))
    return plain, whole - plain
