"""Draws a fleet: a table of workers, one of tenants, and a line of totals.

Decides how a fleet looks; fed with values, it asks nobody.
"""

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text as Line

from services.cli.fleet.values import Fleet, Granted, Rates, Worker

HEALTH_STYLE = {"ready": "green", "connecting": "yellow", "draining": "cyan", "stalled": "bold red"}
BAR_CELLS = 8
GRANTS_SHOWN = 3
OTHERS_SHOWN = 2
# Each column, and the width from which on it is shown.
COLUMNS = {
    "worker": 0,
    "health": 0,
    "slots": 0,
    "KV": 0,
    "backlog": 0,
    "leases": 90,
    "prefill/s": 110,
    "step": 110,
    "held": 120,
    "tokens/s": 0,
    "tokens": 70,
    "address": 100,
}
LEFT = ("worker", "health", "address")


def fleet_view(fleet: Fleet, rates: Rates, width: int) -> RenderableType:
    """All that `evenflow top` shows of one snapshot, `width` characters wide."""
    return Group(
        worker_table(fleet, rates, width),
        totals_line(fleet, rates),
        *_grant_lines(fleet),
        *_queue_tables(fleet),
    )


def worker_table(fleet: Fleet, rates: Rates, width: int) -> Table:
    """One row a worker; what has no room is left out, what matters least first."""
    shown = [name for name, needed in COLUMNS.items() if width >= needed]
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for name in shown:
        table.add_column(name, no_wrap=True, justify="left" if name in LEFT else "right")
    for worker in fleet.workers:
        cells = _cells(worker, rates.tokens.get(worker.id))
        table.add_row(*(cells[name] for name in shown))
    if not fleet.workers:
        table.add_row("no workers", style="dim")
    return table


def _cells(worker: Worker, rate: float | None) -> dict[str, str | Line]:
    # Lines, not strings: what a network tells is never read as markup.
    known: dict[str, str | Line] = {
        "worker": Line(worker.id),
        "health": Line(worker.health, style=HEALTH_STYLE.get(worker.health, "")),
        "leases": str(worker.leases),
        "address": Line(worker.address),
    }
    if not worker.has_report:
        return dict.fromkeys(COLUMNS, "-") | known
    # What the balancer has learnt goes before what the worker tells.
    prefill_rate = worker.learnt_prefill_rate or worker.prefill_rate
    decode_step = worker.learnt_decode_step or worker.decode_step
    bar = _bar(worker.slots_used, worker.slots_total)
    return known | {
        "slots": f"{bar} {worker.slots_used}/{worker.slots_total}",
        "KV": _percent(worker.kv_used, worker.kv_total),
        "backlog": str(worker.backlog),
        "prefill/s": f"{prefill_rate:.0f}" if prefill_rate else "-",
        "step": f"{decode_step * 1000:.1f} ms" if decode_step else "-",
        "held": _percent(worker.cached_tokens, worker.prompt_tokens),
        "tokens/s": "-" if rate is None else f"{rate:.1f}",
        "tokens": str(worker.generated),
    }


def totals_line(fleet: Fleet, rates: Rates) -> Line:
    """Queue, rates and counters, on one line."""
    waiting = sum(queue.waiting for queue in fleet.queues)
    tokens = rates.tokens_total
    parts = [
        _role(fleet),
        f"{waiting} waiting" + (f", the oldest {fleet.oldest_wait:.1f} s" if waiting else ""),
        "" if tokens is None else f"{tokens:.1f} tokens/s",
        f"{fleet.grants} granted" + _rate(rates.grants),
        f"{fleet.rejections} rejected" + _rate(rates.rejections),
        f"{fleet.revocations} revoked",
    ]
    return Line(" · ".join(part for part in parts if part))


def _grant_lines(fleet: Fleet) -> list[Line]:
    """The newest grants with their reasons, one a line."""
    shown = fleet.recent_grants[:GRANTS_SHOWN]
    return [Line(" · ".join(_reasons(grant)), style="dim") for grant in shown]


def _reasons(grant: Granted) -> Iterator[str]:
    """Why it went there: what was predicted, the room there was, and where else it might have."""
    yield (
        f"→ {grant.worker_id}: waited {grant.queue_ms:.0f} ms, first token predicted in"
        f" {grant.predicted_ms:.0f} ms, {grant.held_tokens} of {grant.prompt_tokens}"
        " prompt tokens held"
    )
    for candidate in grant.candidates:
        if candidate.chosen:
            room = f", {candidate.kv_tokens_free} KV" if candidate.kv_tokens_free else ""
            yield f"{candidate.slots_free} slots{room} free"
    others = [candidate for candidate in grant.candidates if not candidate.chosen]
    if others:
        told = (f"{c.worker_id} {c.predicted_ms:.0f} ms" for c in others[:OTHERS_SHOWN])
        yield f"else {', '.join(told)}"


def _role(fleet: Fleet) -> str:
    """Who tells; with a lock also whether it is the active one."""
    if fleet.is_standby:
        return f"{fleet.balancer} stands by, active is {fleet.active_address or 'nobody'}"
    return f"{fleet.balancer} is active, term {fleet.term}" if fleet.term else fleet.balancer


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
