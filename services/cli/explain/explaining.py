"""Explains an answer or a label, and shows it: in the terminal, as JSON, or as a page.

Decides what is shown while it is computed, and that a page is written whole or not
at all. Knows nothing of methods.
"""

import json
import math
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import asdict
from pathlib import Path
from typing import Any

from evenflow.v1 import inference_pb2
from rich.console import Console

from services.cli.client import calling
from services.cli.explain.advance_view import AdvanceView
from services.cli.explain.page import page_of
from services.cli.explain.values import Advanced, Event, Explanation, Owed, Subject
from services.cli.explain.view import explanation_view
from services.cli.faults import USAGE, Complaint
from services.cli.options import Connection
from services.runtime.text import Text


async def explain(
    request: inference_pb2.ExplainRequest,
    connection: Connection,
    *,
    page: Path | None = None,
    as_json: bool = False,
    timeout: float | None = None,
) -> None:
    """Have it explained, and show it; raises Complaint."""
    if page is not None:
        _check(page)
    explanation = Explanation(label=request.label.label)
    async with (
        calling(connection) as caller,
        aclosing(caller.explain(request, timeout)) as events,
    ):
        await _show(events, explanation, as_json=as_json)
    if page is not None:
        _write(page, page_of(explanation))
    if not as_json:
        Console(highlight=False, soft_wrap=False).print(explanation_view(explanation))


async def _show(
    events: AsyncGenerator[Event, None], explanation: Explanation, *, as_json: bool
) -> None:
    with AdvanceView(Console(stderr=True)) as view:
        async for event in events:
            explanation.heard(event)
            if as_json:
                print(as_line(event), flush=True)
            elif isinstance(event, Advanced):
                view.heard(event)


def as_line(event: Event) -> str:
    """One event as a line of JSON: `event` names it, the rest are its fields."""
    names = {Advanced: "progress", Subject: "started", Owed: "attribution"}
    name = names.get(type(event), "finished")
    return json.dumps({"event": name, **_plain(asdict(event))})


def _plain(value: Any) -> Any:
    match value:
        case {"reveal": str(text)}:  # a Text, as asdict leaves it
            return text
        case dict():
            return {key: _plain(one) for key, one in value.items()}
        case tuple() | list():
            return [_plain(one) for one in value]
        case float() if not math.isfinite(value):
            return None
        case Text():
            return value.reveal
    return value


def _check(page: Path) -> None:
    """Say beforehand that a page cannot be written: computing it takes a while."""
    if page.is_dir() or not page.parent.is_dir():
        raise Complaint(f"--html {page}: there is no such folder, or it is one", exit_code=USAGE)


def _write(page: Path, text: str) -> None:
    beside = page.with_name(f".{page.name}.part")
    try:
        beside.write_text(text, encoding="utf-8")
        beside.replace(page)
    except OSError as error:
        raise Complaint(f"cannot write {page}: {error.strerror}") from None
