"""What the gateway's cache is worth: hits of a Zipf trace, and TTFT of a hit beside a miss.

Runs whole meshes of two scripted workers (prefill at 2,000 tokens a second, 5 ms
a step), one without a cache, one with it in memory and one in the real Redis,
round by round in turn. In each round every mesh gets the same trace: prompts of
200 bytes, drawn by Zipf's law, 8 at a time. What can be hit at most are all but
the first request of each prompt. Prints a table; ratios are what counts.

    python -m benchmarks.caching [--requests 300] [--prompts 150] [--rounds 3]
"""

import argparse
import asyncio
import os
import random
import statistics
import time
from collections.abc import Iterable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

from evenflow.v1 import generation_pb2, inference_pb2, inference_pb2_grpc

from services.cli.mesh.plan import plan
from services.cli.mesh.running import embedded
from services.runtime import logs
from services.runtime.transport import open_channel
from tests.tools.redis_instance import redis_instance

AT_ONCE = 8
PACE = {"slots": 8, "scripted_step_ms": 5, "scripted_prefill_rate": 2000}


@dataclass
class Seen:
    """TTFT in seconds by where the answers came from."""

    ttft: dict[str, list[float]] = field(default_factory=dict)

    @property
    def answers(self) -> int:
        """How many."""
        return sum(map(len, self.ttft.values()))

    def share(self, *sources: str) -> float:
        """The part of all answers that came from there."""
        return sum(len(self.ttft.get(source, ())) for source in sources) / self.answers

    def median(self, source: str) -> float:
        """Median TTFT, in ms."""
        return 1e3 * statistics.median(self.ttft.get(source) or [float("nan")])


def trace(requests: int, prompts: int, seed: int) -> list[str]:
    """Prompts by Zipf's law with exponent 1; those of two seeds have none in common."""
    ranks = range(1, prompts + 1)
    drawn = random.Random(seed).choices(ranks, [1 / rank for rank in ranks], k=requests)
    return [f"{rank} of {seed}: ".ljust(200, "x") for rank in drawn]


async def ask(stub: Any, prompt: str, seen: Seen) -> None:
    """One request."""
    request = inference_pb2.GenerateRequest(
        prompt=inference_pb2.PromptTask(text=prompt),
        sampling=generation_pb2.Sampling(max_tokens=8),
    )
    began, first = time.perf_counter(), 0.0
    call = stub.Generate(request, timeout=60)
    async for message in call:
        if message.HasField("delta") and not first:
            first = time.perf_counter() - began
    told = dict(await call.trailing_metadata() or ())
    seen.ttft.setdefault(str(told.get("evenflow-source", "generated")), []).append(first)


async def play(stub: Any, prompts: Iterable[str]) -> Seen:
    """A trace, `AT_ONCE` at a time."""
    seen, left = Seen(), iter(prompts)

    async def caller() -> None:
        for prompt in left:
            await ask(stub, prompt, seen)

    await asyncio.gather(*(caller() for _ in range(AT_ONCE)))
    return seen


async def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=300)
    parser.add_argument("--prompts", type=int, default=150)
    parser.add_argument("--rounds", type=int, default=3)
    told = parser.parse_args()
    logs.configure("error", "console")
    async with AsyncExitStack() as stack:
        redis = await stack.enter_async_context(redis_instance())
        stubs = {}
        for cache in ("off", "memory", f"redis://{redis.address}"):
            environ = {
                **os.environ,
                "EVENFLOW_GATEWAY_CACHE": cache,
                "EVENFLOW_GATEWAY_CACHE_SECRET": "a secret of the bench",
            }
            made = plan(workers=2, engine="scripted", worker_settings=PACE, environ=environ)
            mesh = await stack.enter_async_context(embedded(made))
            await mesh.ready()
            channel = await stack.enter_async_context(
                open_channel(mesh.gateway.address, None, internal=False)
            )
            stubs[cache.split(":")[0]] = inference_pb2_grpc.InferenceServiceStub(channel)
        print(
            f"{told.requests} requests, {told.prompts} prompts, {AT_ONCE} at once; TTFT p50 in ms"
        )
        print("round  cache   cached  joined  at most  TTFT hit  TTFT miss  hit/miss")
        for number in range(told.rounds):
            prompts = trace(told.requests, told.prompts, seed=number)
            most = 1 - len(set(prompts)) / len(prompts)
            for name, stub in stubs.items():
                seen = await play(stub, prompts)
                hit, miss = seen.median("cached"), seen.median("generated")
                print(
                    f"{number + 1:5}  {name:6}  {seen.share('cached'):6.1%}  "
                    f"{seen.share('joined'):6.1%}  {most:7.1%}  {hit:8.2f}  {miss:9.2f}  "
                    f"{hit / miss:8.3f}"
                )


if __name__ == "__main__":
    asyncio.run(main())
