"""Asks one question and shows its answer as it comes.

Decides how an answer is shown: text, or one JSON object an event; then, where
wanted, who gave it and how fast. Knows nothing of tasks.
"""

import asyncio
import json
import sys
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import asdict

from evenflow.v1 import inference_pb2
from rich.console import Console

from services.cli.answers import Answer, Began, Ended, Event, Piece
from services.cli.client import Caller, calling
from services.cli.interpretation_view import interpretation_line
from services.cli.options import Connection, Output
from services.cli.progress_view import ProgressView
from services.cli.route_view import route_view
from services.cli.task_plan import Progressed, TaskPlan
from services.cli.task_plan_view import task_plan_view
from services.cli.texts import show


async def ask(
    request: inference_pb2.GenerateRequest, connection: Connection, output: Output
) -> None:
    """Run one request and show its answer, or only plan it; raises Complaint."""
    async with calling(connection) as caller:
        if output.plan:
            show_plan(await caller.plan(request, output.timeout), output)
            return
        answer = await shown(caller, request, output)
    tell_more(answer, output)


def tell_more(answer: Answer, output: Output) -> None:
    """Who answered, how fast and why, as far as that was wanted."""
    if output.stats:
        print(stats_line(answer), file=sys.stderr)
    if output.why and answer.ended and answer.ended.route:
        console = Console(stderr=True, highlight=False)
        console.print(route_view(answer.ended.route))
        if answer.ended.plan:
            console.print(task_plan_view(answer.ended.plan))


def show_plan(plan: TaskPlan, output: Output) -> None:
    """A plan on stdout, for people or as JSON."""
    if output.as_json:
        print(json.dumps(asdict(plan)))
    else:
        Console(highlight=False).print(task_plan_view(plan))


async def shown(caller: Caller, request: inference_pb2.GenerateRequest, output: Output) -> Answer:
    """Stream the answer to stdout; raises RpcFault."""
    now = asyncio.get_running_loop().time
    request.explain_route = output.why
    answer = Answer(asked_at=now())
    try:
        async with aclosing(caller.generate(request, output.timeout)) as events:
            await _show_all(events, answer, output)
    finally:
        # Whatever ends the answer, what comes next starts on a line of its own.
        if not output.as_json and answer.text:
            show("" if answer.text.reveal.endswith("\n") else "\n")
    return answer


async def _show_all(events: AsyncGenerator[Event, None], answer: Answer, output: Output) -> None:
    now = asyncio.get_running_loop().time
    with ProgressView(Console(stderr=True, highlight=False)) as progress:
        async for event in events:
            answer.heard(event, now())
            if output.as_json:
                print(as_json(event), flush=True)
                continue
            match event:
                case Piece(text):
                    progress.answered()
                    show(text.reveal)
                case Progressed():
                    progress.heard(event)
                case Began(interpretation=interpretation) if interpretation is not None:
                    print(interpretation_line(interpretation), file=sys.stderr, flush=True)


def as_json(event: Event) -> str:
    """One event as a line of JSON: `event` names it, the rest are its fields."""
    if isinstance(event, Piece):
        return json.dumps(
            {
                "event": "delta",
                "text": event.text.reveal,
                "token_ids": event.token_ids,
                "position": event.position,
            }
        )
    names = {Began: "started", Progressed: "progress", Ended: "finished"}
    told = {key: value for key, value in asdict(event).items() if value is not None}
    return json.dumps({"event": names[type(event)], **told})


def stats_line(answer: Answer) -> str:
    """Who answered and how fast, on one line."""
    rate = answer.tokens_per_second
    parts = [
        f"worker {answer.worker_id or '?'}",
        "no token" if answer.ttft is None else f"TTFT {answer.ttft * 1000:.0f} ms",
        f"{answer.tokens} tokens",
        "" if rate is None else f"{rate:.1f} tokens/s",
        answer.ended.reason if answer.ended else "unfinished",
    ]
    return " · ".join(part for part in parts if part)
