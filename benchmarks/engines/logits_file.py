"""Reads the file in which llama-perplexity keeps a model's logits.

Decides nothing but the layout: "_logits_", then context, vocabulary and chunks
as 32-bit integers, all tokens, and for each place of a chunk's later half a scale
and a least log probability (two float32) and 16 bits for each token.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

MAGIC = b"_logits_"


class LogitsFile:
    """An open file: `chunks` chunks of `context` tokens."""

    def __init__(self, path: Path) -> None:
        raw = path.read_bytes()
        if not raw.startswith(MAGIC):
            raise ValueError("not a file of logits")
        head = np.frombuffer(raw, "<i4", 3, len(MAGIC))
        self.context, self.vocabulary, self.chunks = (int(number) for number in head)
        start = len(MAGIC) + 12
        self._tokens = np.frombuffer(raw, "<i4", self.context * self.chunks, start)
        start += self._tokens.nbytes
        self._width = 2 * ((self.vocabulary + 1) // 2 + 2)  # of 16 bits, even
        self._rows = np.frombuffer(raw, "<u2", -1, start).reshape(self.chunks, -1, self._width)

    def tokens(self, chunk: int) -> list[int]:
        """A chunk's tokens."""
        return [
            int(token) for token in self._tokens[chunk * self.context : (chunk + 1) * self.context]
        ]

    def places(self, chunk: int) -> Iterator[tuple[int, NDArray[np.float64], int]]:
        """Place, log probabilities of what follows it, and the token that does."""
        tokens, first = self.tokens(chunk), self.context // 2
        for index, row in enumerate(self._rows[chunk]):
            scale, least = row[:4].view("<f4")
            values = row[4 : 4 + self.vocabulary].astype(np.float64) * float(scale) + float(least)
            yield first + index, values, tokens[first + index + 1]
