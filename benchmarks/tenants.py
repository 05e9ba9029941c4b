"""Does a tenant who asks for everything leave the others what is theirs?

Simulates a fleet that is asked by one greedy tenant with 200 requests always
outstanding and by nine small ones, in two ways: the small ones too want more than
their share (twenty outstanding each, on a fleet that has not room for all), and
they ask for little (each a twentieth of a larger fleet, at their own times). Each
with the balancer's desk as it is, with a desk that is told one name for all, and
with the greedy tenant away:

    python -m benchmarks.tenants            a minute
    python -m benchmarks.tenants --quick    a quarter of that
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from statistics import median

import numpy as np

from benchmarks.simulation.our_desk import OurDesk
from benchmarks.simulation.pace import GPU
from benchmarks.simulation.policy import Placement
from benchmarks.simulation.scenario import AGES, capacity
from benchmarks.simulation.trace import AZURE, Request, draw, gamma_arrivals
from benchmarks.simulation.world import Fleet, Record, World

SECONDS = 60.0
SPAN = (0.25, 1.0)
SEEDS = (1, 2, 3, 4, 5)
GREEDY, OUTSTANDING = "greedy", 200
SMALL = tuple(f"small-{number}" for number in range(1, 10))
JAIN_GOAL, TTFT_GOAL = 0.99, 1.2


@dataclass(frozen=True, slots=True)
class Asked:
    """How the small tenants ask: so many always outstanding, or at times of their own."""

    workers: int
    outstanding: int = 0
    load_each: float = 0.0


@dataclass(frozen=True, slots=True)
class Shares:
    """Tokens served by tenant, and the first tokens' times of the small ones; seconds."""

    jain: float
    greedy_by_small: float
    ttft_p50: float
    ttft_p99: float
    served_small: float


class Tenants:
    """Who asks for what; a tenant with some outstanding asks again when an answer ends."""

    def __init__(self, asked: Asked, seed: int, *, with_greedy: bool) -> None:
        self._numbers = count(1)
        self._drawn: dict[str, Iterator[Request]] = {}
        self.first: list[Request] = []
        for place, tenant in enumerate((GREEDY, *SMALL)):
            rng = np.random.default_rng([seed, place])
            if tenant == GREEDY:
                outstanding, load = OUTSTANDING if with_greedy else 0, 0.0
            else:
                outstanding, load = asked.outstanding, asked.load_each
            if outstanding:
                self._drawn[tenant] = iter(draw(AZURE, [0.0] * 20_000, rng))
                # Spread over the first seconds: nobody starts with 200 prompts at once.
                starts = rng.uniform(0, 5, outstanding)
                self.first += [self._next(tenant, float(at)) for at in starts]
            if load:
                rate = load * asked.workers * capacity("gpu")
                drawn = draw(AZURE, gamma_arrivals(rate, SECONDS, 2.0, rng), rng)
                self.first += [self._named(tenant, request) for request in drawn]
        self.first.sort(key=lambda request: request.arrives_at)

    def follow(self, record: Record) -> Request | None:
        """An answer has ended: the next request of one who always has some outstanding."""
        tenant = record.request.tenant
        return self._next(tenant, record.ended_at) if tenant in self._drawn else None

    def _next(self, tenant: str, at: float) -> Request:
        return replace(self._named(tenant, next(self._drawn[tenant])), arrives_at=at)

    def _named(self, tenant: str, request: Request) -> Request:
        return replace(request, number=next(self._numbers), tenant=tenant)


class OneName(OurDesk):
    """The desk, told one name for all tenants."""

    def submitted(self, request: Request, now: float) -> Sequence[Placement]:
        """See Policy."""
        return super().submitted(replace(request, tenant="all"), now)


KINDS = {
    "All want more: twenty outstanding each, two workers": Asked(2, outstanding=20),
    "The small ones ask for a twentieth of the fleet each, eight workers": Asked(8, load_each=0.05),
}
OURS = "evenflow"
WAYS = (OURS, "evenflow, told one name for all", "evenflow, the greedy one away")


def run(asked: Asked, way: str, seed: int, seconds: float = SECONDS) -> Shares:
    """One fleet, one kind of asking, one way."""
    tenants = Tenants(asked, seed, with_greedy=way != WAYS[2])
    policy = (OneName if way == WAYS[1] else OurDesk)(asked.workers, GPU, seed)
    world = World(Fleet(GPU, (1.0,) * asked.workers), AGES[100], seed)
    records = world.run(policy, tenants.first, seconds, tenants.follow)
    return shares(records, SPAN[0] * seconds, SPAN[1] * seconds)


def shares(records: Sequence[Record], since: float, until: float) -> Shares:
    """Prompts count when their first token comes, answers in full when they end."""
    served = dict.fromkeys((GREEDY, *SMALL), 0)
    waits = []
    for record in records:
        request = record.request
        if since <= record.first_token_at < until:
            served[request.tenant] += request.prompt_tokens
            if request.tenant in SMALL:
                waits.append(record.first_token_at - request.arrives_at)
        if since <= record.ended_at < until:
            served[request.tenant] += request.answer_tokens
    tokens = np.array(list(served.values()), dtype=float)
    small = np.mean([served[tenant] for tenant in SMALL])
    return Shares(
        jain=float(tokens.sum() ** 2 / (len(tokens) * (tokens**2).sum())),
        greedy_by_small=float(served[GREEDY] / small),
        ttft_p50=float(np.median(waits)),
        ttft_p99=float(np.quantile(waits, 0.99, method="lower")),
        served_small=float(small),
    )


def spread(values: Sequence[float]) -> str:
    """Median, and least to most."""
    return f"{median(values):.3f} ({min(values):.3f}-{max(values):.3f})"


def table(kind: str, seeds: Sequence[int]) -> Iterator[str]:
    """The lines of one kind of asking."""
    yield f"\n### {kind}\n"
    yield "| | Jain | greedy by small | small ones' TTFT p50 | p99 | p99 by that alone |"
    yield "|---|---|---|---|---|---|"
    found = {way: [run(KINDS[kind], way, seed) for seed in seeds] for way in WAYS}
    alone = found[WAYS[2]]
    for way, runs in found.items():
        parts = [one.ttft_p99 / other.ttft_p99 for one, other in zip(runs, alone, strict=True)]
        yield (
            f"| {way} | {spread([one.jain for one in runs])}"
            f" | {median(one.greedy_by_small for one in runs):.2f}"
            f" | {median(one.ttft_p50 for one in runs):.3f}"
            f" | {median(one.ttft_p99 for one in runs):.2f} | {spread(parts)} |"
        )


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--quick", action="store_true", help="two seeds")
    parser.add_argument("--write", type=Path, help="keep it in this file")
    asked = parser.parse_args()
    seeds = SEEDS[:2] if asked.quick else SEEDS
    lines = [
        "# Tenants, in simulation\n",
        f"`python -m benchmarks.tenants {' '.join(sys.argv[1:])}`, {datetime.now(UTC).date()}.",
        f"Reports 100 ms old, {SECONDS:g} s, {len(seeds)} seeds: medians"
        f" (least to most). The greedy tenant has {OUTSTANDING} requests",
        "outstanding. Jain: of tokens served to the ten; where small ones ask for little it"
        " cannot be 1. Goals: Jain at",
        f"least {JAIN_GOAL:g} where all want more; p99 within {TTFT_GOAL:g} times that alone.",
    ]
    for kind in KINDS:
        lines += table(kind, seeds)
    text = "\n".join(lines) + "\n"
    print(text)
    if asked.write:
        asked.write.write_text(text)


if __name__ == "__main__":
    main()
