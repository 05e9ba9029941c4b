"""Who holds the beginnings of which prompts.

Pure. Decides how many of a ticket's prompt tokens each worker need not compute.
Knows beginnings by name alone (`Mark`), workers by their row in the policy's
columns, and no load: what a held beginning is worth against a queue is the
pick's matter, which counts both in seconds.

A worker is expected to hold what it was granted from the grant on: prompts are
computed in turn, so that one which comes later finds it. An expectation stands
until a report lists it, or its time is up; what a report listed stands until a
report no longer does. So nothing that is lost, late or wrong outlives the next
reports, and what nobody has asked for longest goes first where the index is full.
"""

from collections import OrderedDict
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from loadbalancer.policy import Floats
from loadbalancer.tickets import Mark

MOST_LISTED = 256
"""Names that a report lists at most: one that is full does not tell all."""
UNLISTED_SECONDS = 60.0
"""For so long a name stands that only a full report has dropped."""


class _Holders:
    """The rows that hold one beginning."""

    __slots__ = ("_array", "rows")

    def __init__(self) -> None:
        self.rows: set[int] = set()
        self._array: NDArray[np.intp] | None = None

    def add(self, row: int) -> None:
        self.rows.add(row)
        self._array = None

    def remove(self, row: int) -> None:
        self.rows.remove(row)
        self._array = None

    @property
    def array(self) -> NDArray[np.intp]:
        if self._array is None:
            self._array = np.fromiter(self.rows, np.intp, len(self.rows))
        return self._array


class Affinity:
    """Beginnings by name, and the rows that hold them. `limit`: pairs of the two at most."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._pairs = 0
        self._holders: OrderedDict[int, _Holders] = OrderedDict()  # asked for longest ago first
        self._held: dict[int, set[int]] = {}  # names by row
        self._expected: dict[int, dict[int, float]] = {}  # those not listed, until when
        self._listed: dict[int, tuple[int, ...]] = {}  # by row, as last reported

    def __len__(self) -> int:
        """Pairs of a beginning and a worker that holds it."""
        return self._pairs

    def __repr__(self) -> str:
        rows = " ".join(f"{row}:{len(names)}" for row, names in sorted(self._held.items()))
        return f"<Affinity {len(self._holders)} beginnings, by row {rows or 'none'}>"

    def held(self, marks: Sequence[Mark], row: int) -> int:
        """Tokens of a prompt that a worker holds."""
        names = self._held.get(row, ())
        for name, tokens in reversed(marks):
            if name in names:
                return tokens
        return 0

    def longest(self, marks: Sequence[Mark]) -> int:
        """Tokens of a prompt that some worker holds."""
        for name, tokens in reversed(marks):
            if name in self._holders:
                return tokens
        return 0

    def left(self, marks: Sequence[Mark], prompt_tokens: int, rows: int) -> Floats | None:
        """For each of the first `rows`, the tokens left to compute; None: all, everywhere."""
        groups: list[tuple[NDArray[np.intp], int]] = []
        found = 0
        for mark in reversed(marks):
            holders = self._holders.get(mark.name)
            # Who holds a beginning holds what is shorter: as many rows are the same rows.
            if holders is not None and len(holders.rows) > found:
                found = len(holders.rows)
                groups.append((holders.array, mark.tokens))
        if not groups:
            return None
        held_by_all = groups.pop()[1] if found == rows else 0
        left = np.full(rows, float(prompt_tokens - held_by_all))
        for array, tokens in reversed(groups):
            left[array] = prompt_tokens - tokens
        return left

    def granted(self, row: int, marks: Iterable[Mark], until: float) -> None:
        """A worker will hold these; without a report that says so, `until` then."""
        held = self._held.setdefault(row, set())
        expected = self._expected.setdefault(row, {})
        for name, _ in marks:
            if name not in held:
                self._add(row, name)
                expected[name] = until
            else:
                self._holders.move_to_end(name)
                if name in expected:
                    expected[name] = max(until, expected[name])
        self._trim()

    def reported(self, row: int, names: tuple[int, ...], now: float) -> None:
        """A worker has told what it holds.

        1. Nothing new, and nothing awaited: as before.
        2. What it lists is certain, and what is awaited stands for its time.
        3. What it has dropped goes; where the list is full, in a while.
        """
        expected = self._expected.get(row)
        # 1
        if not expected and names == self._listed.get(row, ()):
            return
        # 2
        listed, held = set(names), self._held.setdefault(row, set())
        awaited = {n: until for n, until in (expected or {}).items() if n not in listed}
        # 3
        missing = held - listed - awaited.keys()
        if len(names) >= MOST_LISTED:
            awaited |= dict.fromkeys(missing, now + UNLISTED_SECONDS)
            missing.clear()
        missing.update([name for name, until in awaited.items() if until <= now])
        for name in missing:
            self._remove(row, name)
        for name in listed - held:
            self._add(row, name)
        self._expected[row] = {n: until for n, until in awaited.items() if until > now}
        self._listed[row] = names
        self._trim()

    def forget(self, row: int) -> None:
        """A worker is gone, or began anew with nothing in hand."""
        for name in list(self._held.get(row, ())):
            self._remove(row, name)
        for by_row in (self._held, self._expected, self._listed):
            by_row.pop(row, None)

    def _add(self, row: int, name: int) -> None:
        holders = self._holders.get(name)
        if holders is None:
            holders = self._holders[name] = _Holders()
        holders.add(row)
        self._held[row].add(name)
        self._pairs += 1

    def _remove(self, row: int, name: int) -> None:
        holders = self._holders[name]
        holders.remove(row)
        if not holders.rows:
            del self._holders[name]
        self._held[row].remove(name)
        self._pairs -= 1

    def _trim(self) -> None:
        """Give up what nobody has asked for longest."""
        while self._pairs > self._limit:
            name, holders = next(iter(self._holders.items()))
            for row in list(holders.rows):
                self._remove(row, name)
                self._expected.get(row, {}).pop(name, None)
