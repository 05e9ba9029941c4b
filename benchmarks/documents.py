"""A long document summarized and translated: on one worker, on three, and as one of them dies.

The text is our own (document_text.py). Each run is greedy, on a whole mesh on this
machine. With the real model three workers share this machine's cores, so three are no
three machines; with scripted workers, whose steps take time and no processor, they are.
Checked: all of the text was read, in its order; parts asked alone stand in the answer in
their order; and with a worker killed in the middle (SIGKILL) the answer is the same.
Writes its tables to benchmarks/results/documents.md:

    python -m benchmarks.documents [--engine tensorflow scripted]
        [--summarized 50000] [--translated 50000]
"""

import argparse
import asyncio
import datetime
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from evenflow.v1 import generation_pb2, inference_pb2, inference_pb2_grpc

from benchmarks.document_text import document
from services.cli.mesh.fleet_events import FleetEvent, Serving
from services.cli.mesh.plan import plan
from services.cli.mesh.running import Mesh, embedded
from services.runtime.transport import open_channel

RESULTS = Path(__file__).parent / "results" / "documents.md"
SLOTS, CONTEXT = 4, 2048
# Of a worker on a machine of its own; the scripted tokenizer's tokens are bytes.
SCRIPTED = {"scripted_step_ms": 20, "scripted_row_ms": 2, "scripted_prefill_rate": 4000}
TIMEOUT = 1800.0
INTRODUCTION = f"""\
# Long documents

A document summarized and translated into French, on one worker, on three, and on three of which one
is killed (SIGKILL) when a third of the steps is done; of how many characters says the command. The
text is our own, seeded (`benchmarks/document_text.py`); greedy; each worker has {SLOTS} slots and a
context of {CONTEXT}. In `tensorflow` SmolLM2-135M-Instruct runs in int8, and the workers share this
machine's cores: three are no three machines. In `scripted` each is as if on a machine of its own,
its steps asleep for as long as they take ({SCRIPTED}), its tokens bytes.
"""
Request = inference_pb2.GenerateRequest


@dataclass(slots=True)
class Run:
    """One task on one mesh."""

    engine: str
    task: str
    workers: int
    killed: str = ""
    text: str = ""
    seconds: float = 0.0
    finished: generation_pb2.Finished = field(default_factory=generation_pb2.Finished)
    faults: list[str] = field(default_factory=list)

    @property
    def steps(self) -> Sequence[generation_pb2.PlannedStep]:
        """What was done."""
        return self.finished.plan.steps

    @property
    def redone(self) -> int:
        """Steps that were done again elsewhere."""
        return sum(step.attempts for step in self.steps) - len(self.steps)


def request(task: str, text: str) -> Request:
    """A task about a text."""
    if task == "summarize":
        sampling = generation_pb2.Sampling(max_tokens=128)
        return Request(summarize=inference_pb2.SummarizeTask(text=text), sampling=sampling)
    sampling = generation_pb2.Sampling(max_tokens=256)
    asked = inference_pb2.TranslateTask(text=text, target_language="French")
    return Request(translate=asked, sampling=sampling)


async def answered(mesh: Mesh, run: Run, asked: Request, *, kill: bool = False) -> Run:
    """Run a task; with `kill`, a worker that has work of it dies when a third is done."""
    metadata = (("evenflow-tenant", f"{run.task}-{run.workers}-{kill}"),)  # nothing is shared
    began, told = time.perf_counter(), []
    async with open_channel(mesh.gateway.address, None, internal=False) as channel:
        stub = inference_pb2_grpc.InferenceServiceStub(channel)
        async for message in stub.Generate(asked, timeout=TIMEOUT, metadata=metadata):
            told.append(message.delta.text)
            progress = message.progress
            first_third = progress.steps_total and progress.steps_done >= progress.steps_total // 3
            if kill and not run.killed and progress.step.worker_id and first_third:
                run.killed = progress.step.worker_id
                mesh.kill(int(run.killed.removeprefix("worker-")) - 1)
            if message.HasField("finished"):
                run.finished = message.finished
    run.seconds, run.text = time.perf_counter() - began, "".join(told)
    return run


