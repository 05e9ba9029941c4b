"""What an onlooker is told of grants: why, and of a busy desk a few a second."""

from loadbalancer.recent import STANDS_SECONDS, TOLD
from loadbalancer.tickets import Ended
from tests.unit.loadbalancer.scene import submitted


def told(scene):
    return scene.desk.view(scene.now).recent_grants


def test_a_grant_is_told_with_the_workers_that_had_room_and_the_room_as_it_was(scene):
    scene.worker("slow", prefill_tokens_per_second=500.0)
    scene.worker("quick", slots_used=3, lease_ids=(1001, 1002, 1003), kv_tokens_used=384)
    (grant,) = scene.submit(1)
    assert grant.candidates == (), "the gateway did not ask"
    (view,) = told(scene)
    assert (view.worker_id, view.prompt_tokens) == ("quick", 100)
    quick, slow = view.candidates
    assert (quick.worker_id, quick.is_chosen) == ("quick", True)
    assert (quick.slots_free, quick.kv_free) == (5, 16_000)
    assert quick.seconds == view.predicted_seconds
    assert (slow.worker_id, slow.is_chosen, slow.slots_free) == ("slow", False, 8)
    assert slow.seconds > quick.seconds


def test_of_many_grants_the_newest_of_each_second_are_told_newest_first(scene):
    scene.worker("w1", slots_total=64, prefill_tokens_per_second=1e6)
    for number in range(1, 51):
        scene.now += 0.01
        scene.submit(number, prompt_bytes=4 * number)
        scene.tell(Ended(number, 1))
    assert [view.prompt_tokens for view in told(scene)] == list(range(TOLD, 0, -1))
    scene.now += STANDS_SECONDS
    scene.tell(*(submitted(number, prompt_bytes=4 * number) for number in (51, 52)))
    assert [view.prompt_tokens for view in told(scene)] == [52, 51, *range(TOLD, 2, -1)]
