"""How units of a text make parts of about equal size.

Pure. Decides where each part ends: within a quarter of the size that is left for
each, at the best border, and among equals at the nearest; never beyond the most
tokens that a part may have. Knows neither texts nor what parts are for.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from gateway.tasks.borders import Unit

# The part of the ideal size by which a part may be longer or shorter for a better border.
_LEEWAY = 0.25


@dataclass(frozen=True, slots=True)
class Span:
    """Characters `begin` to `end` of a text, and how many tokens they are."""

    begin: int
    end: int
    tokens: int


def pack(units: Sequence[Unit], parts: int, most: int) -> list[Span]:
    """Join units to about `parts` parts of at most `most` tokens each.

    No unit may have more than `most`. There may come a few parts more, or less
    where there are fewer units.
    """
    before = [0, *accumulate(unit.tokens for unit in units)]
    spans: list[Span] = []
    first = 0
    while first < len(units):
        left = before[-1] - before[first]
        ideal = min(most, left / max(1, parts - len(spans)))
        last = _last(units, before, first, ideal, most)
        tokens = before[last + 1] - before[first]
        spans.append(Span(units[first].begin, units[last].end, tokens))
        first = last + 1
    return spans


def _last(units: Sequence[Unit], before: Sequence[int], first: int, ideal: float, most: int) -> int:
    """The unit that ends the part which `first` begins."""
    best, best_rank = first, (-1.0, 0.0)
    for index in range(first, len(units)):
        size = before[index + 1] - before[first]
        if size > most or (size > ideal * (1 + _LEEWAY) and index > first):
            break
        border = float(units[index].border)
        is_near = size >= ideal * (1 - _LEEWAY)
        # Too short a part is better than none, and the longer the better.
        rank = (border, -abs(size - ideal)) if is_near else (0.0, size - ideal)
        if rank >= best_rank or index == first:
            best, best_rank = index, rank
    if before[-1] - before[best + 1] < ideal * _LEEWAY and before[-1] - before[first] <= most:
        return len(units) - 1
    return best
