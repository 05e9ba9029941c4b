"""From starting a worker's process to its first token, and the memory that it then takes.

    python -m benchmarks.starting [--precision int8] [--repeats 5] [--slots 16,64] [--cold]

A worker is started again and again, as `evenflow up` starts one, and asked for one
token as soon as it serves. *Warm*: the model's files lie in the cache folder and
have been read before. *Cold* (--cold): in a cache folder that holds the published
file and nothing made of it, so that int8 is converted: once, as it takes minutes.
Memory is what the process holds (resident) after all its slots were filled with
prompts at once, beside what weights and key-value cache take by arithmetic.
"""

import argparse
import asyncio
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.engines.grpc_worker import grpc_worker
from benchmarks.engines.load import load
from benchmarks.engines.machine import description, peak_bytes, resident_bytes
from benchmarks.engines.workload import fixed
from services.worker.engines.models.finding import default_cache_dir, find_model

MODEL = "smollm2-135m-instruct"
CONTEXT = 2048
MEGABYTE = 1e6


def said(what: str) -> None:
    """Progress, on stderr."""
    print(what, file=sys.stderr, flush=True)


async def first_token(precision: str, slots: int, cache: Path, fill: int) -> dict[str, float]:
    """Start, ask, fill `fill` slots; seconds and bytes."""
    began = time.perf_counter()
    async with grpc_worker(
        precision=precision, streams=slots, context=CONTEXT, threads=0, cache_dir=cache, said=said
    ) as worker:
        serves = time.perf_counter() - began
        await load(worker, fixed(1, 1, 16, 1, seed=0))
        first = time.perf_counter() - began
        at_start = resident_bytes(worker.pid)
        if fill:
            await load(worker, fixed(slots, fill, 1024, 8, seed=1))
        return {
            "serves": serves,
            "first": first,
            "at start": at_start / MEGABYTE,
            "filled": resident_bytes(worker.pid) / MEGABYTE,
            "peak": peak_bytes(worker.pid) / MEGABYTE,
        }


def told(case: str, runs: list[dict[str, float]]) -> str:
    """A row, by medians; of the seconds the spread too."""
    first = sorted(run["first"] for run in runs)
    cells = [f"{statistics.median(first):.2f} ({first[0]:.2f}-{first[-1]:.2f})"]
    cells += [
        f"{statistics.median(run[name] for run in runs):.0f}"
        for name in ("at start", "filled", "peak")
    ]
    return f"| {case} | {' | '.join(cells)} | {len(runs)} |"


async def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--precision", default="int8", choices=("int8", "float32"))
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--slots", default="16,64")
    parser.add_argument("--cold", action="store_true", help="convert anew too")
    given = parser.parse_args()
    cache = default_cache_dir()
    found = find_model(MODEL, cache)
    print(f"{MODEL} {given.precision} on {description()}; context {CONTEXT}; medians")
    print("\n| | start to first token, s | MB at start | all slots filled | peak | runs |")
    print("|---|---|---|---|---|---|")
    for slots in map(int, given.slots.split(",")):
        if given.cold:
            with tempfile.TemporaryDirectory() as folder:
                shutil.copy(found.path, folder)
                run = await first_token(given.precision, slots, Path(folder), fill=0)
            print(told(f"cold, {slots} slots", [run]), flush=True)
        await first_token(given.precision, slots, cache, fill=0)  # warms the files
        runs = [
            await first_token(given.precision, slots, cache, fill=0 if number else slots)
            for number in range(given.repeats)
        ]
        filled, rest = runs[0], runs[1:] or runs
        rest = [run | {name: filled[name] for name in ("filled", "peak")} for run in rest]
        print(told(f"warm, {slots} slots", rest), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
