"""The sections of the comparison: what each asks of whom, repeat by repeat.

Decides the order: in each repeat every rival runs once, and who is first changes
with the repeat, so that whatever else happens on the machine meets all alike.
What a run showed is kept at once.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.engines import machine
from benchmarks.engines.grpc_worker import grpc_worker
from benchmarks.engines.http_server import http_server
from benchmarks.engines.llama_cpp import LlamaCpp
from benchmarks.engines.load import load
from benchmarks.engines.records import Record, append
from benchmarks.engines.served import Served
from benchmarks.engines.weights import weights
from benchmarks.engines.workload import Workload
from services.cli.bench.statistics import Tally, tally

OURS = "evenflow"
ROOM = 512  # tokens of a slot where requests are short


@dataclass(frozen=True, slots=True)
class Bench:
    """One run of the program as it was asked for. `model`: the file that `name` stands for."""

    name: str
    model: Path
    program: LlamaCpp | None
    formats: tuple[str, ...]
    precision: str
    threads: int
    repeats: int
    seed: int
    weights_folder: Path
    results: Path
    said: Callable[[str], None]

    def weights(self, kind: str) -> Path:
        """The model in one of llama.cpp's formats."""
        return weights(self.model, kind, self.weights_folder, self.said)

    def keep(self, section: str, case: str, rival: str, repeat: int, run: "Run") -> None:
        """Keep and tell what a run showed."""
        record = Record(
            section,
            case,
            rival,
            repeat,
            run.figures,
            others=run.use.others,
            idle_rivals=run.use.idle_rivals,
            at=datetime.now(UTC).isoformat(timespec="seconds"),
        )
        append(self.results, record)
        told = " ".join(f"{name} {value:.4g}" for name, value in run.figures.items())
        beside = "" if record.is_quiet else f" (others took {record.others:.0%} of the machine)"
        self.said(f"{section} {case} #{repeat} {rival}: {told}{beside}")


@dataclass(frozen=True, slots=True)
class Run:
    """What one run showed, and who used the machine meanwhile."""

    figures: dict[str, float]
    use: machine.Use


@asynccontextmanager
async def served(bench: Bench, streams: int, room: int) -> AsyncIterator[dict[str, Served]]:
    """All rivals that serve, ready: ours first. `room`: tokens of a slot."""
    async with AsyncExitStack() as stack:
        ours = grpc_worker(
            precision=bench.precision,
            streams=slots(streams),
            context=room,
            threads=bench.threads,
            said=bench.said,
        )
        rivals: dict[str, Served] = {OURS: await stack.enter_async_context(ours)}
        for kind in bench.formats if bench.program else ():
            server = http_server(
                bench.program or LlamaCpp(None),
                bench.weights(kind),
                streams=streams,
                context=room,
                threads=bench.threads,
            )
            rivals[f"llama.cpp {kind}"] = await stack.enter_async_context(server)
        yield rivals


async def streamed(
    bench: Bench,
    section: str,
    case: str,
    rivals: dict[str, Served],
    asked: Callable[[int], Workload],
    figures: Callable[[Tally], dict[str, float]],
) -> None:
    """Ask each rival the same in each repeat; `asked` makes a repeat's workload by its seed."""
    for rival in rivals.values():
        await load(rival, warming(asked(bench.seed + 1_000)))
    pids = {rival.pid for rival in rivals.values()}
    for repeat in range(bench.repeats):
        workload = asked(bench.seed + repeat)
        for name in turned(list(rivals), repeat):
            before = machine.moment()
            samples = await load(rivals[name], workload)
            own = {rivals[name].pid, machine.own_pid()}
            use = machine.use(before, machine.moment(), own, pids)
            bench.keep(section, case, name, repeat, Run(figures(tally(samples)), use))


def slots(streams: int) -> int:
    """Our worker's slots for so many streams: of two sizes, as each is converted once."""
    return 16 if streams <= 16 else max(streams, 64)


def warming(workload: Workload) -> Workload:
    """Its first requests, as many as run at once, without waiting for arrivals."""
    return Workload(workload.streams, workload.asks[: workload.streams])


def turned(names: Sequence[str], by: int) -> list[str]:
    """The same names, beginning with another."""
    by %= len(names)
    return [*names[by:], *names[:by]]


def rates(told: Tally) -> dict[str, float]:
    """What streams show."""
    found = {"tokens_per_second": told.tokens_per_second, "requests": float(told.requests)}
    found["prompt_tokens"] = told.prompt_tokens / told.requests
    found["answer_tokens"] = told.completion_tokens / told.requests
    found["seconds"] = told.seconds
    if told.ttft:
        found |= {"ttft_p50": told.ttft.p50, "ttft_p99": told.ttft.p99}
    if told.itl:
        found |= {"itl_p50": told.itl.p50, "itl_p99": told.itl.p99}
    return found


def prefilling(told: Tally) -> dict[str, float]:
    """What lone prompts show."""
    if told.ttft is None:
        return {}
    prompt = told.prompt_tokens / told.requests
    return {
        "prefill_per_second": prompt / told.ttft.p50,
        "ttft_p50": told.ttft.p50,
        "prompt_tokens": prompt,
    }
