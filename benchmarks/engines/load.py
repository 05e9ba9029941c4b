"""Asks one rival a workload and notes when each token came.

Decides how many requests are open at once: never more than the workload's
streams, so that each rival holds back what arrives in the same place, here.
TTFT counts from the arrival where requests arrive, else from the asking.
"""

import asyncio
from contextlib import aclosing

from benchmarks.engines.served import Served
from benchmarks.engines.workload import Ask, Workload
from services.cli.bench.statistics import Sample


async def load(rival: Served, workload: Workload) -> list[Sample]:
    """All requests' samples, in seconds since the first could be asked."""
    run = _Run(rival, workload.streams)
    async with asyncio.TaskGroup() as group:
        times = workload.times or (None,) * len(workload.asks)
        for ask, at in zip(workload.asks, times, strict=True):
            if at is not None:
                await asyncio.sleep(max(0.0, at - run.now()))
            group.create_task(run.one(ask, at))
    return run.samples


class _Run:
    def __init__(self, rival: Served, streams: int) -> None:
        self.samples: list[Sample] = []
        self._rival = rival
        self._free = asyncio.Semaphore(streams)  # wakes who waits in order of arrival
        self._clock = asyncio.get_running_loop().time
        self._began = self._clock()

    def now(self) -> float:
        return self._clock() - self._began

    async def one(self, ask: Ask, at: float | None) -> None:
        async with self._free:
            asked_at = self.now() if at is None else at
            times: list[float] = []
            prompt, completion = 0, 0
            async with aclosing(self._rival.stream(ask)) as events:
                async for came in events:
                    times += [self.now()] * came.tokens
                    prompt = came.prompt_tokens or prompt
                    completion = came.completion_tokens or completion
            # A server tells half a character with the next token's text: it counted both.
            times += times[-1:] * (completion - len(times))
            self.samples.append(Sample(asked_at, self.now(), tuple(times), prompt_tokens=prompt))
