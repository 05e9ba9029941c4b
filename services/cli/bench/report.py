"""Shows what a bench run amounts to, as a table or as JSON.

Decides units and layout; the figures are statistics'.
"""

import json
from dataclasses import asdict

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text as Line

from services.cli.bench.statistics import Spread, Tally


def report(tally: Tally, what: str) -> RenderableType:
    """The tables of a run; `what` says in words what was asked."""
    return Group(
        Line(what, style="bold"), Line(), _spreads(tally), Line(), _figures(tally), *_wrong(tally)
    )


def as_json(tally: Tally) -> str:
    """The same figures for programs; seconds and tokens."""
    figures = asdict(tally)
    figures["requests_per_second"] = tally.requests_per_second
    figures["tokens_per_second"] = tally.tokens_per_second
    return json.dumps(figures, indent=2)


def _spreads(tally: Tally) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    table.add_column("ms", no_wrap=True)
    for name in ("mean", "p50", "p90", "p99", "max", "count"):
        table.add_column(name, justify="right", no_wrap=True)
    for name, values in (
        ("time to first token", tally.ttft),
        ("between tokens", tally.itl),
        ("whole answer", tally.duration),
    ):
        table.add_row(name, *_milliseconds(values))
    return table


def _milliseconds(values: Spread | None) -> tuple[str, ...]:
    if values is None:
        return ("-",) * 5 + ("0",)
    times = (values.mean, values.p50, values.p90, values.p99, values.most)
    return (*(f"{1000 * t:.1f}" for t in times), str(values.count))


def _figures(tally: Tally) -> Table:
    table = Table(box=None, pad_edge=False, show_header=False, padding=(0, 2, 0, 0))
    workers = ", ".join(f"{name} {count}" for name, count in tally.by_worker.items())
    rows = {
        "answers": f"{tally.good} good of {tally.requests} in {tally.seconds:.1f} s",
        "requests/s": f"{tally.requests_per_second:.1f}",
        "tokens/s": f"{tally.tokens_per_second:.1f}",
        "tokens": f"{tally.prompt_tokens} of prompts, {tally.completion_tokens} of answers",
        "checked": "complete and exact, each"
        if tally.is_checked
        else "complete (what this model should answer is not known)",
        "by worker": workers or "-",
    }
    for name, value in rows.items():
        table.add_row(name, Line(value))
    return table


def _wrong(tally: Tally) -> list[RenderableType]:
    wrong = {**tally.errors}
    if tally.incomplete:
        wrong["incomplete answers"] = tally.incomplete
    if tally.inexact:
        wrong["answers that differ from what is expected"] = tally.inexact
    if not wrong:
        return [Line(), Line("no error", style="green")]
    lines: list[RenderableType] = [Line()]
    lines += [Line(f"{count} x {name}", style="bold red") for name, count in wrong.items()]
    return lines
