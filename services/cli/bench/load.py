"""Loads a mesh: sends a workload and records what each caller sees.

Decides how many callers run and when they ask; measures on the event loop's
clock. What the samples amount to is statistics' matter.
"""

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from typing import TypeAlias

import numpy as np

from services.cli import requests
from services.cli.answers import Answer, Event
from services.cli.bench.statistics import Sample
from services.cli.bench.workload import Workload, poisson_arrivals
from services.cli.client import Caller, calling
from services.cli.options import Connection, SamplingFlags
from services.runtime.status import RpcFault
from services.runtime.text import Text

# A gateway takes 100 streams a connection; beyond that gRPC itself would queue
# calls, and the bench would measure its own queue.
STREAMS_PER_CONNECTION = 90
OPEN_LOOP_STREAMS = 8 * STREAMS_PER_CONNECTION

Check: TypeAlias = Callable[[Text, Answer], bool | None]
"""Whether an answer to that prompt is exact; None: that cannot be told."""


@asynccontextmanager
async def callers(connection: Connection, streams: int) -> AsyncIterator[list[Caller]]:
    """As many connections as that many streams need."""
    async with AsyncExitStack() as stack:
        count = -(-streams // STREAMS_PER_CONNECTION)
        yield [await stack.enter_async_context(calling(connection)) for _ in range(count)]


class Load:
    """One run. `heard` is told of each token count and each finished sample."""

    def __init__(
        self,
        workload: Workload,
        flags: SamplingFlags,
        callers: Sequence[Caller],
        *,
        timeout: float | None,
        check: Check,
    ) -> None:
        self.samples: list[Sample] = []
        self.in_flight = 0
        self.tokens = 0
        self._workload = workload
        self._flags = flags
        self._callers = itertools.cycle(callers)
        self._timeout = timeout
        self._check = check
        self._clock = asyncio.get_running_loop().time
        self._began = self._clock()
        self._asked = 0

    @property
    def elapsed(self) -> float:
        """Seconds since the run began."""
        return self._clock() - self._began

    async def run(self) -> list[Sample]:
        """Send the workload; returns when the last answer has ended.

        Raises:
            RpcFault: nobody answers at all.
        """
        try:
            async with asyncio.TaskGroup() as group:
                if self._workload.rate is not None:
                    await self._open_loop(group, self._workload.rate)
                else:
                    for _ in range(self._workload.concurrency):
                        group.create_task(self._ask_again_and_again())
        except* RpcFault as faults:
            raise _first(faults) from None
        return self.samples

    async def _open_loop(self, group: asyncio.TaskGroup, rate: float) -> None:
        """Ask at Poisson times, whether or not earlier questions are answered."""
        arrivals = poisson_arrivals(rate, np.random.default_rng(self._workload.seed))
        for at in arrivals:
            if not self._workload.has_more(self._asked, at):
                return
            await asyncio.sleep(max(0.0, at - self.elapsed))
            # Lateness of this process counts as the mesh's: the caller waited.
            group.create_task(self._ask(self._next(), asked_at=at))

    async def _ask_again_and_again(self) -> None:
        while self._workload.has_more(self._asked, self.elapsed):
            await self._ask(self._next(), asked_at=self.elapsed)

    def _next(self) -> int:
        self._asked += 1
        return self._asked - 1

    async def _ask(self, index: int, asked_at: float) -> None:
        prompt = self._workload.prompt(index)
        request = requests.complete(prompt, self._flags)
        request.request_id = f"bench-{self._workload.seed}-{index}"
        answer, error = Answer(asked_at), ""
        self.in_flight += 1
        try:
            async with aclosing(next(self._callers).generate(request, self._timeout)) as events:
                async for event in events:
                    self._heard(answer, event)
        except RpcFault as fault:
            if fault.code.name == "UNAVAILABLE" and not fault.reason and not self.samples:
                raise  # nobody is there: that ends the run
            error = f"{fault.code.name} {fault.reason}".strip()
        finally:
            self.in_flight -= 1
        self.samples.append(self._sample(prompt, answer, error))

    def _heard(self, answer: Answer, event: Event) -> None:
        before = answer.tokens
        answer.heard(event, self.elapsed)
        self.tokens += answer.tokens - before

    def _sample(self, prompt: Text, answer: Answer, error: str) -> Sample:
        return Sample(
            asked_at=answer.asked_at,
            ended_at=self.elapsed,
            token_times=tuple(answer.token_times),
            prompt_tokens=answer.began.prompt_tokens if answer.began else 0,
            worker_id=answer.worker_id,
            error=error,
            is_complete=answer.is_complete,
            is_exact=None if error else self._check(prompt, answer),
        )


def _first(group: BaseExceptionGroup[RpcFault]) -> RpcFault:
    """One of the faults: they all say the same."""
    error = group.exceptions[0]
    return _first(error) if isinstance(error, BaseExceptionGroup) else error
