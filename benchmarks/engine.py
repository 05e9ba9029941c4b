"""The engine beside its rivals: the same weights, prompts and lengths, in turns.

    python -m benchmarks.engine [--quick] [--only fixed,prefill] [--streams 16]
                                [--repeats N] [--results FOLDER] [--write] [--report]

Sections: `fixed` (128 tokens in, 64 out, a closed loop), `ragged` (questions of
heavy-tailed length, answers with natural ends), `arriving` (Poisson arrivals),
`prefill` (lone prompts of 512 and 2,048 tokens), `process` (all of that without
a transport), `steps` (single steps against the machine's limits), `generate`
(KerasHub and Transformers), `quality`. Each run is kept in FOLDER as it ends, so
that sections can be taken one at a time; the report is made of all that is there.
"""

import argparse
import asyncio
import sys
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.engines import alone, quality_section
from benchmarks.engines.llama_cpp import LlamaCpp, NoRivalError, llama_cpp
from benchmarks.engines.machine import description
from benchmarks.engines.picture import draw
from benchmarks.engines.records import read
from benchmarks.engines.report import Conditions, report
from benchmarks.engines.sections import (
    OURS,
    ROOM,
    Bench,
    prefilling,
    rates,
    served,
    streamed,
)
from benchmarks.engines.workload import Workload, arriving, fixed, ragged
from services.worker.engines.models.finding import default_cache_dir, find_model

RESULTS = Path(__file__).parent / "results"
MODEL = "smollm2-135m-instruct"
FORMATS = ("BF16", "Q8_0", "Q4_1")
STREAMS = (16, 1, 32, 64)
LENGTHS = (128, 64)
PROMPTS = (512, 2032)  # the second fills a slot of 2,048 with its answer and template
ARRIVING = 16
ROUNDS = {1: 4, 16: 2}  # requests a stream in a run; one where not said


async def fixed_section(bench: Bench, streams: tuple[int, ...]) -> None:
    """128 in, 64 out, so many streams in a closed loop."""
    for count in streams:
        requests = count * ROUNDS.get(count, 1)
        async with served(bench, count, ROOM) as rivals:
            await streamed(
                bench,
                "fixed",
                str(count),
                rivals,
                lambda seed, n=count, r=requests: fixed(n, r, *LENGTHS, seed),  # type: ignore[misc]
                rates,
            )


async def ragged_section(bench: Bench, streams: tuple[int, ...]) -> None:
    """Questions as people ask them."""
    async with served(bench, ARRIVING, ROOM) as rivals:
        await streamed(
            bench,
            "ragged",
            str(ARRIVING),
            rivals,
            lambda seed: ragged(ARRIVING, 3 * ARRIVING, seed),
            rates,
        )


async def arriving_section(bench: Bench, streams: tuple[int, ...]) -> None:
    """Prompts that arrive while others decode, as many a second as BF16 just completes."""
    rate = arrival_rate(bench)

    def asked(seed: int) -> Workload:
        return arriving(ARRIVING, 3 * ARRIVING, rate, LENGTHS, seed)

    async with served(bench, ARRIVING, ROOM) as rivals:
        await streamed(bench, "arriving", str(ARRIVING), rivals, asked, rates)


def arrival_rate(bench: Bench) -> float:
    """Requests a second that keep about 16 streams busy in llama.cpp BF16."""
    found = [
        record.figures["requests"] / record.figures["seconds"]
        for record in read(bench.results)
        if (record.section, record.case, record.rival) == ("fixed", "16", "llama.cpp BF16")
    ]
    return sorted(found)[len(found) // 2] if found else 2.0


async def prefill_section(bench: Bench, streams: tuple[int, ...]) -> None:
    """Lone prompts, one token each."""
    async with served(bench, 1, 2048) as rivals:
        for prompt in PROMPTS:
            await streamed(
                bench,
                "prefill",
                str(prompt),
                rivals,
                lambda seed, n=prompt: fixed(1, 2, n, 1, seed),  # type: ignore[misc]
                prefilling,
            )


Section = Callable[[Bench, tuple[int, ...]], Awaitable[None]]
SECTIONS: dict[str, Section] = {
    "fixed": fixed_section,
    "prefill": prefill_section,
    "arriving": arriving_section,
    "process": alone.process_section,
    "steps": alone.steps_section,
    "ragged": ragged_section,
    "generate": alone.generate_section,
    "quality": quality_section.quality_section,
}
QUICK = ("fixed", "prefill")


def told(began: float) -> Callable[[str], None]:
    """Progress, as lines on stderr."""

    def say(what: str) -> None:
        print(f"{time.monotonic() - began:6.0f} s  {what}", file=sys.stderr, flush=True)

    return say


def parsed() -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="2 repeats at 16 streams")
    parser.add_argument("--only", default="", help=f"comma-separated: {', '.join(SECTIONS)}")
    parser.add_argument("--streams", default="", help="comma-separated, of `fixed` and `process`")
    parser.add_argument("--formats", default=",".join(FORMATS), help="llama.cpp's weights")
    parser.add_argument("--repeats", type=int, default=0)
    parser.add_argument("--seed", type=int, default=0, help="of the first repeat")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--precision", default="int8", choices=("int8", "float32"))
    parser.add_argument("--model", default=MODEL)
    parser.add_argument("--results", type=Path, help="folder where runs are kept and added to")
    parser.add_argument("--report", action="store_true", help="measure nothing")
    parser.add_argument("--write", action="store_true", help="write benchmarks/results/engine.*")
    return parser.parse_args()


async def main() -> None:
    """Measure, then report."""
    given, say = parsed(), told(time.monotonic())
    cache = default_cache_dir()
    results = given.results or cache / "bench" / datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
    missing: dict[str, str] = {}
    program: LlamaCpp | None = None
    try:
        program = llama_cpp(cache / "rivals", say)
    except NoRivalError as error:
        missing["llama.cpp"] = str(error)
    bench = Bench(
        name=given.model,
        model=find_model(given.model, cache).path,
        program=program,
        formats=tuple(kind for kind in given.formats.split(",") if kind),
        precision=given.precision,
        threads=given.threads,
        repeats=given.repeats or (2 if given.quick else 5),
        seed=given.seed,
        weights_folder=cache / "rivals",
        results=results,
        said=say,
    )
    chosen = given.only.split(",") if given.only else QUICK if given.quick else tuple(SECTIONS)
    streams = tuple(map(int, given.streams.split(","))) if given.streams else STREAMS
    if given.quick and not given.streams:
        streams = (16,)
    for name in () if given.report else chosen:
        try:
            await SECTIONS[name](bench, streams)
        except NoRivalError as error:
            missing[name] = str(error)
    conditions = Conditions(
        machine=description(),
        threads=given.threads,
        model=given.model,
        ours=OURS,
        llama=program.version() if program else "",
        missing=missing,
    )
    text = report(read(results), conditions)
    print(text)
    if given.write:
        (RESULTS / "engine.md").write_text(text)
        draw(read(results), RESULTS / "engine.png")


if __name__ == "__main__":
    asyncio.run(main())
