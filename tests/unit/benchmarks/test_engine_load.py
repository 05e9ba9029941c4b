"""The load asks in time, never too many at once, and counts what the rival counted."""

import asyncio

from benchmarks.engines.load import load
from benchmarks.engines.served import Came
from benchmarks.engines.workload import Ask, Workload


class Scripted:
    """Answers `max_tokens` tokens, the last two of them told as one; notes how many run."""

    pid = 0

    def __init__(self):
        self.running = self.most = 0

    async def stream(self, ask):
        self.running += 1
        self.most = max(self.most, self.running)
        try:
            for _ in range(ask.max_tokens - 1):
                await asyncio.sleep(0)
                yield Came(1)
            yield Came(0, prompt_tokens=7, completion_tokens=ask.max_tokens)
        finally:
            self.running -= 1


async def test_at_most_so_many_streams_and_every_token_has_a_time():
    rival = Scripted()
    samples = await load(rival, Workload(3, tuple(Ask("x", 4) for _ in range(10))))
    assert rival.most == 3
    assert [len(sample.token_times) for sample in samples] == [4] * 10
    assert {sample.prompt_tokens for sample in samples} == {7}
    for sample in samples:
        assert sample.asked_at <= sample.token_times[0]
        assert sample.token_times[-2] == sample.token_times[-1] <= sample.ended_at


async def test_what_arrives_is_asked_no_earlier_and_its_wait_counts():
    rival = Scripted()
    workload = Workload(1, tuple(Ask("x", 3) for _ in range(3)), times=(0.0, 0.01, 0.02))
    samples = sorted(await load(rival, workload), key=lambda sample: sample.asked_at)
    assert [sample.asked_at for sample in samples] == [0.0, 0.01, 0.02]
    assert all(sample.token_times[0] >= sample.asked_at for sample in samples)
