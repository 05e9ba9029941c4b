"""Our engine in process: one wave of prompts after the other, without a transport.

    python -m benchmarks.engines.wave --slots 16 --context 2048 < waves > answers

Reads waves as JSON lines (streams, prompt, answer, seed) and answers each with
its seconds and tokens: what llama.cpp's batched-bench does, for the bare engine.
All of a wave's prompts are there from the start.
"""

import argparse
import asyncio
import json
import sys
from contextlib import aclosing
from dataclasses import dataclass

from benchmarks.engines.workload import fixed
from services.runtime.text import Text
from services.worker.engines.batched import BatchedEngine
from services.worker.engines.engine import Ended, Job, Sampling
from services.worker.engines.open import open_engine
from services.worker.settings import EngineSettings


@dataclass(frozen=True, slots=True)
class Wave:
    """What is asked: so many prompts of `prompt` tokens, answered with `answer` tokens."""

    streams: int
    prompt: int
    answer: int
    seed: int


async def run(engine: BatchedEngine, wave: Wave) -> dict[str, float]:
    """One wave, from its prompts to its last token."""
    asks = fixed(wave.streams, wave.streams, wave.prompt, wave.answer, wave.seed).asks
    jobs = [Job("wave", Text(ask.text), Sampling(max_tokens=ask.max_tokens)) for ask in asks]
    clock = asyncio.get_running_loop().time
    began = clock()
    firsts: list[float] = []

    async def one(job: Job) -> int:
        async with aclosing(engine.generate(job)) as events:
            await anext(events)
            firsts.append(clock() - began)
            async for event in events:
                if isinstance(event, Ended):
                    return event.completion_tokens
        raise RuntimeError("a stream ended without its end")

    tokens = await asyncio.gather(*map(one, jobs))
    return {"seconds": clock() - began, "tokens": sum(tokens), "first": max(firsts)}


async def main() -> None:
    """Answer until there are no more waves."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--precision", default="int8")
    parser.add_argument("--slots", type=int, default=16)
    parser.add_argument("--context", type=int, default=2048)
    parser.add_argument("--threads", type=int, default=0)
    given = parser.parse_args()
    settings = EngineSettings(**vars(given))
    async with await open_engine(settings, lambda stage, fraction: None) as engine:
        print(json.dumps({"ready": engine.info.revision}), flush=True)
        while line := await asyncio.to_thread(sys.stdin.readline):
            print(json.dumps(await run(engine, Wave(**json.loads(line)))), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
