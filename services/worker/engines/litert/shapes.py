"""The fixed shapes in which LiteRT computes steps.

Pure. Decides for which rows, columns and lengths of past a graph exists, and
which of them a step takes. Knows neither graphs nor memory.

A slot's cache lies in pages. What a step sums over positions it sums page by
page: so a piece of a prompt never leaves the page in which it begins, unless it
begins with one and the graph knows the pages after. A decode step reads whole
pages; of the page that a long piece lies in only about what is filled is read.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import accumulate

INT8_VERSION = 4  # of all that decides a bit of the result: it is part of a model's revision
HIDDEN = -1e30  # added to the score of a place that must not be seen
FIRST_PAGES = (128, 64, 64)  # each further page is as long as all before it
SHORT, LONG = 32, 128  # columns of a prefill
_SHORT_ONES = 3  # that many short prefills take less time than a long one
_CUTS = 4  # a long page is read in so many lengths


@dataclass(frozen=True, slots=True)
class Shape:
    """`rows` sequences of `columns` tokens each, after a past that lies in `pages`.

    What a prefill adds lies behind what the last of its pages holds, of which it
    does not read the last `unread` places; or, where it has `spans`, it begins the
    pages that follow, so many tokens in each.
    """

    rows: int
    columns: int
    pages: tuple[int, ...]
    logits: bool
    spans: tuple[int, ...] = ()
    unread: int = 0

    @property
    def past(self) -> int:
        """Cached places that the step reads."""
        return sum(self.pages) - self.unread

    @property
    def hideable(self) -> int:
        """How many of these, the last ones, may have to be hidden.

        Of a prefill the last page's: it begins there, so that all before are full.
        """
        if self.columns == 1:
            return self.past
        return 0 if self.spans else self.pages[-1] - self.unread

    @property
    def template(self) -> "Shape":
        """The shape that this one follows from by its number of rows."""
        return replace(self, rows=1)

    @property
    def name(self) -> str:
        """The name of its graph."""
        kind = "decode" if self.logits else "prefill"
        where = "at" if self.spans else "within" if self.columns > 1 else "after"
        return f"{kind}_{self.rows}x{self.columns}_{where}_{self.past}"


@dataclass(frozen=True, slots=True)
class Shapes:
    """All shapes for so many slots and so long a context."""

    slots: int
    context: int

    @property
    def pages(self) -> tuple[int, ...]:
        """The pages of a whole slot."""
        pages: list[int] = []
        while sum(pages) < self.context:
            pages.append(FIRST_PAGES[len(pages)] if len(pages) < len(FIRST_PAGES) else sum(pages))
        return tuple(pages)

    @property
    def rows(self) -> tuple[int, ...]:
        """Rows of decode steps: powers of two, and all slots."""
        return (*(1 << n for n in range((self.slots - 1).bit_length())), self.slots)

    def decodes(self) -> tuple[Shape, ...]:
        """Shapes of decode steps, from small to large."""
        return tuple(
            Shape(rows, 1, pages, logits=True) for rows in self.rows for pages in self._pasts()
        )

    def prefills(self) -> tuple[Shape, ...]:
        """Shapes of prefills: short ones, long ones within a page, long ones that begin pages."""
        return (
            *(Shape(1, SHORT, pages, logits=False) for pages in self._pasts()),
            *self._within(),
            *self._beginning(),
        )

    def every(self) -> tuple[Shape, ...]:
        """All of them."""
        return (*self.decodes(), *self.prefills())

    def templates(self) -> tuple[Shape, ...]:
        """Shapes that all others follow from."""
        return tuple(dict.fromkeys(shape.template for shape in self.every()))

    def prefill(self, start: int, wanted: int) -> tuple[Shape, int]:
        """What computes the next of `wanted` tokens from `start` on, and how many of them.

        A piece that is shorter than its columns is padded.
        """
        pages = next(p for p in self._pasts() if sum(p) > start)
        within = min(wanted, sum(pages) - start)
        is_long = min(wanted, LONG) > _SHORT_ONES * SHORT
        for shape in self._beginning() if is_long else ():
            if shape.past == start:
                return shape, min(wanted, LONG)
        if min(within, LONG) > _SHORT_ONES * SHORT and pages[-1] > LONG:
            enough = (s for s in self._within() if s.pages == pages and s.past >= start)
            return min(enough, key=lambda shape: shape.past), min(within, LONG)
        return Shape(1, SHORT, pages, logits=False), min(within, SHORT)

    def _within(self) -> Iterator[Shape]:
        for pages in self._pasts():
            if pages[-1] > LONG:
                step = max(LONG, pages[-1] // _CUTS)
                for unread in range(0, pages[-1], step):
                    yield Shape(1, LONG, pages, logits=False, unread=unread)

    def _beginning(self) -> Iterator[Shape]:
        for pages in ((), *self._pasts()):
            if sum(pages) % LONG == 0 and sum(self.pages) - sum(pages) >= LONG:
                spans = tuple(_filled(LONG, self.pages[len(pages) :]))
                yield Shape(1, LONG, pages, logits=False, spans=spans)

    def _pasts(self) -> list[tuple[int, ...]]:
        return [self.pages[: count + 1] for count in range(len(self.pages))]


def _filled(count: int, pages: tuple[int, ...]) -> Iterator[int]:
    """How many of `count` tokens lie in each page."""
    for page, end in zip(pages, accumulate(pages), strict=True):
        if end - page < count:
            yield min(page, count - end + page)
