"""The desk where prompts begin alike: home, unless waiting there costs more than it saves."""

from dataclasses import replace

import pytest

from loadbalancer.tickets import Ended, FirstTokenSent, LoadReported
from tests.unit.loadbalancer.scene import submitted, told

FIRST = ((1, 400),)  # a mark after 400 bytes, 100 tokens
NEXT = ((1, 400), (2, 1200))


def done(scene, lease):
    """The lease's whole life."""
    return scene.tell(FirstTokenSent(lease), Ended(lease, 10))


def two(scene):
    scene.worker("w1")
    scene.worker("w2")


def test_the_next_turn_goes_where_the_last_one_lies(scene):
    two(scene)
    (grant,) = scene.submit(1, marks=FIRST)
    home = grant.lease.worker_id
    done(scene, 1)
    for number in range(2, 12):
        (grant,) = scene.submit(number, marks=NEXT, prompt_bytes=1200)
        assert grant.lease.worker_id == home
        # The last token is always computed.
        assert (grant.lease.held_tokens, grant.lease.prefill_tokens) == (
            (100, 200) if number == 2 else (299, 1)
        )
        done(scene, grant.lease.id)


def test_it_goes_elsewhere_where_that_is_sooner(scene):
    two(scene)
    (first,) = scene.submit(1, marks=FIRST)
    home = first.lease.worker_id
    done(scene, 1)
    scene.report(home, slots_used=2, lease_ids=(901, 902), prefill_backlog_tokens=250)
    (grant,) = scene.submit(2, marks=FIRST)
    assert grant.lease.worker_id != home
    assert grant.lease.held_tokens == 0


def test_only_what_is_to_be_computed_fills_the_window(scene):
    scene.worker("w1")
    done(scene, scene.submit(1, marks=FIRST)[0].lease.id)
    # 300 tokens of prefill are the window: at 1 token each all eight slots are soon taken.
    tickets = [submitted(number, marks=FIRST) for number in range(2, 20)]
    assert len(scene.tell(*tickets)) == 8


def test_what_a_worker_no_longer_holds_counts_no_more(scene):
    scene.worker("w1")
    done(scene, scene.submit(1, marks=FIRST)[0].lease.id)
    scene.now = 10.0
    scene.report("w1", prefix_marks_held=())
    assert scene.submit(2, marks=FIRST)[0].lease.held_tokens == 0


@pytest.mark.parametrize("loss", ["epoch", "stream"])
def test_what_a_worker_lists_counts_without_any_grant_and_dies_with_it(scene, loss):
    scene.worker("w1", prefix_marks_held=(2,))
    assert scene.submit(1, marks=NEXT, prompt_bytes=2000)[0].lease.held_tokens == 300
    done(scene, 1)
    if loss == "epoch":
        scene.report("w1", epoch=2, prefix_marks_held=())
    else:
        scene.worker("w2", epoch=1)
        scene.tell(LoadReported(replace(scene.loads["w1"], epoch=3, prefix_marks_held=())))
    assert scene.submit(2, marks=NEXT, prompt_bytes=2000)[0].lease.held_tokens == 0


def test_a_prompt_that_is_held_is_a_short_one(scene):
    scene.worker("w1", prefix_marks_held=(5,), slots_total=1)
    scene.submit(1)
    scene.submit(2, prompt_bytes=800)
    scene.submit(3, prompt_bytes=4000, marks=((5, 3900),))
    assert told(done(scene, 1)) == "3->w1"
