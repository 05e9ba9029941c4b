"""What a shared beginning is worth: TTFT of prompts that share 512 tokens and more.

Measures the engine by itself, with the real model, one sequence at a time. Each
round has a beginning of its own: a first prompt computes it (cold), a second
prompt with another end finds it (warm), and a third is what remains to be
computed by itself, as a prompt of its own (rest): the least that warm can cost.

    python benchmarks/prefix.py [--precision float32|int8] [--tokens 512] [--rounds 5]
"""

import argparse
import asyncio
import statistics
import time
from contextlib import aclosing
from dataclasses import dataclass

from services.runtime.text import Text
from services.worker.engines.batched import BatchedEngine
from services.worker.engines.engine import Began, Job, Sampling, Tokenizer
from services.worker.engines.models.finding import default_cache_dir
from services.worker.engines.pretrained import open_pretrained

MODEL = "smollm2-135m-instruct"
SENTENCE = " You answer questions about timetables, fares and lost property in plain words."
QUESTIONS = ("\nWhen does the last train to the coast leave?", "\nWhere is my green umbrella?")


@dataclass(frozen=True, slots=True)
class Measured:
    """One prompt: seconds to its first token, lengths in tokens."""

    ttft: float
    prompt_tokens: int
    cached_tokens: int


def beginning(number: int, tokens: int, tokenizer: Tokenizer) -> str:
    """A text of at least so many tokens that no other number's begins like."""
    text = f"Desk {number}, session {number}{number}."
    while len(tokenizer.encode(text)) < tokens:
        text += SENTENCE
    return text


async def measure(engine: BatchedEngine, prompt: str) -> Measured:
    """Run a prompt to its eighth token."""
    job = Job("bench", Text(prompt), Sampling(max_tokens=8))
    start = time.perf_counter()
    async with aclosing(engine.generate(job)) as events:
        began = await anext(events)
        ttft = time.perf_counter() - start
        async for _ in events:
            pass  # to its end, so that the next one runs alone
    if not isinstance(began, Began):
        raise TypeError(f"a stream begins with {began!r:.40}")
    return Measured(ttft, began.prompt_tokens, began.cached_tokens)


def told(kind: str, runs: list[Measured], cold: float) -> str:
    """A row of the table, by medians."""
    ttft = statistics.median(run.ttft for run in runs)
    prompt = statistics.median(run.prompt_tokens for run in runs)
    cached = statistics.median(run.cached_tokens for run in runs)
    return f"{kind:6}{prompt:10.0f}{cached:10.0f}{ttft * 1e3:12.1f}{ttft / cold:14.3f}"


async def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--precision", choices=("float32", "int8"), default="float32")
    parser.add_argument("--tokens", type=int, default=512)
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    name, model, tokenizer = open_pretrained(MODEL, default_cache_dir(), precision=given.precision)
    runs: dict[str, list[Measured]] = {"cold": [], "warm": [], "rest": []}
    async with BatchedEngine(name, model, tokenizer) as engine:
        for number in range(given.rounds + 1):
            text = beginning(number, given.tokens, tokenizer)
            found = {
                "cold": await measure(engine, text + QUESTIONS[0]),
                "warm": await measure(engine, text + QUESTIONS[1]),
                "rest": await measure(engine, f"{number}" + QUESTIONS[1]),
            }
            for kind, run in found.items():
                runs[kind] += [run] if number else []  # the first round warms up
    cold = statistics.median(run.ttft for run in runs["cold"])
    print(f"{name} {given.precision}, medians of {given.rounds}")
    print(f"{'':6}{'tokens':>10}{'cached':>10}{'TTFT ms':>12}{'cold = 1':>14}")
    for kind, measured in runs.items():
        print(told(kind, measured, cold))


if __name__ == "__main__":
    asyncio.run(main())
