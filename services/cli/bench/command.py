"""`evenflow bench`: runs a load, shows what it amounts to.

Decides the order: what can be complained of first, then the load, then tables
and picture; and that answers are held against arithmetic where the fleet's
model is the scripted one.
"""

import asyncio
import secrets
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from services.cli import requests
from services.cli.answers import Answer
from services.cli.bench import picture
from services.cli.bench.load import OPEN_LOOP_STREAMS, Check, Load, callers
from services.cli.bench.report import as_json, report
from services.cli.bench.statistics import Sample, Tally, tally
from services.cli.bench.workload import Workload
from services.cli.client import Caller, calling
from services.cli.faults import FAILED, Complaint
from services.cli.mesh.plan import plan
from services.cli.mesh.running import embedded
from services.cli.options import BenchFlags, Connection, SamplingFlags
from services.runtime import logs
from services.runtime.lifecycle import background
from services.runtime.text import Text
from services.worker.engines.scripted import expected_answer

SCRIPTED = "scripted"
EMBEDDED_WORKERS = 2
DEFAULT_REQUESTS = 64
DEFAULT_MAX_TOKENS = 64
REFRESH_SECONDS = 0.2
NO_PICTURE = 'no picture: matplotlib is not installed (pip install "evenflow-server[plot]")'


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """One run as it was asked for."""

    workload: Workload
    flags: SamplingFlags
    connection: Connection
    timeout: float | None = None
    png: Path | None = None
    as_json: bool = False


async def run(connection: Connection, flags: SamplingFlags, given: BenchFlags) -> None:
    """Run the bench as the flags say, against a mesh of its own where they ask for one."""
    count = given.requests
    if count is None and given.duration is None:
        count = DEFAULT_REQUESTS
    asked = Bench(
        workload=Workload(
            requests=count,
            duration=given.duration,
            concurrency=given.concurrency,
            rate=given.rate,
            prompt_tokens=given.prompt_tokens,
            seed=given.bench_seed,
            run=secrets.token_hex(3),
        ),
        flags=replace(flags, max_tokens=flags.max_tokens or DEFAULT_MAX_TOKENS),
        connection=connection,
        timeout=given.timeout,
        png=None if given.no_png else given.png,
        as_json=given.as_json,
    )
    if not given.embedded:
        await bench(asked)
        return
    logs.configure("error", "console")
    async with embedded(plan(workers=EMBEDDED_WORKERS, engine=SCRIPTED)) as mesh:
        await mesh.ready()
        await bench(replace(asked, connection=Connection(target=mesh.gateway.address)))


async def bench(asked: Bench) -> None:
    """Run and report; raises Complaint, also where an answer was not good."""
    png = asked.png
    if png is not None and not picture.can_draw():
        png = None
        print(NO_PICTURE, file=sys.stderr)
    samples, model = await measured(asked)
    result = tally(samples)
    what = describe(asked.workload, asked.flags, model)
    if asked.as_json:
        print(as_json(result))
    else:
        Console(highlight=False).print(report(result, what))
    if png is not None:
        await asyncio.to_thread(picture.draw, samples, result, what, png)
        print(f"picture: {png}", file=sys.stderr)
    if not result.is_clean:
        raise _complaint(result)


async def measured(asked: Bench) -> tuple[list[Sample], str]:
    """Send the load; returns the samples and the model's name."""
    requests.complete(Text("-"), asked.flags)  # flags that make no request end it here
    async with AsyncExitStack() as stack:
        first = await stack.enter_async_context(calling(asked.connection))
        model = asked.flags.model or await _model(first)
        workload = asked.workload
        if model == SCRIPTED:  # its tokens are bytes
            workload = replace(workload, bytes_per_token=1.0)
        streams = workload.concurrency if workload.rate is None else OPEN_LOOP_STREAMS
        several = await stack.enter_async_context(callers(asked.connection, streams))
        check = exactness(asked.flags) if model == SCRIPTED else _unknown
        load = Load(workload, asked.flags, several, timeout=asked.timeout, check=check)
        async with _progress(load, workload):
            return await load.run(), model


async def _model(caller: Caller) -> str:
    """The model that requests which name none go to, as far as can be told."""
    models = await caller.models()
    return models[0] if len(models) == 1 else ""


def exactness(flags: SamplingFlags) -> Check:
    """A check against the scripted model's arithmetic; it knows no stop strings."""

    def is_exact(prompt: Text, answer: Answer) -> bool | None:
        if flags.stop or flags.max_tokens is None:
            return None
        return answer.text.reveal == expected_answer(prompt.reveal, flags.max_tokens)

    return is_exact


def _unknown(prompt: Text, answer: Answer) -> bool | None:
    return None


def describe(workload: Workload, flags: SamplingFlags, model: str) -> str:
    """What was asked, in words."""
    how = (
        f"{workload.concurrency} callers at once"
        if workload.rate is None
        else f"{workload.rate:g} requests/s (Poisson)"
    )
    return (
        f"{model or 'default model'}: {how}, about {workload.prompt_tokens} tokens in, "
        f"{flags.max_tokens} out, seed {workload.seed}"
    )


def _complaint(result: Tally) -> Complaint:
    bad = result.requests - result.good
    told = "no request was sent" if not result.requests else f"{bad} of {result.requests} failed"
    return Complaint(told, exit_code=FAILED)


@asynccontextmanager
async def _progress(load: Load, workload: Workload) -> AsyncIterator[None]:
    """Show how far the load has come, on stderr, where that is a terminal."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield
        return
    columns = (BarColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("", total=1.0)

        def show() -> None:
            done = len(load.samples)
            shares = [done / workload.requests] if workload.requests else []
            shares += [load.elapsed / workload.duration] if workload.duration else []
            rate = load.tokens / max(load.elapsed, 0.001)
            told = f"{done} answered, {load.in_flight} open, {rate:.0f} tokens/s"
            progress.update(task, completed=max(shares, default=0.0), description=told)

        async with background("progress", _every(REFRESH_SECONDS, show)):
            yield


async def _every(seconds: float, show: Callable[[], None]) -> None:
    while True:
        show()
        await asyncio.sleep(seconds)
