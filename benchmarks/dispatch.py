"""Does evenflow's desk keep more requests within their targets than its rivals do?

Simulates fleets with continuous batching and drives them by the balancer's own
code, by rivals and by an oracle, each with the same traces. Prints a table for
each kind of fleet, and where the desk falls short of its goals:

    python -m benchmarks.dispatch --quick     about two minutes on two cores
    python -m benchmarks.dispatch             the whole matrix, two hours
    python -m benchmarks.dispatch --workers 8,64    a part of it
    python -m benchmarks.dispatch --large     the desk in shards, and 5,000 workers
    python -m benchmarks.dispatch --own       our own worker's int8 pace
    python -m benchmarks.dispatch --broken    workers that fail at once what they get

All is seeded: the same command gives the same figures.
"""

import argparse
import multiprocessing
import os
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.simulation.report import PREFACE, Cell, grouped, picture, shortfalls, table
from benchmarks.simulation.run import BLIND, NAMES, ORACLE, OURS, SHARDS, run
from benchmarks.simulation.scenario import AGES, Scenario
from benchmarks.simulation.scores import Scores

SEEDS = (1, 2, 3, 4, 5)
SPANS = {8: 60.0, 64: 60.0, 1000: 20.0}
"""Seconds by workers: batches take some ten to fill, until which a load is less than it seems."""
Job = tuple[Scenario, str, int]


def quick() -> Iterator[Scenario]:
    """Eight and 64 workers at high load, equal and degraded."""
    for workers, load, fleet in (
        (8, 0.85, "equal"),
        (8, 0.95, "equal"),
        (8, 0.85, "degraded"),
        (64, 0.95, "equal"),
        (64, 0.95, "degraded"),
    ):
        for age_ms in (100, 1000):
            seconds = 40.0 if workers == 8 else 15.0
            yield Scenario(workers, load, fleet, age_ms, seconds)


def full() -> Iterator[Scenario]:
    """What issue 4 asks for, with what is less usual at the end."""
    for workers, seconds in SPANS.items():
        for fleet in ("equal", "degraded"):
            for load in (0.7, 0.85, 0.95):
                for age_ms in AGES:
                    yield Scenario(workers, load, fleet, age_ms, seconds)
    for age_ms in (100, 1000):
        yield Scenario(8, 0.85, "equal", age_ms, 45.0, arrivals="bursts")
        yield Scenario(8, 0.85, "degraded", age_ms, 40.0, lost_share=0.3)
        yield Scenario(8, 1.1, "equal", age_ms, 40.0)
        yield Scenario(8, 0.95, "equal", age_ms, 30.0, engine="scripted")
        yield Scenario(8, 0.85, "degraded", age_ms, 30.0, engine="scripted")
    yield from own()


def own() -> Iterator[Scenario]:
    """Our own worker as it is measured on two cores, ages and losses in one place."""
    for fleet, load in (("equal", 0.85), ("equal", 0.95), ("degraded", 0.85)):
        for age_ms in AGES:
            yield Scenario(8, load, fleet, age_ms, 120.0, engine="int8")
        yield Scenario(8, load, fleet, 1000, 120.0, engine="int8", lost_share=0.3)
    yield Scenario(64, 0.95, "degraded", 1000, 60.0, engine="int8")


def large() -> Iterator[Scenario]:
    """Fleets in shards, and one of 5,000 workers."""
    for fleet in ("equal", "degraded"):
        for workers, seconds in SPANS.items():
            if workers > 8:
                yield Scenario(workers, 0.95, fleet, 1000, seconds)
    for age_ms in AGES:
        yield Scenario(5000, 0.95, "degraded", age_ms, 10.0)
    yield Scenario(5000, 0.95, "degraded", 1000, 10.0, lost_share=0.3)


def broken() -> Iterator[Scenario]:
    """An eighth of the workers fails at once whatever it gets, for half of the time."""
    for workers, seconds in ((16, 30.0), (64, 30.0)):
        for age_ms in (100, 1000):
            yield Scenario(workers, 0.7, "broken", age_ms, seconds)


