"""Draws a route: why an answer came from the worker that gave it.

Decides how it looks; fed with values, it asks nobody.
"""

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text as Line

from services.cli.answers import Candidate, Route

COLUMNS = ("", "worker", "first token in", "held", "slots free", "KV free")


def route_view(route: Route) -> RenderableType:
    """A line of words, and a row for each worker that had room."""
    line = Line(" · ".join(part for part in _parts(route) if part))
    return Group(line, _table(route)) if route.candidates else line


def _parts(route: Route) -> tuple[str, ...]:
    if route.source == "cached":
        return ("kept from an equal request: no worker was asked",)
    held = f"{route.held_tokens} of about {route.prompt_tokens} tokens held"
    return (
        "shared with an equal request" if route.source == "joined" else "",
        f"waited {route.queue_ms:.0f} ms",
        "" if route.degraded else f"first token predicted in {route.predicted_ttft_ms:.0f} ms",
        held if route.prompt_tokens else "",
        "chosen by the gateway, no balancer being there" if route.degraded else "",
        f"attempt {route.attempts}" if route.attempts > 1 else "",
    )


def _table(route: Route) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for name in COLUMNS:
        table.add_column(name, no_wrap=True, justify="left" if name in ("", "worker") else "right")
    for candidate in route.candidates:
        table.add_row(*_cells(candidate), style="green" if candidate.chosen else "")
    return table


def _cells(candidate: Candidate) -> tuple[str | Line, ...]:
    return (
        "→" if candidate.chosen else "",
        Line(candidate.worker_id),  # a line, not a string: never read as markup
        f"{candidate.predicted_ms:.0f} ms",
        str(candidate.held_tokens),
        str(candidate.slots_free),
        str(candidate.kv_tokens_free) if candidate.kv_tokens_free else "-",
    )
