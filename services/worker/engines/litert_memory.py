"""The key-value cache of the int8 model: fixed memory, in pages.

Decides where a slot's positions lie. Slots are neighbours in every page, so that
a graph reads any run of slots where it lies. Knows neither graphs nor LiteRT's
buffers.
"""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]


class PagedCache:
    """Keys and values of all layers, `[2 * layers, slots, kv_heads, page, head_size]` a page."""

    def __init__(
        self,
        pages: Sequence[int],
        *,
        layers: int,
        slots: int,
        kv_heads: int,
        head_size: int,
        zeros: Callable[..., Array],
    ) -> None:
        self._bounds = [0, *np.cumsum(pages).tolist()]
        self._pages = [zeros(2 * layers, slots, kv_heads, page, head_size) for page in pages]

    def view(self, part: int, page: int, slot: int, rows: int) -> Array:
        """One page of `rows` slots from `slot` on; `part` is 2 * layer, or one more for values."""
        return self._pages[page][part, slot : slot + rows]

    def write(self, slot: int, start: int, fresh: Array) -> None:
        """Keep `[2 * layers, kv_heads, columns, head_size]` from position `start` on.

        What lies beyond the last page is dropped: no step reads it.
        """
        for memory, first, begin, stop in self._spans(start, start + fresh.shape[2]):
            part = fresh[:, :, begin - start : stop - start]
            memory[:, slot, :, begin - first : stop - first] = part

    def copy(self, source: int, target: int, count: int) -> None:
        """Let `target` hold what `source` holds at its first `count` positions."""
        for memory, _, begin, stop in self._spans(0, count):
            memory[:, target, :, : stop - begin] = memory[:, source, :, : stop - begin]

    def _spans(self, start: int, end: int) -> Iterator[tuple[Array, int, int, int]]:
        """Pages that hold positions `start` to `end`: memory, first position, from, to."""
        for page, memory in enumerate(self._pages):
            first, last = self._bounds[page], self._bounds[page + 1]
            begin, stop = max(start, first), min(end, last)
            if begin < stop:
                yield memory, first, begin, stop
