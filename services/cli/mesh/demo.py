"""`evenflow demo`: a mesh of two workers, four kinds of tasks at once, who did what.

Decides what is asked and when the demonstration has succeeded: every answer
came whole, and both workers served. The figures are this run's own.
"""

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack, aclosing
from dataclasses import dataclass

from rich.console import Console

from services.cli import requests
from services.cli.answers import Answer
from services.cli.client import Caller, calling
from services.cli.faults import Complaint, from_fault
from services.cli.fleet.table import fleet_view
from services.cli.fleet.top import watch_fleet, wide_console
from services.cli.fleet.values import Fleet, rates
from services.cli.mesh.demo_view import DemoView, demo_view
from services.cli.mesh.plan import plan
from services.cli.mesh.running import Mesh, WorkerFailed, embedded
from services.cli.mesh.starting_view import starting_view
from services.cli.mesh.up import worker_complaint
from services.cli.options import Connection, SamplingFlags
from services.runtime import logs
from services.runtime.status import RpcFault
from services.runtime.text import Text
from services.runtime.transport import open_channel

WORKERS = 2
SETTLE_SECONDS = 5.0
# Greedy, so that everybody sees the same. The tasks are ones that so small a model can do.
FLAGS = SamplingFlags(max_tokens=96, temperature=0.0)

STORY = (
    "The lighthouse on the northern cape was built in 1871. For a hundred years a keeper lit its "
    "lamp each evening. In 1972 the lamp became electric and the last keeper left. Today the tower "
    "is a small museum."
)
MODEL_NOTE = (
    "The model is SmolLM2-135M-Instruct (Apache-2.0): a real language model, but with its 135\n"
    "million parameters a very small one. Its answers are modest and sometimes wrong.\n"
)


@dataclass(frozen=True, slots=True)
class Task:
    """One of the four: its kind, what was asked in words, and the request."""

    kind: str
    asked: str
    request: requests.Request


def tasks() -> tuple[Task, ...]:
    """A question, a translation, a summary and a dialogue."""
    question, phrase = "What is photosynthesis?", "How are you?"
    dialogue = [
        ("user", Text("What is the largest ocean?")),
        ("assistant", Text("The largest ocean is the Pacific Ocean.")),
        ("user", Text("And what is the smallest?")),
    ]
    return (
        Task("question", question, requests.ask(Text(question), None, FLAGS)),
        Task(
            "translation",
            f"to Spanish: {phrase}",
            requests.translate(Text(phrase), "Spanish", "English", FLAGS),
        ),
        Task(
            "summary",
            f"in 20 words, of a story of {len(STORY.split())}",
            requests.summarize(Text(STORY), 20, FLAGS),
        ),
        Task(
            "dialogue",
            " / ".join(text.reveal for _, text in dialogue),
            requests.chat(dialogue, FLAGS),
        ),
    )


async def demo(engine: str) -> None:
    """Run the demonstration; raises Complaint where it does not succeed."""
    console = wide_console()
    logs.configure("error", "console")
    if engine == "tensorflow":
        console.out(MODEL_NOTE)
    async with AsyncExitStack() as stack:
        view = stack.enter_context(starting_view(console, WORKERS))
        mesh = await stack.enter_async_context(
            embedded(plan(workers=WORKERS, engine=engine), view.heard)
        )
        try:
            await mesh.ready()
        except WorkerFailed as failure:
            raise worker_complaint(failure) from None
        view.started()
        console.print(f"\n{WORKERS} workers are ready: four tasks at once.\n")
        answers = await answered(mesh, console)
        fleet = await settled_fleet(mesh, answers)
        console.print(fleet_view(fleet, rates(None, fleet), console.width))
        require_success(answers, {worker.id for worker in mesh.workers})
        console.print("\nboth workers served, and every answer came whole")


async def answered(mesh: Mesh, console: Console) -> list[Answer]:
    """Ask all at once and show the answers as they come; raises Complaint."""
    asked = tasks()
    connection = Connection(target=mesh.gateway.address, tenant="demo")
    async with calling(connection) as caller:
        with demo_view(console, [(task.kind, task.asked) for task in asked]) as view:
            return list(
                await asyncio.gather(
                    *(_listen(caller, task, index, view) for index, task in enumerate(asked))
                )
            )


async def _listen(caller: Caller, task: Task, index: int, view: DemoView) -> Answer:
    now = asyncio.get_running_loop().time
    answer = Answer(asked_at=now())
    try:
        async with aclosing(caller.generate(task.request)) as events:
            async for event in events:
                answer.heard(event, now())
                view.heard(index, answer)
    except RpcFault as fault:
        raise Complaint(f"{task.kind}: {from_fault(fault)}") from None
    return answer


async def settled_fleet(mesh: Mesh, answers: Sequence[Answer]) -> Fleet:
    """The fleet once the workers' reports hold what was answered, or the last one seen."""
    heard = sum(answer.tokens for answer in answers)
    fleet = Fleet(at=0.0)
    async with (
        open_channel(mesh.balancer.address, mesh.plan.balancer) as channel,
        aclosing(watch_fleet(channel, 0.1)) as fleets,
    ):
        try:
            async with asyncio.timeout(SETTLE_SECONDS):
                async for fleet in fleets:
                    workers = fleet.workers
                    is_idle = not any(worker.slots_used or worker.leases for worker in workers)
                    if is_idle and sum(worker.generated for worker in workers) >= heard:
                        break
        except TimeoutError:
            pass
    return fleet


def require_success(answers: Sequence[Answer], workers: set[str]) -> None:
    """Complain of an answer that is not whole, and of a worker that served nothing."""
    broken = [answer for answer in answers if not answer.is_complete or not answer.tokens]
    if broken:
        raise Complaint(f"{len(broken)} of {len(answers)} answers did not come whole: {broken}")
    idle = workers - {answer.worker_id for answer in answers}
    if idle or len(workers) < WORKERS:
        raise Complaint(f"served nothing: {', '.join(sorted(idle)) or 'a worker that has died'}")
