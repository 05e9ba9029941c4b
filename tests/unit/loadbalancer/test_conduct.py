"""Who fails what it is given gets nothing for a while, and is tried again."""

from collections import Counter

import pytest

from loadbalancer.tickets import Ended, FirstTokenSent, Grant, Outcome
from tests.unit.loadbalancer.scene import Scene, told

TO_W1 = {"excluded": ("w2", "w3")}


class Failing(Scene):
    """Workers w1 and on; it remembers who got which ticket under which lease."""

    def __init__(self, workers):
        super().__init__()
        self.leases = {}
        for number in range(1, workers + 1):
            self.worker(f"w{number}")

    def tell(self, *events):
        effects = super().tell(*events)
        granted = [effect.lease for effect in effects if isinstance(effect, Grant)]
        self.leases |= {lease.ticket.number: lease for lease in granted}
        return effects

    def end(self, number, outcome=Outcome.FAILED):
        return self.tell(Ended(self.leases[number].id, 20, outcome))

    def complete(self, number):
        """With a first token before."""
        self.tell(FirstTokenSent(self.leases[number].id))
        return self.end(number, Outcome.COMPLETED)

    def fail(self, *numbers):
        """Worker w1 fails these, one after the other."""
        for number in numbers:
            self.submit(number, **TO_W1)
            assert self.leases[number].worker_id == "w1"
            self.end(number)


@pytest.fixture
def scene():
    return Failing(workers=2)


def test_one_that_fails_at_once_gets_a_handful_and_the_others_the_rest():
    scene = Failing(workers=3)
    got = Counter()
    for number in range(200):  # in ten seconds
        scene.submit(number)
        worker_id = scene.leases[number].worker_id
        got[worker_id] += 1
        scene.end(number) if worker_id == "w1" else scene.complete(number)
        scene.pass_time(0.05, step=0.05)
    assert 4 <= got["w1"] <= 8, got  # three at first, then one after 1, 2 and 4 seconds
    assert min(got["w2"], got["w3"]) >= 60, got


def test_what_is_completed_between_failures_begins_the_count_anew(scene):
    scene.fail(1, 2)
    scene.submit(3, **TO_W1)
    scene.complete(3)
    scene.fail(4, 5)
    assert scene.desk.paused_workers == 0
    scene.fail(6)
    assert scene.desk.paused_workers == 1


def test_what_ends_well_without_a_first_token_proves_nothing(scene):
    scene.fail(1, 2)
    scene.submit(3, **TO_W1)
    scene.end(3, Outcome.COMPLETED)  # wrong in itself
    assert scene.desk.paused_workers == 0
    scene.fail(4)
    assert scene.desk.paused_workers == 1
    scene.submit(10, **TO_W1)
    scene.submit(11, **TO_W1)
    assert told(scene.pass_time(2.0)) == "10->w1"
    assert told(scene.end(10, Outcome.COMPLETED)) == "11->w1"
    scene.end(11)
    assert scene.desk.paused_workers == 1, "it was not restored"


def test_refusals_and_callers_who_leave_are_no_failures(scene):
    for number in range(9):
        scene.submit(number, **TO_W1)
        scene.end(number, Outcome.REFUSED if number % 2 else Outcome.ABANDONED)
        scene.report("w1")  # or it gets nothing more, having refused
    assert scene.desk.paused_workers == 0


def test_it_is_tried_with_a_ticket_until_that_has_begun_and_an_answer_restores_it(scene):
    scene.fail(1, 2, 3)
    assert told(scene.submit(10, **TO_W1)) == ""
    assert told(scene.pass_time(2.0)) == "10->w1"
    assert told(scene.submit(11, **TO_W1)) == "", "one is enough to see"
    assert told(scene.tell(FirstTokenSent(scene.leases[10].id))) == "11->w1"
    assert told(scene.submit(12, **TO_W1)) == ""
    assert told(scene.end(10, Outcome.COMPLETED)) == "12->w1"
    assert told(scene.submit(13, **TO_W1)) == "13->w1"


def test_who_fails_its_trial_is_paused_for_twice_as_long(scene):
    scene.fail(1, 2, 3)
    for trial, seconds in ((10, 1.0), (11, 2.0), (12, 4.0)):
        scene.submit(trial, **TO_W1)
        assert told(scene.pass_time(seconds - 0.1, step=0.1)) == ""
        assert told(scene.pass_time(0.7, step=0.1)) == f"{trial}->w1"
        scene.end(trial)


def test_a_trial_whose_caller_leaves_is_followed_by_another(scene):
    scene.fail(1, 2, 3)
    scene.submit(10, **TO_W1)
    scene.submit(11, **TO_W1)
    assert told(scene.pass_time(2.0)) == "10->w1"
    assert told(scene.end(10, Outcome.ABANDONED)) == "11->w1"


def test_what_was_in_hand_when_it_was_paused_pauses_it_no_longer(scene):
    for number in range(3):
        scene.submit(number, prompt_bytes=40, **TO_W1)
    scene.fail(10, 11, 12)
    for number in range(3):
        scene.end(number)
    scene.submit(20, **TO_W1)
    assert told(scene.pass_time(2.0)) == "20->w1"


def test_no_more_than_half_of_those_that_serve_the_same_are_paused(scene):
    for number in range(40):
        scene.submit(number)
        scene.end(number)
    assert scene.desk.paused_workers == 1
    alone = Failing(workers=1)
    alone.fail(*range(10))
    assert alone.desk.paused_workers == 0


def test_a_worker_that_starts_anew_is_trusted_anew(scene):
    scene.fail(1, 2, 3)
    scene.report("w1", epoch=2)
    assert scene.desk.paused_workers == 0
    assert told(scene.submit(10, **TO_W1)) == "10->w1"
