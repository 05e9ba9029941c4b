"""The sections without a transport: waves in process, single steps, `generate`.

Decides that these take turns like the others, each in a process of its own.
"""

import asyncio
import json
import subprocess
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from pathlib import Path

from benchmarks.engines import machine
from benchmarks.engines.in_process import Waved, batched_bench, our_waves
from benchmarks.engines.llama_cpp import LlamaCpp, NoRivalError
from benchmarks.engines.roofline import Limits, Sizes, bandwidth, step_seconds
from benchmarks.engines.sections import OURS, ROOM, Bench, Run, slots, turned
from benchmarks.engines.wave import Wave
from requirements.environment import environment
from services.worker.engines.models.source import open_source

LENGTHS = (128, 64)
PROMPTS = (512, 1984)  # with its answer and a margin, at most 2,048 tokens
BATCH = 16
PAST = 160
ROWS = (1, 16, 64)
RIVALS = Path(__file__).parent.parent.parent / "requirements" / "rivals.txt"
SCRIPT = Path(__file__).parent / "generate.py"

Waves = Callable[[int], Awaitable[Waved]]


async def process_section(bench: Bench, streams: tuple[int, ...]) -> None:
    """Waves of prompts through the bare engine and through llama-batched-bench."""
    await _waves(bench, ROOM, {str(n): Wave(n, *LENGTHS, 0) for n in streams})
    await _waves(bench, 2048, {f"prefill {n}": Wave(1, n, 1, 0) for n in PROMPTS})


async def _waves(bench: Bench, room: int, cases: dict[str, Wave]) -> None:
    """Each case's wave, in turns; `room`: tokens of a slot of ours."""
    most = slots(max(wave.streams for wave in cases.values()))
    names = [OURS, *(f"llama.cpp {kind}" for kind in bench.formats if bench.program)]
    async with our_waves(
        precision=bench.precision, slots=most, context=room, threads=bench.threads
    ) as ours:
        for case, wave in cases.items():
            await ours.run(wave)
            for repeat in range(bench.repeats):
                for name in turned(names, repeat):
                    asked = replace(wave, seed=bench.seed + repeat + 1)
                    before = machine.moment()
                    if name == OURS:
                        found, spent = await ours.run(asked), 0.0
                    else:
                        found, spent = await _theirs(bench, name.split()[-1], asked)
                    pids = {ours.pid, machine.own_pid()}
                    use = machine.use(before, machine.moment(), pids, {ours.pid}, spent)
                    bench.keep("process", case, name, repeat, Run(_figures(asked, found), use))


async def _theirs(bench: Bench, kind: str, wave: Wave) -> tuple[Waved, float]:
    """A wave, and the processor time of the child that ran it."""
    before = machine.children_seconds()
    found = await batched_bench(
        bench.program or LlamaCpp(None), bench.weights(kind), [wave], threads=bench.threads
    )
    return found[0], machine.children_seconds() - before


def _figures(wave: Wave, found: Waved) -> dict[str, float]:
    if wave.answer == 1:
        return {"prefill_per_second": wave.prompt / found.first, "seconds": found.seconds}
    return {"tokens_per_second": found.tokens / found.seconds, "seconds": found.seconds}


async def steps_section(bench: Bench, streams: tuple[int, ...]) -> None:
    """Single steps, and in the same run what the machine could do at best."""
    with open_source(bench.model) as source:
        config = source.config
    attention = config.width * config.head_size * 2 * (config.heads + config.kv_heads)
    layer = attention + 3 * config.width * config.hidden
    sizes = Sizes(
        config.layers * layer + config.vocabulary * config.width,
        config.layers,
        config.heads,
        config.kv_heads,
        config.head_size,
    )
    for repeat in range(bench.repeats):
        before, children = machine.moment(), machine.children_seconds()
        peak = float(await _said("benchmarks.engines.int8_peak", str(bench.threads)))
        limits = Limits(bandwidth(bench.threads), peak)
        flags = [f"--precision={bench.precision}", f"--threads={bench.threads}", f"--past={PAST}"]
        flags += [f"--model={bench.name}"]
        steps = json.loads(await _said("benchmarks.engines.steps", *flags, *map(str, ROWS)))
        spent = machine.children_seconds() - children
        use = machine.use(before, machine.moment(), {machine.own_pid()}, set(), spent)
        figures = {"bandwidth": limits.bandwidth, "peak": limits.peak}
        for rows in ROWS:
            figures[f"step_{rows}"] = steps[str(rows)]
            roof = step_seconds(limits, sizes, rows, PAST)
            figures[f"share_{rows}"] = roof / steps[str(rows)]
        bench.keep("steps", "roofline", OURS, repeat, Run(figures, use))


async def _said(module: str, *arguments: str) -> str:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", module, *arguments),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    output, _ = await process.communicate()
    if process.returncode:
        raise RuntimeError(f"{module} ended with exit code {process.returncode}")
    return output.decode()


async def generate_section(bench: Bench, streams: tuple[int, ...]) -> None:
    """KerasHub's and Transformers' generate on one batch, beside a wave of the bare engine."""
    try:
        python = await asyncio.to_thread(environment, RIVALS)
    except subprocess.CalledProcessError as error:
        raise NoRivalError(f"KerasHub, Transformers: pip failed ({error.returncode})") from error
    names = [OURS, "KerasHub", "Transformers"]
    async with our_waves(
        precision=bench.precision, slots=BATCH, context=ROOM, threads=bench.threads
    ) as ours:
        await ours.run(Wave(BATCH, *LENGTHS, 0))
        for repeat in range(bench.repeats):
            for name in turned(names, repeat):
                before, children = machine.moment(), machine.children_seconds()
                if name == OURS:
                    wave = Wave(BATCH, *LENGTHS, bench.seed + repeat + 1)
                    found = await ours.run(wave)
                    rate = found.tokens / found.seconds
                else:
                    rate = await _generated(bench, python, name.lower())
                spent = machine.children_seconds() - children
                pids = {ours.pid, machine.own_pid()}
                use = machine.use(before, machine.moment(), pids, {ours.pid}, spent)
                run = Run({"tokens_per_second": rate}, use)
                bench.keep("generate", str(BATCH), name, repeat, run)


async def _generated(bench: Bench, python: Path, kind: str) -> float:
    """Tokens a second of one warm batch in a fresh process."""
    numbers = (BATCH, *LENGTHS, 1)
    process = await asyncio.create_subprocess_exec(
        *map(str, (python, SCRIPT, kind, bench.weights("F32"), *numbers)),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    output, _ = await process.communicate()
    if process.returncode:
        raise NoRivalError(f"{kind} ended with exit code {process.returncode}")
    seconds = _seconds(output.decode().splitlines())
    return BATCH * LENGTHS[1] / seconds


def _seconds(lines: Sequence[str]) -> float:
    return float(json.loads(lines[-1])["seconds"])
