"""Rivals in process: ours by benchmarks.engines.wave, llama.cpp by its batched-bench.

Decides what both are asked: waves of prompts that are all there from the start.
Both run in a process of their own, which this one only waits for.
"""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.engines.llama_cpp import LlamaCpp
from benchmarks.engines.wave import Wave

OUTPUT_LIMIT = 1 << 20


@dataclass(frozen=True, slots=True)
class Waved:
    """One wave's figures: all its seconds, those to the last first token, tokens answered."""

    seconds: float
    first: float
    tokens: int


class OurWaves:
    """Our engine, open in a child."""

    def __init__(self, process: asyncio.subprocess.Process, revision: str) -> None:
        self._process = process
        self.revision = revision

    @property
    def pid(self) -> int:
        """Its process."""
        return self._process.pid

    async def run(self, wave: Wave) -> Waved:
        """One wave."""
        stdin, stdout = self._process.stdin, self._process.stdout
        if stdin is None or stdout is None:
            raise RuntimeError("no pipes")
        stdin.write(json.dumps(asdict(wave)).encode() + b"\n")
        await stdin.drain()
        told = json.loads(await stdout.readline())
        return Waved(told["seconds"], told["first"], int(told["tokens"]))


@asynccontextmanager
async def our_waves(
    *, precision: str, slots: int, context: int, threads: int
) -> AsyncIterator[OurWaves]:
    """Open our engine in a child while the block runs."""
    flags = [f"--precision={precision}", f"--slots={slots}", f"--context={context}"]
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "benchmarks.engines.wave", *flags, f"--threads={threads}"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=OUTPUT_LIMIT,
    )
    try:
        if process.stdout is None:
            raise RuntimeError("no pipe")
        ready = await process.stdout.readline()
        if not ready:
            raise RuntimeError("our engine ended before it was open")
        yield OurWaves(process, json.loads(ready)["ready"])
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def batched_bench(
    program: LlamaCpp,
    model: Path,
    waves: Sequence[Wave],
    *,
    threads: int,
    watched: Callable[[int], None] = lambda pid: None,
) -> list[Waved]:
    """llama.cpp's own batched benchmark on waves of one prompt and one answer length."""
    prompt, answer = waves[0].prompt, waves[0].answer
    widest = max(wave.streams for wave in waves)
    flags = ["--model", str(model), "--threads", str(threads), "--threads-batch", str(threads)]
    flags += ["-npp", str(prompt), "-ntg", str(answer), "--output-format", "jsonl"]
    flags += ["-npl", ",".join(str(wave.streams) for wave in waves)]
    flags += ["--ctx-size", str(widest * (prompt + answer + 8)), "--batch-size", "2048"]
    process = await asyncio.create_subprocess_exec(
        *program.command("llama-batched-bench", flags),
        cwd=program.folder,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    watched(process.pid)
    output, _ = await process.communicate()
    rows = [json.loads(line) for line in output.decode().splitlines() if line.startswith("{")]
    if len(rows) != len(waves):
        raise RuntimeError(f"llama-batched-bench told {len(rows)} of {len(waves)} waves")
    return [
        Waved(row["t"], row["t_pp"], wave.streams * answer)
        for row, wave in zip(rows, waves, strict=True)
    ]
