"""Tickets of several lanes that may go to the same workers: none takes another's room for ever."""

import pytest

from loadbalancer.tickets import Ended, FirstTokenSent, Grant
from tests.unit.loadbalancer.scene import Scene, submitted, told

SHORT = {"prompt_bytes": 400, "max_tokens": 900}  # 1,000 tokens booked
LONG = {"prompt_bytes": 4 * 3000, "max_tokens": 500}
QUICK = {"prefill_tokens_per_second": 1e6, "slots_total": 64}


class Busy(Scene):
    """Whatever ends is followed by one more short ticket, and all the while some wait."""

    def __init__(self) -> None:
        super().__init__()
        self.running: list[int] = []
        self.numbers = iter(range(1, 1000))

    def more(self, count: int) -> None:
        self.take(self.tell(*(submitted(next(self.numbers), **SHORT) for _ in range(count))))

    def take(self, effects: list) -> None:
        self.running += [e.lease.id for e in effects if isinstance(e, Grant)]

    def turn(self) -> str:
        """The oldest lease ends, and one ticket more comes; who was granted."""
        oldest = self.running.pop(0)
        self.now += 0.05
        more = submitted(next(self.numbers), **SHORT)
        effects = self.tell(FirstTokenSent(oldest), Ended(oldest, 5), more)
        self.take(effects)
        return told(effects)


@pytest.fixture
def busy():
    busy = Busy()
    busy.worker("wide", context_tokens=8000, kv_tokens_total=8000, **QUICK)
    busy.worker("narrow", context_tokens=1000, kv_tokens_total=3000, **QUICK)
    busy.more(30)
    return busy


def test_a_long_prompt_gets_its_room_though_short_ones_keep_coming(busy):
    busy.submit(5000, **LONG)
    assert "5000->wide" in [busy.turn() for _ in range(50)]


def test_room_is_kept_only_where_the_first_may_go(busy):
    busy.submit(5000, **LONG)
    turns = [busy.turn() for _ in range(50)]
    meanwhile = turns[turns.index("") : turns.index("5000->wide")]
    assert {turn.partition("->")[2] for turn in meanwhile} == {"", "narrow"}


def test_a_lane_that_waits_for_one_worker_holds_up_no_other(scene):
    """What failed on w1 waits for w2, which is full; all others go to w1 meanwhile."""
    scene.worker("w1", slots_total=2)
    scene.worker("w2", slots_total=1, slots_used=1, lease_ids=(900,))
    assert told(scene.submit(1, excluded=("w1",), returned=True)) == ""
    assert told(scene.tell(submitted(2), submitted(3))) == "2->w1 3->w1"
    assert told(scene.report("w2", slots_used=0, lease_ids=())) == "1->w2"
