"""The world between workers and policies: who hears what, and when."""

import math

import pytest

from benchmarks.simulation.pace import GPU
from benchmarks.simulation.policy import Placement
from benchmarks.simulation.run import NAMES, SHARDS, run
from benchmarks.simulation.scenario import Scenario
from benchmarks.simulation.scores import idle_seconds, is_good
from benchmarks.simulation.trace import Request
from benchmarks.simulation.world import Breakage, Fleet, Record, Reports, World


class Witness:
    """A Policy that sends all to one worker and writes down what it hears."""

    def __init__(self):
        self.heard = []

    def submitted(self, request, now):
        self.heard.append(("submitted", round(now, 6)))
        return [Placement(request, 0, request.number)]

    def first_token(self, lease, found, now):
        self.heard.append(("first token", round(now, 6)))
        return ()

    def ended(self, lease, now):
        self.heard.append(("ended", round(now, 6)))
        return ()

    def reported(self, report, now):
        self.heard.append(("report", report.sequence, round(now, 6)))
        return ()

    def passed(self, now):
        return ()


def test_every_message_takes_its_hops():
    request = Request(1, 1.0, 512, 2048, 2, 2)
    witness = Witness()
    world = World(Fleet(GPU, (1.0,)), Reports(every=math.inf), seed=1, hop=0.1)
    record, _ = world.run(witness, [request, Request(2, 3.0, 512, 2048, 2, 2)])
    prefill, step = 10e-3 + 512 * 55e-6, GPU.decode_seconds(1, 513)
    assert idle_seconds(request, GPU) == pytest.approx(prefill)
    first, last = 1.3 + prefill, 1.3 + prefill + step
    assert record.first_token_at == pytest.approx(first + 0.1)
    assert record.ended_at == pytest.approx(last + 0.1)
    assert witness.heard[0] == ("submitted", 1.1)
    assert ("first token", round(first + 0.2, 6)) in witness.heard
    assert is_good(record)


def test_reports_come_late_and_some_not_at_all():
    request = Request(1, 0.0, 512, 2048, 400, 400)
    witness = Witness()
    world = World(Fleet(GPU, (1.0,)), Reports(0.1, 1.0, lost_share=0.5), seed=1)
    world.run(witness, [request])
    reports = [heard for heard in witness.heard if heard[0] == "report"]
    assert reports[0] == ("report", 1, 0.0)
    assert reports[1][2] > 1.0
    sent = reports[-1][1]
    assert 0.25 < len(reports) / sent < 0.75


def test_a_request_is_good_by_its_first_token_and_its_rhythm():
    request = Request(1, 0.0, 1_000, 4_000, 101, 101)
    assert is_good(Record(request, 0, 1.25, 1.25 + 7.5))
    assert not is_good(Record(request, 0, 1.26, 1.26 + 7.5))
    assert not is_good(Record(request, 0, 1.25, 1.25 + 7.6))
    assert not is_good(Record(request))


class Turns(Witness):
    """Sends to one worker after the other."""

    def submitted(self, request, now):
        super().submitted(request, now)
        submitted = sum(what == "submitted" for what, *_ in self.heard)
        return [Placement(request, submitted % 2, request.number)]

    def failed(self, lease, now):
        self.heard.append(("failed", round(now, 6)))
        return ()


def test_what_a_broken_worker_fails_is_sent_once_more():
    fleet = Fleet(GPU, (1.0, 1.0), breakages=(Breakage(1, 0.0, 2.0),))
    requests = [Request(1, 0.0, 512, 2048, 2, 2), Request(2, 3.0, 512, 2048, 2, 2)]
    witness = Turns()
    world = World(fleet, Reports(every=math.inf), seed=1, hop=0.1)
    first, second = world.run(witness, requests)
    assert witness.heard[:3] == [("submitted", 0.1), ("failed", 0.5), ("submitted", 0.5)]
    assert (first.failures, second.failures) == (1, 0)
    assert first.worker == 0
    assert first.ended_at < 3.0


def test_a_request_that_two_workers_fail_is_given_up():
    broken = tuple(Breakage(worker, 0.0, 9.0) for worker in (0, 1))
    witness = Turns()
    world = World(Fleet(GPU, (1.0, 1.0), breakages=broken), Reports(every=math.inf), seed=1)
    (record,) = world.run(witness, [Request(1, 0.0, 512, 2048, 2, 2)])
    assert (record.failures, record.ended_at) == (2, math.inf)


@pytest.mark.parametrize("name", [*NAMES, SHARDS])
def test_every_policy_serves_every_request_and_the_same_seed_gives_the_same(name):
    scenario = Scenario(8, 0.5, "degraded", 1000, seconds=10.0, lost_share=0.2)
    scores = run(scenario, name, 1)
    assert scores.unserved == 0
    assert scores == run(scenario, name, 1)
