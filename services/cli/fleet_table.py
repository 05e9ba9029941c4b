"""Draws a fleet: a table of workers, one of tenants, and a line of totals.

Decides how a fleet looks; fed with values, it asks nobody.
"""

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text as Line

from services.cli.fleet import Fleet, Rates, Worker

HEALTH_STYLE = {"ready": "green", "connecting": "yellow", "draining": "cyan", "stalled": "bold red"}
BAR_CELLS = 8


def fleet_view(fleet: Fleet, rates: Rates) -> RenderableType:
    """All that `evenflow top` shows of one snapshot."""
    return Group(worker_table(fleet, rates), totals_line(fleet, rates), *_queue_tables(fleet))


def worker_table(fleet: Fleet, rates: Rates) -> Table:
    """One row a worker."""
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for name in ("worker", "health"):
        table.add_column(name, no_wrap=True)
    for name in ("slots", "KV", "backlog", "leases", "prefill/s", "step", "tokens/s", "tokens"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("address", no_wrap=True)
    for worker in fleet.workers:
        table.add_row(*_cells(worker, rates.tokens.get(worker.id)))
    if not fleet.workers:
        table.add_row("no workers", *[""] * 10, style="dim")
    return table


def _cells(worker: Worker, rate: float | None) -> tuple[str | Line, ...]:
    # Lines, not strings: what a network tells is never read as markup.
    name, address = Line(worker.id), Line(worker.address)
    health = Line(worker.health, style=HEALTH_STYLE.get(worker.health, ""))
    if not worker.has_report:
        return (name, health, *["-"] * 3, str(worker.leases), *["-"] * 4, address)
    return (
        name,
        health,
        _bar(worker.slots_used, worker.slots_total) + f" {worker.slots_used}/{worker.slots_total}",
        _percent(worker.kv_used, worker.kv_total),
        str(worker.backlog),
        str(worker.leases),
        f"{worker.prefill_rate:.0f}" if worker.prefill_rate else "-",
        f"{worker.decode_step * 1000:.1f} ms" if worker.decode_step else "-",
        "-" if rate is None else f"{rate:.1f}",
        str(worker.generated),
        address,
    )


def totals_line(fleet: Fleet, rates: Rates) -> Line:
    """Queue, rates and counters, on one line."""
    waiting = sum(queue.waiting for queue in fleet.queues)
    tokens = rates.tokens_total
    parts = [
        f"{waiting} waiting" + (f", the oldest {fleet.oldest_wait:.1f} s" if waiting else ""),
        "" if tokens is None else f"{tokens:.1f} tokens/s",
        f"{fleet.grants} granted" + _rate(rates.grants),
        f"{fleet.rejections} rejected" + _rate(rates.rejections),
        f"{fleet.revocations} revoked",
    ]
    return Line(" · ".join(part for part in parts if part))


def _queue_tables(fleet: Fleet) -> list[Table]:
    if not fleet.queues:
        return []
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    table.add_column("tenant", no_wrap=True)
    table.add_column("waiting", justify="right")
    table.add_column("tokens served", justify="right")
    for queue in fleet.queues:
        table.add_row(Line(queue.tenant), str(queue.waiting), str(queue.served_tokens))
    return [table]


def _bar(used: int, total: int) -> str:
    if not total:
        return ""
    full = min(BAR_CELLS, -(-used * BAR_CELLS // total))
    return "█" * full + "░" * (BAR_CELLS - full)


def _percent(used: int, total: int) -> str:
    return f"{100 * used / total:.0f}%" if total else "-"


def _rate(rate: float | None) -> str:
    return "" if rate is None else f" ({rate:.1f}/s)"