def jobs(scenarios: Sequence[Scenario], names: Sequence[str]) -> list[Job]:
    """Every run; who hears no reports runs once, whatever their age."""
    wanted: dict[Job, None] = {}
    for scenario in scenarios:
        for name in names:
            kept = replace(scenario, age_ms=0, lost_share=0.0) if name in BLIND else scenario
            wanted |= dict.fromkeys((kept, name, seed) for seed in SEEDS)
    # The long ones first, so that no core waits for the last.
    return sorted(wanted, key=lambda job: -job[0].workers * job[0].seconds)


def gather(
    scenarios: Sequence[Scenario], names: Sequence[str], found: dict[Job, Scores]
) -> list[Cell]:
    """One cell for each scenario and policy; who hears no reports stands once in a group."""
    cells: dict[tuple[str, str, int], Cell] = {}
    for scenario in scenarios:
        for name in names:
            is_blind = name in BLIND
            kept = replace(scenario, age_ms=0, lost_share=0.0) if is_blind else scenario
            scores = tuple(found[kept, name, seed] for seed in SEEDS)
            told = replace(scenario, age_ms=0) if is_blind else scenario
            key = (repr(replace(told, age_ms=0)), name, told.age_ms)
            cells[key] = Cell(told, name, scores)
    return list(cells.values())


def main() -> None:
    """Run, print, and keep what was asked to be kept."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--quick", action="store_true", help="a small part of the matrix")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes")
    parser.add_argument("--only", default="", help="comma-separated policies")
    parser.add_argument("--out", type=Path, help="folder for the table and the picture")
    parser.add_argument("--name", default="dispatch", help="of those two files")
    parser.add_argument("--large", action="store_true", help="shards, and 5,000 workers")
    parser.add_argument("--own", action="store_true", help="our own worker's pace alone")
    parser.add_argument("--broken", action="store_true", help="workers that fail at once alone")
    parser.add_argument("--workers", default="", help="comma-separated sizes of fleets")
    parser.add_argument("--ages", default="", help="comma-separated ages of reports, ms")
    parser.add_argument("--loads", default="", help="comma-separated loads, 0.95")
    asked = parser.parse_args()
    names = [n for n in NAMES if not asked.only or n in asked.only.split(",")]
    scenarios = list(quick() if asked.quick else full())
    if asked.own:
        scenarios = list(own())
    if asked.broken:
        names, scenarios = [n for n in names if n != ORACLE], list(broken())
    if asked.large:
        names, scenarios = [OURS, SHARDS, ORACLE], list(large())
    if asked.workers:
        scenarios = [s for s in scenarios if str(s.workers) in asked.workers.split(",")]
    if asked.ages:
        scenarios = [s for s in scenarios if str(s.age_ms) in asked.ages.split(",")]
    if asked.loads:
        scenarios = [s for s in scenarios if f"{s.load:g}" in asked.loads.split(",")]
    began, wanted = time.monotonic(), jobs(scenarios, names)
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(asked.jobs, mp_context=context) as pool:
        results = pool.map(run, *zip(*wanted, strict=True))
        found = {}
        for job, scores in zip(wanted, results, strict=True):
            found[job] = scores
            if sys.stderr.isatty():
                print(f"\r{len(found)}/{len(wanted)} runs", end="", file=sys.stderr)
    groups = grouped(gather(scenarios, names, found))
    flags = [word for word in sys.argv[1:] if word not in ("--out", str(asked.out))]
    text = PREFACE.format(
        command=" ".join(["python -m benchmarks.dispatch", *flags]),
        date=datetime.now(UTC).date(),
        runs=len(wanted),
        seconds=time.monotonic() - began,
        seeds=len(SEEDS),
    )
    text += "\n### Where the desk falls short\n\n"
    text += "".join(f"- {line}\n" for line in shortfalls(groups) or ["nowhere in these cells"])
    text += "".join(map(table, groups.values()))
    print(text)
    if asked.out:
        asked.out.mkdir(parents=True, exist_ok=True)
        (asked.out / f"{asked.name}.md").write_text(text)
        picture(groups, asked.out / f"{asked.name}.png")


if __name__ == "__main__":
    main()
