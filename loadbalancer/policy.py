"""Which worker: the least predicted seconds until this ticket's first token.

Pure. Decides the pick from columns, one row a worker, that the book keeps
current. Knows neither tickets nor leases, and no worker by name:

    seconds = ahead + prompt tokens not held there * seconds_per_token
    cost = seconds + answer

`ahead` is the prefill work in hand and the running batch's next step, infinite
where there is no room; a prompt token costs its prefill and its part of the
decode steps that run between prefill chunks; `answer` is what the first steps of
an answer take in that batch. The least cost wins. Costs within a few percent of
the best are equal: among those who holds most of the prompt wins, then the emptier
batch, then chance. A worker whose window is full is chosen for what it holds of a
prompt alone: where even behind all its work in hand the ticket is served soonest.
"""

import math
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]

NEARLY = 1.05
"""Predictions within this factor of the best count as equal; rates are measured no better."""


class Choice(NamedTuple):
    """A row, and the seconds predicted for it."""

    row: int
    seconds: float


class Entry(NamedTuple):
    """What the policy knows of one worker. Infinite `ahead`: it has no room.

    `in_hand`: prefill in hand as a part of its window, which is full at 1; infinite where
    nobody may wait behind it either.
    """

    ahead: float = math.inf
    seconds_per_token: float = 0.0
    kv_free: float = 0.0
    fill: float = 0.0
    answer: float = 0.0
    in_hand: float = 0.0


class Columns:
    """The fleet in columns of `reach` rows; those of workers that have left are used again."""

    ahead: Floats
    behind: Floats
    in_hand: Floats
    seconds_per_token: Floats
    kv_free: Floats
    fill: Floats
    answer: Floats

    def __init__(self, capacity: int = 16) -> None:
        self._table = np.zeros((7, capacity))  # with more rows than the columns show
        self._free = list(range(capacity - 1, -1, -1))
        self._reach_to(0)

    def take_row(self) -> int:
        """A row for a worker that has come, without room at first."""
        if not self._free:
            old = self._table.shape[1]
            self._table = np.concatenate((self._table, np.zeros_like(self._table)), axis=1)
            self._free = list(range(2 * old - 1, old - 1, -1))
        row = self._free.pop()
        self._reach_to(max(self.reach, row + 1))
        self.put(row, Entry())
        return row

    def free_row(self, row: int) -> None:
        """The worker of this row has left."""
        self.put(row, Entry())
        self._free.append(row)

    def put(self, row: int, entry: Entry) -> None:
        """What is true of this row's worker now."""
        ahead, per_token, kv_free, fill, answer, in_hand = entry
        self.ahead[row] = math.inf if in_hand >= 1 else ahead
        self.behind[row] = ahead if 1 <= in_hand < math.inf else math.inf
        self.in_hand[row] = in_hand
        self.seconds_per_token[row] = per_token
        self.kv_free[row] = kv_free
        self.fill[row] = fill
        self.answer[row] = answer

    def _reach_to(self, reach: int) -> None:
        self.reach = reach
        self.ahead, self.behind, self.in_hand, *rest = self._table[:, :reach]
        self.seconds_per_token, self.kv_free, self.fill, self.answer = rest


def pick(
    columns: Columns,
    penalty: Floats,
    tokens: float | Floats,
    booked_tokens: int,
    rng: np.random.Generator,
) -> Choice | None:
    """The worker for a ticket, or None where none has room for it now.

    `tokens` are left of its prompt to compute, everywhere or for each row.
    `penalty` is added to each row's seconds: 0 where the ticket may go, infinite
    where it may not.
    """
    if not columns.reach:
        return None
    seconds = _seconds(columns, penalty, tokens, booked_tokens)
    cost = seconds + columns.answer
    least = float(cost[cost.argmin()])
    if least == math.inf:
        return None
    if isinstance(tokens, np.ndarray):
        home = _home(columns, penalty, tokens, booked_tokens, least)
        if home is not None:
            return home
    (near,) = (cost <= least * NEARLY).nonzero()
    if len(near) > 1:
        if isinstance(tokens, np.ndarray):
            left = tokens[near]
            near = near[left == left[left.argmin()]]
        fill = columns.fill[near]
        near = near[fill == fill[fill.argmin()]]
    row = int(near[0] if len(near) == 1 else near[int(rng.random() * len(near))])
    return Choice(row, float(seconds[row]))


def _home(
    columns: Columns, penalty: Floats, tokens: Floats, booked_tokens: int, least: float
) -> Choice | None:
    """The worker whose window is full where a ticket is still served sooner than anywhere else.

    That can only be one that holds of its prompt what nobody with room does.
    """
    seconds = columns.behind + penalty
    if seconds.min() >= least:
        return None
    seconds += columns.seconds_per_token * tokens
    seconds[(columns.kv_free < booked_tokens) | (tokens >= tokens.max())] = np.inf
    cost = seconds + columns.answer
    row = int(cost.argmin())
    return Choice(row, float(seconds[row])) if cost[row] * NEARLY < least else None


def best(
    columns: Columns, penalty: Floats, tokens: float | Floats, booked_tokens: int, most: int
) -> list[Choice]:
    """The workers that a pick would choose from, the best first; at most so many."""
    seconds = _seconds(columns, penalty, tokens, booked_tokens)
    cost = seconds + columns.answer
    rows = np.argsort(cost, kind="stable")[:most]
    return [Choice(int(row), float(seconds[row])) for row in rows if cost[row] < np.inf]


def _seconds(
    columns: Columns, penalty: Floats, tokens: float | Floats, booked_tokens: int
) -> Floats:
    """Predicted until the first token, for each row; infinite where there is no room."""
    seconds: Floats = columns.seconds_per_token * tokens
    seconds += columns.ahead
    seconds += penalty
    seconds[columns.kv_free < float(booked_tokens)] = np.inf  # an int takes numpy longer
    return seconds
