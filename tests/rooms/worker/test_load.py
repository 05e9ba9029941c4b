"""WatchLoad: at once, on change, as a heartbeat, to many."""

import asyncio
import time
from typing import Any

from evenflow.v1 import worker_pb2


async def test_the_report_comes_at_once_and_then_as_a_heartbeat(worker: Any) -> None:
    call = worker.stub.WatchLoad(worker_pb2.WatchLoadRequest())
    first = await call.read()
    began = time.monotonic()
    reports = [await call.read() for _ in range(2)]
    assert time.monotonic() - began < 3  # two heartbeats, and the machine's own delays
    assert [report.sequence for report in reports] == [first.sequence + 1, first.sequence + 2]
    assert {report.epoch for report in reports} == {first.epoch}
    assert (first.slots_total, first.context_tokens, first.kv_tokens_total) == (8, 2048, 8 * 2048)
    assert (first.slots_used, first.step_count, first.draining) == (0, 0, False)
    call.cancel()


async def test_every_watcher_sees_a_sequence_come_and_go(worker: Any) -> None:
    watches = [
        asyncio.gather(
            worker.reported(lambda report: report.kv_tokens_used > len("Hi there")),
            worker.reported(lambda report: report.generated_tokens_total == 500),
        )
        for _ in range(10)
    ]
    await worker.load()  # the channel is up and the watches are on their way
    _ = [event async for event in worker.execute("Hi there", 500)]
    for watch in watches:
        running, ended = await watch
        assert (running.slots_used, list(running.lease_ids)) == (1, [1])
        assert running.sequence < ended.sequence


async def test_reports_are_no_more_than_twenty_a_second_and_the_newest_wins(worker: Any) -> None:
    call = worker.stub.WatchLoad(worker_pb2.WatchLoadRequest())
    first = await call.read()
    running = worker.execute("Hi", 1000)
    began = time.monotonic()
    reports = [await call.read() for _ in range(10)]
    assert time.monotonic() - began >= 0.4
    steps = [report.step_count for report in reports]
    assert steps == sorted(steps)
    assert steps[-1] > 10  # far more steps than reports
    assert reports[-1].sequence == first.sequence + 10
    running.cancel()
    call.cancel()


async def test_rates_are_measured(start: Any) -> None:
    async with start(scripted_step_ms=20.0, scripted_prefill_rate=2000.0) as worker:
        _ = [event async for event in worker.execute("\u00e9" * 100, 10)]
        load = await worker.load()
    # Exact with a clock of our own in test_stepper; here the machine may be busy.
    assert 0.02 <= load.decode_step_seconds < 0.2
    assert 200 < load.prefill_tokens_per_second <= 2000
    assert load.bytes_per_token == 1


async def test_a_backlog_is_told_while_it_is_computed(start: Any) -> None:
    async with start(scripted_prefill_rate=1000.0, prefill_chunk=100) as worker:
        call = worker.execute("x" * 1001, 1)
        backlogs = []
        async for report in worker.stub.WatchLoad(worker_pb2.WatchLoadRequest()):
            backlogs.append(report.prefill_backlog_tokens)
            if report.generated_tokens_total:
                break
        backlogs = backlogs[backlogs.index(max(backlogs)) :]
        assert backlogs == sorted(backlogs, reverse=True)
        assert all(backlog % 100 == 0 for backlog in backlogs)
        assert len(set(backlogs)) > 5  # ten chunks of a tenth of a second each
        assert [event async for event in call][-1].finished.usage.prompt_tokens == 1001


async def test_the_beginnings_held_are_told_by_their_marks(start: Any) -> None:
    marks = [worker_pb2.PrefixMark(hash=2**63 + n, bytes=10 * n) for n in (1, 2, 3)]
    async with start() as worker:
        call = worker.execute("x" * 29 + "y", 5, prefix_marks=marks, cache_scope="a")
        _ = [event async for event in call]
        held = (await worker.reported(lambda report: report.slots_used == 0)).prefix_marks_held
        assert sorted(held) == [2**63 + 1, 2**63 + 2, 2**63 + 3]
        marks[2].hash = 5
        _ = [event async for event in worker.execute("z" * 30, 5, prefix_marks=marks[2:])]
        load = await worker.reported(lambda report: report.generated_tokens_total == 10)
        assert list(load.prefix_marks_held) == [5, *held]  # used last first
    async with start(prefix_reuse=False) as worker:
        _ = [event async for event in worker.execute("x" * 30, 5, prefix_marks=marks)]
        assert list((await worker.load()).prefix_marks_held) == []
