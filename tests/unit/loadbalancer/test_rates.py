"""Rates that are learnt: what lateness proves, and what it does not."""

from dataclasses import replace

import pytest

from loadbalancer import wire
from loadbalancer.rates import ModelRates, WorkerRates
from loadbalancer.tickets import Ended, FirstTokenSent, LoadReported
from tests.unit.loadbalancer.scene import submitted


@pytest.fixture
def model():
    return ModelRates(1000.0, 4.0)


def test_who_is_later_than_its_like_is_that_much_slower(model):
    late, others = WorkerRates(), WorkerRates()
    for _ in range(30):
        late.first_token(1.0, 6.0, model)
        for _ in range(7):
            others.first_token(1.0, 1.02, model)
    assert 3.0 <= late.prefill_factor(model) <= 4.0  # six times, but for half as much again
    assert others.prefill_factor(model) == 1.0
    assert late.decode_factor(model) == 1.0


def test_what_all_are_late_by_is_nobodys_fault(model):
    workers = [WorkerRates() for _ in range(4)]
    for _ in range(60):
        for worker in workers:
            worker.first_token(0.2, 0.9, model)
            worker.ended(1.0, 3.0, model)
    assert {worker.prefill_factor(model) for worker in workers} == {1.0}
    assert {worker.decode_factor(model) for worker in workers} == {1.0}


def test_short_waits_and_a_single_long_one_prove_nothing(model):
    worker, other = WorkerRates(), WorkerRates()
    other.first_token(10.0, 10.0, model)
    for _ in range(50):
        worker.first_token(0.001, 0.04, model)  # messages take their time
    assert worker.prefill_factor(model) == 1.0
    worker.first_token(0.001, 0.1, model)
    assert worker.prefill_factor(model) == 1.0


def test_what_was_learnt_fades(model):
    late, other = WorkerRates(), WorkerRates()
    for _ in range(10):
        other.first_token(1.0, 1.0, model)
        other.first_token(1.0, 1.0, model)
        late.first_token(1.0, 8.0, model)
    before = late.prefill_factor(model)
    late.passed(10_000.0)
    assert late.prefill_factor(model) == 1.0 < before


def test_means_follow_what_is_reported_and_nothing_else(model):
    model.reported(0.0, 0.0, 0.0)
    assert (model.prefill_tokens_per_second, model.bytes_per_token) == (1000.0, 4.0)
    assert model.decode_step_seconds == 0.0
    for _ in range(100):
        model.reported(500.0, 0.02, 2.0)
    assert model.decode_step_seconds == pytest.approx(0.02)
    assert model.prefill_tokens_per_second == pytest.approx(500, rel=0.01)
    assert model.bytes_per_token == pytest.approx(2.0, rel=0.01)


def test_a_worker_that_is_slower_than_it_says_gets_less_by_itself(scene):
    """Both say the same, for ever; one takes eight times as long."""
    seconds = {"honest": 0.12, "liar": 0.96}
    for worker_id in seconds:
        scene.worker(worker_id)
    placed = []
    for number in range(1, 61):
        (grant,) = scene.submit(number)
        worker_id = grant.lease.worker_id
        placed.append(worker_id)
        scene.pass_time(seconds[worker_id], step=0.5)
        scene.tell(FirstTokenSent(grant.lease.id), Ended(grant.lease.id, 1))
    assert placed[-30:].count("liar") <= 3
    shown = {w.worker_id: w.prefill_tokens_per_second for w in scene.desk.view(scene.now).workers}
    assert shown["liar"] < shown["honest"] == 1000.0


def test_bytes_a_token_are_each_models_own(scene):
    scene.worker("w1", bytes_per_token=4.0)
    scene.worker("w2", model="dense", bytes_per_token=1.0)
    for sequence in range(1, 60):
        load = replace(scene.loads["w2"], sequence=sequence, step_count=sequence)
        scene.tell(LoadReported(load))
    (of_m,) = scene.tell(submitted(1))
    (of_dense,) = scene.tell(submitted(2, model="dense"))
    assert of_m.lease.ticket.prompt_tokens == 100
    assert of_dense.lease.ticket.prompt_tokens >= 390


@pytest.mark.parametrize("lie", [1e-9, 0.005, 200.0, 1e9])
def test_bytes_a_token_that_cannot_be_teach_nothing(scene, lie):
    scene.worker("w1")
    scene.worker("liar", bytes_per_token=lie)
    scene.pass_time(200)
    (grant,) = scene.submit(1)
    assert grant.lease.ticket.prompt_tokens == 100


def test_a_prompt_is_told_as_no_more_tokens_than_the_wire_holds(scene):
    scene.worker("w1", context_tokens=0, bytes_per_token=0.2)
    scene.pass_time(60)
    effects = scene.submit(1, prompt_bytes=(1 << 32) - 1)
    assert wire.dispatch_response(effects).decisions[0].granted.prompt_tokens == (1 << 32) - 1


def test_a_worker_that_has_measured_nothing_passes_for_one_of_its_like(scene):
    scene.worker("w1", decode_step_seconds=0.05, prefix_marks_held=(1,))
    scene.worker("new", decode_step_seconds=0.0, prefill_tokens_per_second=0.0)
    (grant,) = scene.submit(1, marks=((1, 320),))
    assert (grant.lease.worker_id, grant.lease.held_tokens) == ("w1", 80)


def test_how_a_step_grows_with_the_batch_is_learnt_whatever_the_workers_speed(model):
    workers = {speed: WorkerRates() for speed in (1.0, 0.3)}
    for second in range(200):
        slots = 1 + second * 7 % 20
        for speed, worker in workers.items():
            worker.stepped(slots, (0.007 + 0.0015 * slots) / speed, 1.0, model)
    # 7 ms and 1.5 ms a sequence: 14.5 ms with five, 22 with ten.
    assert model.growth.factor(5, 10) == pytest.approx(22 / 14.5, rel=0.1)
    assert model.growth.factor(10, 5) == pytest.approx(14.5 / 22, rel=0.1)
    assert model.growth.factor(8, 8) == 1.0


def test_where_the_batch_does_not_matter_or_is_not_known_nothing_grows(model):
    assert model.growth.factor(0, 30) == 1.0
    worker = WorkerRates()
    for second in range(100):
        worker.stepped(1 + second * 7 % 20, 0.01, 1.0, model)
        worker.stepped(0, 0.5, 1.0, model)  # idle: what it tells is of long ago
        worker.stepped(9, 0.0, 1.0, model)  # has not measured any
    assert model.growth.factor(2, 30) == pytest.approx(1.0, abs=0.01)


def test_no_batch_makes_steps_of_no_length(model):
    worker = WorkerRates()
    for second in range(200):
        worker.stepped(10 + second % 2, 0.001 + second % 2, 1.0, model)
    assert 0 < model.growth.factor(100, 0) < 1 < model.growth.factor(0, 100) < 100
