"""Classify at a worker: latency and throughput through gRPC; writes benchmarks/results/classify.md.

Runs a worker (its service, its server, the bundled classifier) as a process of its own,
and asks it from this one, each call with a short text of benchmarks/task_texts.jsonl: 1
caller and 64 callers, who each ask again when they are answered, and 8 callers with 32 texts
a call. The ways take turns, round by round. The worker counts the texts of each
micro-batch, and the time that encoding and model take of them.

    python -m benchmarks.classify [--rounds 7] [--seconds 5]
"""

import argparse
import asyncio
import json
import os
import platform
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count, cycle, islice
from pathlib import Path

import grpc
from evenflow.v1 import classification_pb2, worker_pb2_grpc

from benchmarks.live.fleet import cpu_seconds

HERE = Path(__file__).parent
START_SECONDS = 60.0
WAYS = ((1, 1), (64, 1), (8, 32))  # callers, texts of a call


@dataclass(frozen=True, slots=True)
class Round:
    """What one round of one way has shown; seconds."""

    latencies: Sequence[float]
    texts: int
    seconds: float
    cpu: float  # of the worker
    batches: Sequence[tuple[int, float]]  # texts of each, and the time in the model

    @property
    def rate(self) -> float:
        """Texts a second."""
        return self.texts / self.seconds

    @property
    def in_model(self) -> float:
        """Seconds a text of encoding and model."""
        return sum(took for _, took in self.batches) / max(1, sum(size for size, _ in self.batches))

    @property
    def batch(self) -> float:
        """Texts of a batch, on average."""
        return statistics.mean(size for size, _ in self.batches) if self.batches else 0.0


class Worker:
    """The worker's process."""

    def __init__(self, process: asyncio.subprocess.Process, address: str) -> None:
        self._process = process
        self.address = address
        self.pid = process.pid

    async def batches(self) -> list[tuple[int, float]]:
        """Those since it was asked last."""
        if self._process.stdin is None or self._process.stdout is None:
            raise RuntimeError("no pipes")
        self._process.stdin.write(b"\n")
        told = json.loads(await self._process.stdout.readline())
        return [(size, took) for size, took in told]


async def measured(worker: Worker, callers: int, texts: int, seconds: float) -> Round:
    """One round: callers who each ask again when they are answered."""
    latencies: list[float] = []
    numbers = count()
    asked = texts_of_file()
    async with grpc.aio.insecure_channel(worker.address) as channel:
        stub = worker_pb2_grpc.WorkerServiceStub(channel)

        async def ask(until: float) -> None:
            while (began := time.perf_counter()) < until:
                at = next(numbers) % len(asked)
                some = list(islice(cycle(asked), at, at + texts))
                request = classification_pb2.ClassifyRequest(model="task", texts=some)
                await stub.Classify(request, wait_for_ready=True)
                latencies.append(time.perf_counter() - began)

        async with asyncio.TaskGroup() as group:  # what a connection costs is not what is asked
            for _ in range(callers):
                group.create_task(ask(time.perf_counter() + 0.3))
        latencies.clear()
        await worker.batches()
        cpu, began = cpu_seconds(worker.pid), time.perf_counter()
        async with asyncio.TaskGroup() as group:
            for _ in range(callers):
                group.create_task(ask(began + seconds))
        took = time.perf_counter() - began
        return Round(
            latencies,
            len(latencies) * texts,
            took,
            cpu_seconds(worker.pid) - cpu,
            await worker.batches(),
        )


def texts_of_file() -> list[str]:
    """The texts that are asked, in their order."""
    lines = (HERE / "task_texts.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["text"] for line in lines]


async def rounds(count_of_rounds: int, seconds: float) -> dict[tuple[int, int], list[Round]]:
    """All ways, in turn."""
    found: dict[tuple[int, int], list[Round]] = {way: [] for way in WAYS}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "benchmarks.live.classifying"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=1 << 26,
    )
    try:
        if process.stdout is None:
            raise RuntimeError("no pipe")
        async with asyncio.timeout(START_SECONDS):
            worker = Worker(process, json.loads(await process.stdout.readline())["address"])
        for _ in range(count_of_rounds):
            for callers, texts in WAYS:
                found[callers, texts].append(await measured(worker, callers, texts, seconds))
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()
    return found


def spread(values: Sequence[float], scale: float, digits: int) -> str:
    """The median of rounds, and from where to where they go."""
    told = [f"{scale * value:.{digits}f}" for value in (min(values), max(values))]
    return f"{scale * statistics.median(values):.{digits}f} ({told[0]} to {told[1]})"


def table(found: dict[tuple[int, int], list[Round]], seconds: float) -> Iterator[str]:
    """What is written."""
    taken = len(found[WAYS[0]])
    yield "# Classify at a worker\n"
    yield f"`python -m benchmarks.classify --rounds {taken} --seconds {seconds:g}`,"
    yield f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {platform.machine()},"
    yield f"{len(os.sched_getaffinity(0))} cores, Python {platform.python_version()}.\n"
    yield "Each figure: the median of rounds, and the least to the most of them. Latency is a"
    yield "call's, as its caller sees it; callers share the machine with the worker, in one"
    yield "process.\n"
    yield (
        "| callers | texts a call | p50 ms | p99 ms | texts/s | texts a batch "
        "| in the model, ms a text | worker's CPU, ms a text |"
    )
    yield "|---" * 8 + "|"
    for (callers, texts), each in found.items():
        centiles = [statistics.quantiles(one.latencies, n=100) for one in each]
        cells = (
            spread([one[49] for one in centiles], 1e3, 2),
            spread([one[98] for one in centiles], 1e3, 2),
            spread([one.rate for one in each], 1, 0),
            spread([one.batch for one in each], 1, 1),
            spread([one.in_model for one in each], 1e3, 3),
            spread([one.cpu / one.texts for one in each], 1e3, 3),
        )
        yield f"| {callers} | {texts} | " + " | ".join(cells) + " |"
    worst = max(statistics.median([one.in_model for one in each]) for each in found.values())
    is_met = "met" if worst < 0.5e-3 else "missed"
    yield "\nGoal, well under a millisecond a text in the model (here: below 0.5 at every load):"
    yield f"**{is_met}**, {1e3 * worst:.3f} ms."


def main() -> None:
    """Measure, and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--out", type=Path, default=HERE / "results" / "classify.md")
    flags = parser.parse_args()
    found = asyncio.run(rounds(flags.rounds, flags.seconds))
    flags.out.write_text("\n".join(table(found, flags.seconds)) + "\n", encoding="utf-8")
    print(f"{flags.out.name} is written")


if __name__ == "__main__":
    main()
