"""The parts of the live comparison: engines in real time, and the proxies' settings."""

import asyncio
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.live.engine import PacedEngine, read, written
from benchmarks.live.programs import PACKAGES
from benchmarks.live.rivals import RIVALS
from benchmarks.simulation.pace import Pace
from benchmarks.simulation.trace import Request
from services.runtime.text import Text
from services.worker.engines.engine import Began, Ended, Job, Piece, Sampling
from tests.tools.debian import ARCHITECTURES, rewritten_line, rewritten_stanza

QUICK = Pace(1e-3, 0.0, 0.0, 1e-6, 512, 4, 10_000, is_fused=True)


def request(number, prompt=600, answer=5):
    return Request(number, 0.0, prompt, prompt * 4, answer, 16)


def job(asked, lease=0):
    return Job("r", Text(written(asked)), Sampling(max_tokens=asked.max_tokens), lease)


def test_a_prompt_stands_for_a_request_and_is_as_long():
    asked = request(7)
    assert len(written(asked)) == asked.prompt_bytes
    assert read(written(asked), asked.max_tokens) == asked


async def test_the_first_token_comes_by_itself_and_all_come():
    async with PacedEngine(QUICK) as engine:
        events = [event async for event in engine.generate(job(request(1)))]
    assert events[0] == Began(600, 0)
    assert [len(event.token_ids) for event in events[1:-1] if isinstance(event, Piece)] == [1, 4]
    assert isinstance(events[-1], Ended)
    assert events[-1].completion_tokens == 5


async def test_sequences_run_together_and_the_load_tells_of_them():
    # No step has ended when the load is asked for, unless the machine stands still meanwhile.
    async with PacedEngine(replace(QUICK, prefill_token_seconds=4e-3)) as engine:
        asked = [job(request(n, prompt=60), lease=10 + n) for n in range(6)]

        async def run(each):
            return [event async for event in engine.generate(each)]

        tasks = [asyncio.ensure_future(run(each)) for each in asked]
        await asyncio.sleep(0)
        load = engine.load()
        assert load.slots_used == 6
        assert sorted(load.lease_ids) == [10, 11, 12, 13, 14, 15]
        assert load.prefill_backlog_tokens == 360
        assert all(isinstance(events[-1], Ended) for events in await asyncio.gather(*tasks))
        assert engine.load().slots_used == 0
        assert engine.load().lease_ids == ()


@pytest.mark.parametrize("name", RIVALS)
def test_a_proxy_is_told_of_every_worker(name):
    workers = ["127.0.0.1:1001", "127.0.0.1:1002"]
    text = RIVALS[name].settings(999, workers, Path("/nowhere"))
    assert all(worker.rpartition(":")[2] in text for worker in workers)
    assert "999" in text
    if RIVALS[name].program == "envoy":
        json.loads(text)


def test_packages_come_from_the_suite_that_is_asked_for():
    stanza = "Types: deb deb-src\nURIs: u\nSuites: trixie trixie-updates\nComponents: main contrib"
    assert rewritten_stanza(stanza, "bookworm").splitlines() == [
        "Types: deb",
        "URIs: u",
        "Suites: bookworm",
        "Components: main",
    ]
    line = rewritten_line("deb [signed-by=k] u trixie main contrib", "bookworm")
    assert line == "deb [signed-by=k] u bookworm main\n"


@pytest.mark.parametrize("packages", PACKAGES.values(), ids=PACKAGES.keys())
def test_every_package_is_pinned_for_every_architecture(packages):
    for package in packages:
        assert package.sha256.keys() == set(ARCHITECTURES.values())
        assert all(re.fullmatch("[0-9a-f]{64}", digest) for digest in package.sha256.values())
