"""The fixed shapes in which LiteRT computes steps.

Pure. Decides for which rows, columns and lengths of past a graph exists, and
which of them a step takes. Knows neither graphs nor memory.

A slot's cache lies in pages, each as long as all before it, so that a step reads
whole pages and at most about twice what it needs.
"""

from dataclasses import dataclass, replace

INT8_VERSION = 2  # of all that decides a bit of the result: it is part of a model's revision
HIDDEN = -1e30  # added to the score of a place that must not be seen
FIRST_PAGE = 256
COLUMNS = (32, 128)  # of a prefill; one that is shorter is padded, one that is longer is cut
FEW_COLUMNS = 96  # three small prefills take 60 ms, a large one 67


@dataclass(frozen=True, slots=True)
class Shape:
    """`rows` sequences of `columns` tokens each, after a past that lies in `pages`."""

    rows: int
    columns: int
    pages: tuple[int, ...]
    logits: bool

    @property
    def past(self) -> int:
        """Cached places that the step reads."""
        return sum(self.pages)

    @property
    def template(self) -> "Shape":
        """The shape that this one follows from by its number of rows."""
        return replace(self, rows=1)

    @property
    def name(self) -> str:
        """The name of its graph."""
        kind = "decode" if self.logits else "prefill"
        return f"{kind}_{self.rows}x{self.columns}_after_{self.past}"


@dataclass(frozen=True, slots=True)
class Shapes:
    """All shapes for so many slots and so long a context."""

    slots: int
    context: int

    @property
    def pages(self) -> tuple[int, ...]:
        """The pages of a whole slot: they hold all of a context but its last token."""
        pages = [FIRST_PAGE]
        while sum(pages) < self.context - 1:
            pages.append(sum(pages))
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
        """Shapes of prefills, from small to large."""
        return tuple(
            Shape(1, columns, pages, logits=False) for columns in COLUMNS for pages in self._pasts()
        )

    def every(self) -> tuple[Shape, ...]:
        """All of them."""
        return (*self.decodes(), *self.prefills())

    def templates(self) -> tuple[Shape, ...]:
        """Shapes that all others follow from."""
        return tuple(dict.fromkeys(shape.template for shape in self.every()))

    def decode(self, rows: int, past: int) -> Shape:
        """The smallest decode step for so many rows after so long a past."""
        return next(s for s in self.decodes() if s.rows >= rows and s.past >= past)

    def prefill(self, columns: int, past: int) -> Shape:
        """The prefill that takes up so many columns, or the first of them, after so long a past."""
        wanted = COLUMNS[-1] if columns > FEW_COLUMNS else min(columns, COLUMNS[0])
        return next(s for s in self.prefills() if s.columns >= wanted and s.past >= past)

    def _pasts(self) -> list[tuple[int, ...]]:
        return [self.pages[: count + 1] for count in range(len(self.pages))]
