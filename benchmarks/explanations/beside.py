"""What an explanation costs those who generate meanwhile, on a mesh of one real worker.

Sixteen callers stream without a pause, sampled so that nothing is shared or kept.
Windows without and with an explanation that computes alternate, and each round turns
their order; of each window the gaps between two tokens of a stream are kept. The
explaining process is warm: it has loaded its model before the first window.
"""

import asyncio
import os
import random
import statistics
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict, dataclass, field
from typing import Any

from evenflow.v1 import explanation_pb2, generation_pb2, inference_pb2, inference_pb2_grpc

from benchmarks.explanations.prompts import PROMPTS
from services.cli.mesh.plan import plan
from services.cli.mesh.running import embedded
from services.runtime.transport import open_channel

STREAMS = 16
TOKENS = 256  # of an answer
EXPLAINED = 8  # prompts of the explained text
WARM_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Window:
    """Some seconds of streaming. Gaps in milliseconds; `points` as the explanation tells."""

    number: int
    is_explaining: bool
    p50: float
    p99: float
    gaps: int
    points: int


@dataclass
class Gaps:
    """Gaps between tokens, while they are wanted."""

    seen: list[float] = field(default_factory=list)
    are_wanted: bool = False

    def add(self, gap: float) -> None:
        """One gap, in seconds."""
        if self.are_wanted:
            self.seen.append(1e3 * gap)

    def taken(self) -> list[float]:
        """What was seen, and begin anew."""
        seen, self.seen = self.seen, []
        return seen


class Explaining:
    """An explanation after the other; counts the points that were computed."""

    def __init__(self, stub: Any) -> None:
        self._stub = stub
        self.points = 0
        self.computes = asyncio.Event()

    async def go_on(self) -> None:
        """Explain until cancelled."""
        options = explanation_pb2.ExplanationOptions(tolerance=0, max_answer_tokens=8)
        text = ". ".join(PROMPTS[:EXPLAINED])
        request = inference_pb2.ExplainRequest(
            prompt=inference_pb2.PromptTask(text=text), options=options
        )
        while True:
            before = 0
            async for event in self._stub.Explain(request):
                progress = event.progress
                if progress.stage == explanation_pb2.ExplanationProgress.STAGE_COMPUTING:
                    self.points += progress.done - before
                    before = progress.done
                    self.computes.set()


async def stream(stub: Any, number: int, gaps: Gaps) -> None:
    """One caller, until cancelled."""
    clock = asyncio.get_running_loop().time
    rng = random.Random(number)
    while True:
        request = inference_pb2.GenerateRequest(
            prompt=inference_pb2.PromptTask(text=rng.choice(PROMPTS)),
            sampling=generation_pb2.Sampling(max_tokens=TOKENS, temperature=1.0),
        )
        last = None
        async for message in stub.Generate(request):
            if message.delta.token_ids:
                now = clock()
                if last is not None:
                    gaps.add((now - last) / len(message.delta.token_ids))
                last = now


async def windows(rounds: int, seconds: float, precision: str) -> AsyncIterator[dict[str, Any]]:
    """The windows, two a round, each as a record."""
    async with _stub(precision) as stub, asyncio.TaskGroup() as group:
        gaps = Gaps()
        tasks = [group.create_task(stream(stub, n, gaps)) for n in range(STREAMS)]
        try:
            async with _explaining(stub, is_wanted=True):
                await asyncio.sleep(WARM_SECONDS)
            for number in range(2 * rounds):
                # Without, with; with, without; and so on.
                is_explaining = number % 4 in (1, 2)
                yield asdict(await _window(stub, number, seconds, gaps, is_explaining))
        finally:
            for task in tasks:
                task.cancel()


async def _window(
    stub: Any, number: int, seconds: float, gaps: Gaps, is_explaining: bool
) -> Window:
    async with _explaining(stub, is_wanted=is_explaining) as explaining:
        before = explaining.points
        gaps.are_wanted = True
        await asyncio.sleep(seconds)
        gaps.are_wanted = False
        points = explaining.points - before
    seen = gaps.taken()
    return Window(
        number, is_explaining, statistics.median(seen), percentile(seen, 0.99), len(seen), points
    )


def percentile(values: list[float], part: float) -> float:
    """The least value that at least this part of all do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]


@asynccontextmanager
async def _explaining(stub: Any, *, is_wanted: bool) -> AsyncIterator[Explaining]:
    """One that computes by now, while the block runs; an idle one where none is wanted."""
    explaining = Explaining(stub)
    if not is_wanted:
        yield explaining
        return
    task = asyncio.ensure_future(explaining.go_on())
    try:
        waiting = asyncio.ensure_future(explaining.computes.wait())
        await asyncio.wait((task, waiting), return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            await task  # tells what went wrong
        yield explaining
    finally:
        waiting.cancel()
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


@asynccontextmanager
async def _stub(precision: str) -> AsyncIterator[Any]:
    # A slot is left for the answer that is explained.
    settings = {"slots": STREAMS + 1, "context": 512, "precision": precision}
    made = plan(workers=1, engine="tensorflow", worker_settings=settings, environ=dict(os.environ))
    async with embedded(made) as mesh:
        await mesh.ready()
        async with open_channel(mesh.gateway.address, None, internal=False) as channel:
            yield inference_pb2_grpc.InferenceServiceStub(channel)
