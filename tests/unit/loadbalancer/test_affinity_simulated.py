"""Dialogues and a hot prefix over a simulated fleet whose workers truly keep what they computed.

The same requests are told once with marks and once without: what differs is the
desk's choice alone.
"""

from collections import OrderedDict
from dataclasses import replace

import pytest

from loadbalancer.tickets import Ended, FirstTokenSent, LoadReported, Submitted
from tests.unit.loadbalancer.test_desk_simulated import (
    GATEWAY,
    Simulation,
    spread,
)

BYTES = 4  # a token
KEPT = 96  # beginnings that a worker keeps


class Prompts(Simulation):
    """Workers keep the beginnings that they used last. `told`: whether the desk hears of them."""

    def __init__(self, *, told: bool, workers: int, slots: int, callers: int, seed: int) -> None:
        super().__init__(workers, slots, {"t": callers}, seed)
        self.loads = {w: replace(load, context_tokens=8192) for w, load in self.loads.items()}
        self.told = told
        self.kept: dict[str, OrderedDict[int, None]] = {w: OrderedDict() for w in self.loads}
        self.marks: dict[int, tuple[tuple[int, int], ...]] = {}  # by ticket
        self.waits: list[float] = []
        self.computed = self.asked = 0
        self.now = 0.0

    def prompt(self) -> tuple[int, tuple[tuple[int, int], ...]]:
        """The next prompt: its tokens, and its beginnings by name and tokens."""
        raise NotImplementedError

    def _submit(self, tenant: str) -> Submitted:
        number = next(self._numbers)
        tokens, marks = self.prompt()
        self.marks[number] = marks
        told = tuple((name, size * BYTES) for name, size in marks) if self.told else ()
        answer = self.rng.randint(20, 60)
        return Submitted(
            GATEWAY, number, tenant, "m", tokens * BYTES, answer, 3600.0, marks=told
        )  # fmt: skip

    def _to_compute(self, lease) -> float:
        kept, marks = self.kept[lease.worker_id], self.marks[lease.ticket.number]
        held = max((size for name, size in marks if name in kept), default=0)
        for name, _ in marks:
            kept[name] = None
            kept.move_to_end(name)
        while len(kept) > KEPT:
            kept.popitem(last=False)
        self.asked += lease.ticket.prompt_tokens
        left = max(1, lease.ticket.prompt_tokens - held)
        self.computed += left
        return left

    def _happen(self, event: FirstTokenSent | Ended, lease) -> FirstTokenSent | Ended:
        if isinstance(event, FirstTokenSent):
            began = max(lease.granted_at, self.prefilled_at[lease.worker_id])
            self.waits.append(began - lease.ticket.submitted_at)
        return super()._happen(event, lease)

    def _report(self, worker_id: str) -> LoadReported:
        load = super()._report(worker_id).load
        return LoadReported(replace(load, prefix_marks_held=tuple(self.kept[worker_id])))

    @property
    def hits(self) -> float:
        """Part of all prompt tokens that needed no computation."""
        return 1 - self.computed / self.asked


class Dialogues(Prompts):
    """Each caller has a dialogue of ten turns, then another; all begin with one of few texts."""

    def __init__(self, **given) -> None:
        super().__init__(**given)
        self.turns: list[tuple[int, ...]] = [()] * given["callers"]
        self.names = iter(range(100, 1_000_000))

    def prompt(self) -> tuple[int, tuple[tuple[int, int], ...]]:
        dialogue = self.rng.randrange(len(self.turns))
        before = self.turns[dialogue]
        if not before or len(before) > 10:
            before = (self.rng.randrange(4),)
        self.turns[dialogue] = turns = (*before, next(self.names))
        marks = tuple((name, 200 + 400 * place) for place, name in enumerate(turns))
        return marks[-1][1], marks


class Hot(Prompts):
    """One long prefix, and a question of its own in each prompt."""

    def prompt(self) -> tuple[int, tuple[tuple[int, int], ...]]:
        return 4000 + self.rng.randint(50, 200), ((1, 2000), (2, 4000))


@pytest.mark.parametrize("seed", [1, 2])
def test_dialogues_go_home_and_the_fleet_stays_even(seed):
    size = {"workers": 8, "slots": 16, "callers": 64, "seed": seed}
    aware, blind = Dialogues(told=True, **size), Dialogues(told=False, **size)
    aware.run(6_000)
    blind.run(6_000)
    assert aware.hits >= 0.8
    assert aware.computed <= 0.5 * blind.computed
    assert spread(aware.by_worker) <= 1.2


def test_a_hot_prefix_spreads_by_itself():
    """The shape of vllm-project/router#179: 480 requests that begin alike, 8 engines."""
    size = {"workers": 8, "slots": 16, "callers": 40, "seed": 3}
    hot = Hot(told=True, **size)
    hot.run(480)
    assert spread(hot.by_worker) <= 1.2
    assert hot.hits >= 0.9