async def in_order(mesh: Mesh, run: Run, text: str) -> Iterator[str]:
    """What is wrong with the order of a run."""
    read = [step for step in run.steps if step.level == 0]
    places = [(step.begin, step.end) for step in read]
    between = [text[a[1] : b[0]] for a, b in pairwise(places)]
    wrong = []
    if places[0][0] != 0 or places[-1][1] != len(text) or any(map(str.strip, between)):
        wrong.append("not all of the text was read, in its order")
    if run.task == "translate":
        at = 0
        for step in (read[0], read[len(read) // 2], read[-1]):
            alone = Run(run.engine, run.task, run.workers)
            part = text[step.begin : step.end]
            await answered(mesh, alone, request("translate", part))
            place = run.text.find(alone.text.strip(), at)
            if place < at:
                wrong.append(f"part {step.part + 1} alone is not what stands in the answer")
            at = max(at, place)
    return iter(wrong)


async def measured(engine: str, workers: int, texts: dict[str, str]) -> list[Run]:
    """All runs on so many workers; on several, each once more with one killed."""
    settings = {"slots": SLOTS, "context": CONTEXT, **(SCRIPTED if engine == "scripted" else {})}
    runs, serves = [], asyncio.Event()

    def heard(event: FleetEvent) -> None:
        if isinstance(event, Serving):
            serves.set()

    made = plan(workers=workers, engine=engine, worker_settings=settings)
    async with embedded(made, heard) as mesh:
        await mesh.ready()
        for task, text in texts.items():
            await answered(mesh, Run(engine, task, workers), request(task, text[:600]))
            run = await answered(mesh, Run(engine, task, workers), request(task, text))
            run.faults += await in_order(mesh, run, text)
            runs.append(tell(run))
        for whole in list(runs) if workers > 1 else ():
            serves.clear()
            again = Run(engine, whole.task, workers)
            await answered(mesh, again, request(again.task, texts[again.task]), kill=True)
            if again.text != whole.text:
                again.faults.append("another answer than undisturbed")
            if not again.redone:
                again.faults.append("the killed worker had nothing in hand")
            runs.append(tell(again))
            await serves.wait()
            await mesh.ready()
    return runs


async def on_one_and_three(engine: str, texts: dict[str, str]) -> list[Run]:
    """All runs of an engine."""
    return [*await measured(engine, 1, texts), *await measured(engine, 3, texts)]


def tell(run: Run) -> Run:
    """Say on stderr that a run has ended."""
    print(
        f"{run.engine} {run.task} {run.workers}: {run.seconds:.1f} s", file=sys.stderr, flush=True
    )
    return run


def table(runs: Sequence[Run]) -> Iterator[str]:
    """A line for each run, its time beside that of one worker."""
    yield "| engine | task | workers | killed | seconds | of one worker's | parts | levels |"
    yield "|---|---|---|---|---|---|---|---|"
    alone = {(run.engine, run.task): run.seconds for run in runs if run.workers == 1}
    for run in runs:
        done = run.finished.plan
        killed = f"{run.killed}, {run.redone} redone" if run.killed else "-"
        ratio = run.seconds / alone[run.engine, run.task]
        yield (
            f"| {run.engine} | {run.task} | {run.workers} | {killed} | {run.seconds:.1f} | "
            f"{ratio:.2f} | {done.parts} | {done.levels} |"
        )


def details(run: Run) -> Iterator[str]:
    """Who did what."""
    name = f"{run.engine}, {run.task}, {run.workers} workers"
    yield f"{name}{f', {run.killed} killed' if run.killed else ''}: {run.finished.plan.reason}"
    shares = Counter(step.worker_id for step in run.steps)
    yield "  " + ", ".join(f"{worker} {count} steps" for worker, count in sorted(shares.items()))
    yield "  level part worker    prompt answer attempts     ms"
    for step in run.steps:
        yield (
            f"  {step.level:5d} {step.part + 1:4d} {step.worker_id:9s} {step.prompt_tokens:6d} "
            f"{step.completion_tokens:6d} {step.attempts:8d} {step.ms:6.0f}"
        )


def section(engine: str, runs: Sequence[Run], command: str) -> Iterator[str]:
    """What an engine's runs came to."""
    today = datetime.datetime.now(datetime.UTC).date()
    yield f"## {engine}\n"
    yield f"`{command}`, {today}, {os.cpu_count()} cores, shared with others: one run each.\n"
    yield from table(runs)
    faults = [f"{run.task} on {run.workers}: {fault}" for run in runs for fault in run.faults]
    yield "\nOrder kept, and the same answer with a worker killed: " + (
        "**in all runs**." if not faults else "**no**: " + "; ".join(faults)
    )
    yield "\n```"
    for run in runs:
        if run.workers > 1:
            yield from details(run)
    yield "```"


def write(sections: dict[str, str]) -> None:
    """Keep these sections, and those of other engines that are there already."""
    told = RESULTS.read_text().split("\n## ")[1:] if RESULTS.exists() else []
    kept = {part.partition("\n")[0]: f"## {part.rstrip()}\n" for part in told}
    RESULTS.write_text("\n".join([INTRODUCTION, *dict(sorted((kept | sections).items())).values()]))


def main() -> None:
    """Write the tables; exit with 1 where an answer is not as it should be."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    both = ("scripted", "tensorflow")
    parser.add_argument("--engine", nargs="+", choices=both, default=both)
    parser.add_argument("--summarized", type=int, default=50_000, help="characters to summarize")
    parser.add_argument("--translated", type=int, default=50_000, help="characters to translate")
    given = parser.parse_args()
    texts = {"summarize": document(given.summarized), "translate": document(given.translated)}
    has_faults = False
    for engine in given.engine:
        runs = asyncio.run(on_one_and_three(engine, texts))
        command = (
            f"python -m benchmarks.documents --engine {engine} "
            f"--summarized {given.summarized} --translated {given.translated}"
        )
        told = "\n".join(section(engine, runs, command)) + "\n"
        print(told)
        write({engine: told})
        has_faults |= any(run.faults for run in runs)
    sys.exit(has_faults)


if __name__ == "__main__":
    main()
