"""The key-value cache of the int8 model: fixed addresses, in pages.

Decides where a slot's positions lie. Slots are neighbours in every page, so that
a graph reads any run of slots where it lies. The system gives memory to what is
written, and takes it back from what is released. Knows neither graphs nor
LiteRT's buffers.
"""

import mmap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float16]


@dataclass(frozen=True, slots=True)
class _Page:
    """Positions `first` to `last`: `[2 * layers, slots, kv_heads, positions, head_size]`."""

    first: int
    last: int
    memory: Array
    source: mmap.mmap

    def forget(self, slot: int, start: int, end: int) -> None:
        """Give back the system's pages that hold nothing but positions `start` to `end`."""
        layers, slots, heads, count, size = self.memory.shape
        token = size * self.memory.itemsize
        whole = start <= self.first  # then heads are neighbours, and go at once
        for part in range(layers):
            for head in range(1 if whole else heads):
                base = ((part * slots + slot) * heads + head) * count * token
                begin = base + max(start - self.first, 0) * token
                stop = base + (heads * count if whole else min(end - self.first, count)) * token
                begin, stop = -(-begin // mmap.PAGESIZE), stop // mmap.PAGESIZE
                if begin < stop:
                    at, length = begin * mmap.PAGESIZE, (stop - begin) * mmap.PAGESIZE
                    self.source.madvise(mmap.MADV_DONTNEED, at, length)


class PagedCache:
    """Keys and values of all layers, in sixteen bits."""

    def __init__(
        self, pages: Sequence[int], *, layers: int, slots: int, kv_heads: int, head_size: int
    ) -> None:
        self._pages: list[_Page] = []
        self._written = [0] * slots  # up to where a slot may have taken memory
        for first, page in zip(np.cumsum([0, *pages]).tolist(), pages, strict=False):
            shape = (2 * layers, slots, kv_heads, page, head_size)
            size = int(np.prod(shape)) * np.dtype(np.float16).itemsize
            source = mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
            memory = np.frombuffer(source, np.float16).reshape(shape)
            self._pages.append(_Page(first, first + page, memory, source))

    def view(self, part: int, page: int, slot: int, rows: int) -> Array:
        """One page of `rows` slots from `slot` on; `part` is 2 * layer, or one more for values."""
        return self._pages[page].memory[part, slot : slot + rows]

    def write(self, slot: int, start: int, fresh: Array) -> None:
        """Keep `[2 * layers, kv_heads, columns, head_size]` from position `start` on."""
        end = start + fresh.shape[2]
        for page, begin, stop in self._spans(start, end):
            part = fresh[:, :, begin - start : stop - start]
            page.memory[:, slot, :, begin - page.first : stop - page.first] = part
        self._written[slot] = max(self._written[slot], end)

    def copy(self, source: int, target: int, count: int) -> None:
        """Let `target` hold what `source` holds at its first `count` positions."""
        for page, begin, stop in self._spans(0, count):
            upto = stop - begin
            page.memory[:, target, :, :upto] = page.memory[:, source, :, :upto]
        self._written[target] = max(self._written[target], count)

    def release(self, slot: int, keep: int = 0) -> None:
        """Forget what `slot` holds behind its first `keep` positions."""
        for page, begin, _ in self._spans(keep, self._written[slot]):
            page.forget(slot, begin, self._written[slot])
        self._written[slot] = min(self._written[slot], keep)

    def _spans(self, start: int, end: int) -> Iterator[tuple[_Page, int, int]]:
        """Pages that hold positions `start` to `end`; from and to where."""
        for page in self._pages:
            begin, stop = max(start, page.first), min(end, page.last)
            if begin < stop:
                yield page, begin, stop
