"""How text becomes tokens for a classifier ("words-1").

Pure. Decides what counts as one token in languages with spaces and without, what
becomes of a word nobody has seen, and what of a long text is kept. Which words a
vocabulary holds is found in training. docs/classifiers.md is the specification.
"""

import re
import unicodedata
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from services.worker.classifiers.errors import ClassifierError

KIND = "words-1"
PADDING, GAP, FIRST = 0, 1, 2
LIMITS = (8, 512)  # tokens of a text
MOST_ENTRIES, MOST_BUCKETS, LONGEST_ENTRY = 200_000, 65_536, 64
_HEAD, _TAIL = 4, 3  # letters of an unknown word that are looked at
_GAP = (GAP, "…")
_CHARACTERS = 16  # that are read for each token kept, at either end: bounds the work
# Scripts that put no spaces between words: each character is a token.
_UNSPACED = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u0e00-\u0e7f"
_TOKEN = re.compile(rf"[{_UNSPACED}]|\d+|[^\W\d_{_UNSPACED}]+|[^\S\n]+|\n+|.", re.DOTALL)


def words(text: str) -> Iterator[str]:
    """Cut a text into words, marks and line ends; digits in a row are "0"."""
    for match in _TOKEN.finditer(unicodedata.normalize("NFKC", text).casefold()):
        found = match.group()
        if found[0] == "\n":
            yield "\n"
        elif not found.isspace():
            yield "0" if found[0].isdecimal() else found[:LONGEST_ENTRY]


def pieces(word: str) -> tuple[str, ...]:
    """What is looked up of a word that the vocabulary lacks: its beginning and its end."""
    if len(word) < _HEAD:
        return (word,)
    return f"^{word[:_HEAD]}", f"{word[-_TAIL:]}$"


def _spelled(piece: str) -> str:
    if len(piece) <= _TAIL:
        return piece
    return f"{piece[1:]}…" if piece[0] == "^" else f"…{piece[:-1]}"


@dataclass(frozen=True)
class Vocabulary:
    """The entries of a classifier, in the order of their tokens, and its hashed buckets."""

    entries: tuple[str, ...]
    buckets: int

    def __repr__(self) -> str:
        return f"<Vocabulary {len(self.entries)} entries, {self.buckets} buckets>"

    @cached_property
    def _tokens(self) -> Mapping[str, int]:
        return {entry: FIRST + index for index, entry in enumerate(self.entries)}

    @property
    def size(self) -> int:
        """Tokens that there are: padding, gap, entries, buckets."""
        return FIRST + len(self.entries) + self.buckets

    def encode(self, text: str, limit: int) -> list[int]:
        """The tokens of a text, at least 1 and at most `limit`; its beginning and its end."""
        return [token for token, _ in self.read(text, limit)]

    def read(self, text: str, limit: int) -> list[tuple[int, str]]:
        """Those tokens, each with what it was read from: a word, or an end of one ("trans…")."""
        most = _CHARACTERS * limit
        if len(text) <= 2 * most:
            tokens = self._read(text)
            if len(tokens) <= limit:
                return tokens or [_GAP]
            first, last = tokens, tokens
        else:
            first, last = self._read(text[:most]), self._read(text[-most:])
        head = limit // 2
        tail = limit - head - 1
        return [*first[:head], _GAP, *last[-tail:]]

    def to_table(self) -> dict[str, object]:
        """What vocabulary.json holds."""
        return {"format": 1, "entries": list(self.entries), "buckets": self.buckets}

    def _read(self, text: str) -> list[tuple[int, str]]:
        tokens: list[tuple[int, str]] = []
        for word in words(text):
            known = self._known(word)
            if known is not None:
                tokens.append((known, word))
            else:
                tokens += ((self._piece(piece), _spelled(piece)) for piece in pieces(word))
        return tokens

    def _known(self, word: str) -> int | None:
        """The token of a word that has one; others are read by their pieces."""
        return self._tokens.get(word)

    def _piece(self, piece: str) -> int:
        known = self._tokens.get(piece)
        if known is not None:
            return known
        return FIRST + len(self.entries) + zlib.crc32(piece.encode()) % self.buckets


def vocabulary_of(table: Mapping[str, object]) -> Vocabulary:
    """Read what vocabulary.json holds; raises ClassifierError."""
    if table.get("format") != 1:
        raise ClassifierError("vocabulary.json: format is not 1")
    entries, buckets = table.get("entries"), table.get("buckets")
    if not isinstance(buckets, int) or not 1 <= buckets <= MOST_BUCKETS:
        raise ClassifierError(f"vocabulary.json: buckets is no number from 1 to {MOST_BUCKETS}")
    if not isinstance(entries, Sequence) or len(entries) > MOST_ENTRIES:
        raise ClassifierError(f"vocabulary.json: entries is no list of at most {MOST_ENTRIES}")
    for entry in entries:
        if not isinstance(entry, str) or not 1 <= len(entry) <= LONGEST_ENTRY:
            raise ClassifierError(
                f"vocabulary.json: entries holds what is no text of 1 to {LONGEST_ENTRY} characters"
            )
    if len(set(entries)) < len(entries):
        raise ClassifierError("vocabulary.json: entries holds an entry twice")
    return Vocabulary(tuple(entries), buckets)
