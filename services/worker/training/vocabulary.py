"""Finds the vocabulary of a classifier: what is worth a token of its own.

Pure. A word that stands in one form only says which form it is, not what is asked:
entries are taken by the number of forms that they stand in.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from services.worker.classifiers.encoding import Vocabulary, pieces, words


def vocabulary_from(
    texts: Iterable[tuple[str, str]], *, entries: int, buckets: int, least: int = 2
) -> Vocabulary:
    """The vocabulary of (text, form) pairs, the most widespread entries first."""
    forms: dict[str, set[str]] = defaultdict(set)
    for text, form in texts:
        for word in words(text):
            forms[word].add(form)
            for piece in pieces(word):
                forms[piece].add(form)
    wide = [entry for entry, inside in forms.items() if len(inside) >= least]
    wide.sort(key=lambda entry: (-len(forms[entry]), entry))
    return Vocabulary(tuple(wide[:entries]), buckets)


@dataclass(frozen=True)
class Breaking(Vocabulary):
    """A vocabulary that takes some of its words for unknown, so that their pieces are learnt too.

    `chance` gives numbers from 0 to 1. Texts to be classified are never read so.
    """

    chance: Callable[[], float]
    share: float

    def _known(self, word: str) -> int | None:
        known = super()._known(word)
        is_broken = known is not None and len(pieces(word)) > 1 and self.chance() < self.share
        return None if is_broken else known
