"""Do dialogues come back to where their beginning lies, and does no worker get too much by it?

Simulates fleets whose engines keep what they have computed, and drives them by
the balancer's own desk, told of beginnings and not, and by rivals, all with the
same traces. Then one beginning that all requests share, which drew everything
to one engine of eight in another router (vllm-project/router#179):

    python -m benchmarks.multiturn            a few minutes
    python -m benchmarks.multiturn --quick    half a minute
"""

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from benchmarks.simulation.dialogues import Dialogues, one_beginning
from benchmarks.simulation.our_desk import OurDesk
from benchmarks.simulation.pace import GPU
from benchmarks.simulation.policy import Policy
from benchmarks.simulation.rivals import ByBeginning, LeastPrefill, PowerOfTwo
from benchmarks.simulation.scenario import AGES, completed
from benchmarks.simulation.scores import Scores, score
from benchmarks.simulation.trace import Request
from benchmarks.simulation.world import Fleet, World

WORKERS = 8
SECONDS, SPAN = 120.0, (0.4, 0.95)
"""Caches are cold at first, and a dialogue's next turn comes after half a minute at times."""
SEEDS = (1, 2, 3, 4, 5)
OURS, BLIND = "evenflow", "evenflow, told of no beginnings"
TTFT_GOAL, SPREAD_GOAL = 0.4, 1.2
POLICIES: dict[str, Callable[[int, int], Policy]] = {
    "power of two": PowerOfTwo,
    "least prefill": LeastPrefill,
    "hash of the first prompt": lambda workers, seed: ByBeginning(workers, seed, 1),
    BLIND: lambda workers, seed: OurDesk(workers, GPU, seed, follows_prefixes=False),
    OURS: lambda workers, seed: OurDesk(workers, GPU, seed),
}


def run(
    name: str, requests: Sequence[Request], seed: int, span: tuple[float, float], age_ms: int = 100
) -> Scores:
    """One trace through one policy, with reports so old."""
    fleet = Fleet(GPU, (1.0,) * WORKERS)
    world = World(fleet, AGES[age_ms], seed)
    return score(world.run(POLICIES[name](WORKERS, seed), requests), fleet, *span)


def dialogues(load: float, seed: int, seconds: float) -> list[Request]:
    """Dialogues at this part of what the fleet completes if nothing is kept."""
    asked = Dialogues()
    forgotten = [
        replace(turn, beginnings=(), whole=None) for turn in asked.build(40.0, 60.0, seed=0)
    ]
    return asked.build(load * WORKERS * completed(GPU, forgotten), seconds, seed)


def row(name: str, scores: Sequence[Scores], blind: Sequence[Scores]) -> str:
    """A line of a table: medians, and least to most of what goals speak of."""
    parts = [s.ttft_mean / b.ttft_mean for s, b in zip(scores, blind, strict=True)]
    uneven = [s.max_by_mean for s in scores]
    return (
        f"| {name} | {median(s.goodput for s in scores):.3f}"
        f" | {median(s.ttft_mean for s in scores):.3f} | {spread(parts)}"
        f" | {median(s.ttft_p99 for s in scores):.2f}"
        f" | {median(s.found for s in scores):.2f} | {spread(uneven)} |"
    )


def spread(values: Sequence[float]) -> str:
    """Median, and least to most."""
    return f"{median(values):.2f} ({min(values):.2f}-{max(values):.2f})"


HEADER = (
    f"| | goodput | mean TTFT, s | by {BLIND} | p99, s | held | max/mean |\n"
    "|---|---|---|---|---|---|---|"
)


def of_dialogues(load: float, seeds: Sequence[int], seconds: float) -> Iterator[str]:
    """A table."""
    yield f"\n### Dialogues, 70 % later turns, load {load:g}\n\n{HEADER}"
    traces = {seed: dialogues(load, seed, seconds) for seed in seeds}
    span = (SPAN[0] * seconds, SPAN[1] * seconds)
    found = {name: [run(name, traces[s], s, span) for s in seeds] for name in POLICIES}
    for name, scores in found.items():
        yield row(name, scores, found[BLIND])


def of_one_beginning(rate: float, seeds: Sequence[int]) -> Iterator[str]:
    """A table: 480 requests, 2,000 tokens shared, 200 of their own."""
    yield f"\n### One beginning, 480 requests, {rate:g} a second\n\n{HEADER}"
    traces = {seed: one_beginning(480, rate, 2_000, 200, seed) for seed in seeds}
    everything = (0.0, float("inf"))
    found = {name: [run(name, traces[s], s, everything) for s in seeds] for name in POLICIES}
    drawn = [score_of_hash(traces[seed], seed) for seed in seeds]
    found = {"hash of the beginning": drawn, **found}
    del found["hash of the first prompt"]
    for name, scores in found.items():
        yield row(name, scores, found[BLIND])


def score_of_hash(requests: Sequence[Request], seed: int) -> Scores:
    """All by the hash of what they share: to one worker."""
    fleet = Fleet(GPU, (1.0,) * WORKERS)
    policy = ByBeginning(WORKERS, seed, 0)
    return score(World(fleet, AGES[100], seed).run(policy, requests), fleet, 0.0, float("inf"))


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--quick", action="store_true", help="two seeds, one load each")
    parser.add_argument("--write", type=Path, help="keep it in this file")
    asked = parser.parse_args()
    seeds = SEEDS[:2] if asked.quick else SEEDS
    lines = [
        "# Dialogues and shared beginnings, in simulation\n",
        f"`python -m benchmarks.multiturn {' '.join(sys.argv[1:])}`, {datetime.now(UTC).date()}.",
        f"{WORKERS} workers, reports 100 ms old, {len(seeds)} seeds: medians (least to most).",
        "*load*: arrivals by what the fleet completes if it keeps nothing. *held*: part of all",
        "prompt tokens that needed no computation. Goals: mean TTFT at most"
        f" {TTFT_GOAL:g} of what it is",
        f"without being told of beginnings; max/mean load at most {SPREAD_GOAL:g}.",
    ]
    for load in (0.85,) if asked.quick else (0.7, 0.85, 1.0):
        lines += of_dialogues(load, seeds, SECONDS)
    for rate in (48.0,) if asked.quick else (12.0, 48.0, 160.0):
        lines += of_one_beginning(rate, seeds)
    text = "\n".join(lines) + "\n"
    print(text)
    if asked.write:
        asked.write.write_text(text)


if __name__ == "__main__":
    main()
