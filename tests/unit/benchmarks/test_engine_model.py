"""The simulated worker, by hand and against a model that takes one step at a time."""

import heapq
from dataclasses import replace

import numpy as np
import pytest

from benchmarks.simulation.engine_model import EngineModel
from benchmarks.simulation.pace import Pace
from benchmarks.simulation.trace import AZURE, Request, draw, gamma_arrivals

SLOW = Pace(
    step_seconds=1.0,
    sequence_seconds=0.1,
    context_token_seconds=0.0,
    prefill_token_seconds=0.01,
    chunk_tokens=100,
    slots=2,
    kv_tokens=1_000,
    is_fused=True,
)


def request(number, prompt, answer, at=0.0):
    return Request(number, at, prompt, prompt * 4, answer, answer)


def play(engine, arrivals):
    """When each request got its first and its last token."""
    first, last = {}, {}
    arrivals = sorted(arrivals, key=lambda r: r.arrives_at)
    while arrivals or engine.sequences:
        if arrivals and arrivals[0].arrives_at < engine.boundary:
            come = arrivals.pop(0)
            engine.join(come, come.number, come.arrives_at)
            continue
        now = engine.boundary
        happened = engine.advance()
        first |= {sequence.request.number: now for sequence in happened.first_tokens}
        last |= {sequence.request.number: now for sequence in happened.ended}
    return first, last


def test_a_lone_request_takes_its_chunks_and_then_its_steps():
    first, last = play(EngineModel(SLOW), [request(1, 150, 3)])
    assert first == {1: pytest.approx((1 + 1.0) + (1 + 0.5))}
    assert last == {1: pytest.approx(3.5 + 2 * 1.1)}


def test_who_comes_joins_with_the_next_step_and_both_slow_down():
    first, last = play(EngineModel(SLOW), [request(1, 150, 4), request(2, 50, 1, at=4.0)])
    # 3.5 first token, 4.6 a step of one, 6.2 a step of one and 50 prompt tokens, 7.3
    assert first == {1: pytest.approx(3.5), 2: pytest.approx(6.2)}
    assert last == {2: pytest.approx(6.2), 1: pytest.approx(7.3)}


def test_parts_of_several_prompts_share_a_chunk_only_in_a_fused_engine():
    short = [request(1, 40, 1), request(2, 40, 1)]
    engine = EngineModel(SLOW)
    assert play(engine, [request(0, 10, 1), *short])[0][2] == pytest.approx(1.1 + 1.8)
    apart = EngineModel(replace(SLOW, is_fused=False))
    assert play(apart, short)[0] == {1: pytest.approx(0.4), 2: pytest.approx(0.8)}


def test_a_slot_is_waited_for():
    first, last = play(EngineModel(SLOW), [request(n, 10, 2) for n in (1, 2, 3)])
    assert first[3] > min(last[1], last[2])


def test_an_overflowing_cache_throws_out_the_youngest_who_still_finishes():
    engine = EngineModel(replace(SLOW, kv_tokens=200))
    first, last = play(engine, [request(1, 90, 30), request(2, 90, 30)])
    assert engine.preemptions == 1
    assert last[1] < last[2]
    assert first.keys() == last.keys() == {1, 2}
    assert engine.generated == 60
    assert (engine.context, engine.backlog, engine.kv_used) == (0, 0, 0)


def test_a_slowdown_counts_from_the_next_step_on():
    engine = EngineModel(SLOW)
    engine.join(request(1, 100, 4), 1, 0.0)
    engine.advance()  # the first token, at 2
    engine.change_speed(0.5, 2.5)
    assert engine.boundary == pytest.approx(3.1)
    engine.advance()
    assert engine.boundary == pytest.approx(3.1 + 2 * 2.2)


def test_what_is_seen_in_mid_stretch_is_what_is_done_by_then():
    engine = EngineModel(SLOW)
    engine.join(request(1, 450, 1), 7, 0.0)
    assert [engine.backlog_by(t) for t in (0.0, 1.9, 2.1, 7.9)] == [450, 450, 350, 150]
    assert [engine.steps_by(t) for t in (0.0, 1.9, 2.1, 7.9)] == [0, 0, 1, 3]
    assert engine.leases() == (7,)


def step_by_step(pace, arrivals):
    """The same rules, one step at a time; no cache limit."""
    waiting = [(r.arrives_at, r.number, r) for r in arrivals]
    heapq.heapify(waiting)
    now, prompts, rows, first, last = 0.0, [], [], {}, {}
    while waiting or prompts or rows:
        if not prompts and not rows:
            now = max(now, waiting[0][0])
        while waiting and waiting[0][0] <= now:
            come = heapq.heappop(waiting)[2]
            prompts.append([come, come.prompt_tokens])
        room, done = pace.chunk_tokens, []
        for entry in prompts:
            taken = min(room, entry[1])
            entry[1] -= taken
            room -= taken
            if not entry[1] and taken:
                done.append(entry)
        context = sum(r.prompt_tokens + made for r, made in rows)
        now += pace.decode_seconds(len(rows), context)
        now += pace.prefill_token_seconds * (pace.chunk_tokens - room)
        rows = [[r, made + 1] for r, made in rows] + [[r, 1] for r, _ in done]
        first |= {r.number: now for r, _ in done}
        last |= {r.number: now for r, made in rows if made == r.answer_tokens}
        rows = [row for row in rows if row[1] < row[0].answer_tokens]
        prompts = [entry for entry in prompts if entry[1]]
    return first, last


@pytest.mark.parametrize("seed", range(5))
def test_stretches_are_as_exact_as_single_steps(seed):
    pace = Pace(10e-3, 30e-6, 0.07e-6, 55e-6, 512, 10_000, 10**9, is_fused=True)
    rng = np.random.default_rng(seed)
    requests = draw(AZURE, gamma_arrivals(5.0, 20.0, 2.0, rng), rng)
    first, last = play(EngineModel(pace), requests)
    slow_first, slow_last = step_by_step(pace, requests)
    assert first == pytest.approx(slow_first, abs=1e-6)
    assert last == pytest.approx(slow_last, abs=1e-6)
    assert first.keys() == last.keys() == {r.number for r in requests}
