"""Which shard is asked first, by what was told and what was sent since."""

import math
from collections import Counter
from random import Random

from gateway.balancers.outlook import Outlook, order
from gateway.fleet import Fleet, WorkerView


def outlook(used: int, slots: int = 8, waiting: int = 0, model: str = "m") -> Outlook:
    made = Outlook()
    worker = WorkerView("w", "h:1", True, model=model, slots=slots, slots_used=used)
    made.told(Fleet((worker,), waiting))
    return made


def test_work_for_each_slot_is_what_counts():
    assert repr(outlook(used=4)) == "<Outlook 0.50>"
    assert outlook(used=8, waiting=4).pressure("m") == 1.5
    assert outlook(used=4, slots=16).pressure("m") == 0.25


def test_whoever_does_not_serve_the_model_comes_last():
    assert outlook(used=0).pressure("other") == math.inf
    shards = [outlook(used=0, model="other"), outlook(used=8)]
    assert order(shards, "m", Random(1)) == [1, 0]


def test_what_was_sent_since_counts_until_the_next_word():
    shards = [outlook(used=0), outlook(used=2)]
    sent: Counter[int] = Counter()
    for _ in range(10):
        first, _ = order(shards, "m", Random(1))
        shards[first].sent()
        sent[first] += 1
    assert sent == {0: 6, 1: 4}
    shards[0].told(Fleet((WorkerView("w", "h:1", True, model="m", slots=8),)))
    assert order(shards, "m", Random(1)) == [0, 1]


def test_every_shard_is_in_the_order_once():
    shards = [outlook(used=n) for n in range(5)]
    for seed in range(50):
        asked = order(shards, "m", Random(seed))
        assert sorted(asked) == [0, 1, 2, 3, 4]
        assert asked[1:] == sorted(asked[1:])
        assert asked[0] != 4  # the worse of any two is never first
