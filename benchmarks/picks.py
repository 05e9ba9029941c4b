"""What a decision costs: processor time of a pick, of a request's whole life, of a report.

Measures the balancer's own desk without any transport, with 10 to 5,000 workers.
Times are those of the process itself, the best of several rounds, so that what
else runs on the machine matters little:

    python -m benchmarks.picks
"""

import argparse
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from loadbalancer.affinity import Affinity
from loadbalancer.desk import Desk
from loadbalancer.loads import Load
from loadbalancer.policy import Columns, Entry, Floats, pick
from loadbalancer.rules import Rules
from loadbalancer.tickets import (
    Effect,
    Ended,
    FirstTokenSent,
    Grant,
    LoadReported,
    Mark,
    Sender,
    Submitted,
    WorkerJoined,
)

WORKERS = (10, 1_000, 5_000)
ROUNDS = 7
SENDER = Sender("gateway", 1)


def best_microseconds(once: Callable[[int], object], times: int) -> float:
    """The least mean of several rounds; `once` is told how often it has been called."""
    means = []
    called = 0
    for _ in range(ROUNDS):
        began = time.process_time()
        for _ in range(times):
            once(called)
            called += 1
        means.append((time.process_time() - began) / times)
    return min(means) * 1e6


def of_picks(workers: int) -> float:
    """A pick among busy workers, no two alike."""
    columns, anyone, rng = busy(workers)
    return best_microseconds(lambda _: pick(columns, anyone, 500, 800, rng), 2_000)


def of_dialogues(workers: int) -> float:
    """The same where every worker holds how the prompt begins, and one more of it."""
    columns, anyone, rng = busy(workers)
    marks = tuple(Mark(name, 15 * (name + 1)) for name in range(32))
    affinity = Affinity(1_000_000)
    for row in range(workers):
        affinity.granted(row, marks[:4], 1.0)
    affinity.granted(workers // 2, marks[:20], 1.0)

    def once(_: int) -> None:
        left = affinity.left(marks, 500, workers)
        pick(columns, anyone, 500 if left is None else left, 800, rng)

    return best_microseconds(once, 2_000)


def busy(workers: int) -> tuple[Columns, Floats, np.random.Generator]:
    """Busy workers, to whom anyone may go."""
    rng = np.random.default_rng(1)
    columns = Columns(workers)
    for _ in range(workers):
        ahead, step = rng.uniform(0.01, 0.4), rng.uniform(0.01, 0.04)
        entry = Entry(ahead, 1e-4, 1e5, rng.random(), step * 20)
        columns.put(columns.take_row(), entry)
    return columns, np.zeros(workers), rng


def load(worker: int, sequence: int, leases: tuple[int, ...] = ()) -> LoadReported:
    """A report of a worker with room."""
    return LoadReported(
        Load(
            worker_id=str(worker),
            epoch=1,
            sequence=sequence,
            step_count=sequence,
            model="m",
            model_revision="r",
            context_tokens=32_768,
            slots_total=256,
            slots_used=len(leases),
            kv_tokens_total=300_000,
            prefill_tokens_per_second=18_000.0,
            decode_step_seconds=0.02,
            bytes_per_token=4.0,
            lease_ids=leases,
        )
    )


def desk_of(workers: int) -> Desk:
    """A desk that has heard of all its workers."""
    desk = Desk(Rules(queue_limit=1_000_000), np.random.default_rng(1), 1, 0.0)
    desk.decide([WorkerJoined(str(n), f"worker-{n}:1") for n in range(workers)], 0.0)
    desk.decide([load(n, 1) for n in range(workers)], 0.0)
    return desk


def submitted(number: int) -> Submitted:
    """A ticket of 500 tokens."""
    return Submitted(SENDER, number, "t", "m", 2_000, 300, 60.0)


def leases_of(effects: Iterable[Effect]) -> list[int]:
    """The leases granted."""
    return [effect.lease.id for effect in effects if isinstance(effect, Grant)]


def of_requests(workers: int) -> float:
    """Submitted and granted, first token, end: three calls of the desk."""
    desk = desk_of(workers)

    def live(number: int) -> None:
        (lease,) = leases_of(desk.decide([submitted(number)], 0.1))
        desk.decide([FirstTokenSent(lease)], 0.1)
        desk.decide([Ended(lease, 100)], 0.1)

    return best_microseconds(live, 1_000)


def of_batches(workers: int) -> float:
    """The same for each of 16 requests that are told in one message."""
    desk = desk_of(workers)

    def live(number: int) -> None:
        batch = [submitted(number * 16 + part) for part in range(16)]
        leases = leases_of(desk.decide(batch, 0.1))
        desk.decide([FirstTokenSent(lease) for lease in leases], 0.1)
        desk.decide([Ended(lease, 100) for lease in leases], 0.1)

    return best_microseconds(live, 100) / 16


def of_reports() -> float:
    """A report that lists 64 leases of its worker; who else there is does not matter."""
    desk = desk_of(1)
    leases: list[int] = []
    for number in range(64):
        leases += leases_of(desk.decide([submitted(number)], 0.1))
        desk.decide([FirstTokenSent(leases[-1])], 0.1)
    held = tuple(leases)
    return best_microseconds(lambda n: desk.decide([load(0, n + 2, held)], 0.2), 500)


def told() -> Iterator[str]:
    """The lines of the table, and what a report costs."""
    yield "| workers | pick, us (goal 10, 15, 25) | in a dialogue | a life | 16 together |"
    yield "|---|---|---|---|---|"
    for workers in WORKERS:
        costs = (
            of_picks(workers),
            of_dialogues(workers),
            of_requests(workers),
            of_batches(workers),
        )
        yield f"| {workers:,} | " + " | ".join(f"{cost:.1f}" for cost in costs) + " |"
    yield f"\nA report that lists 64 leases: {of_reports():.1f} us."


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--write", type=Path, help="keep it in this file")
    asked = parser.parse_args()
    lines = [
        "# What a decision costs\n",
        f"`python -m benchmarks.picks {' '.join(sys.argv[1:])}`, {datetime.now(UTC).date()};"
        f" microseconds of processor time,\nthe best of {ROUNDS} rounds. *In a dialogue*: a pick"
        " where every worker holds how the prompt begins.\n*A life*: of a request, to its end;"
        " *16 together*: where so many are told in one message.\n",
        *told(),
    ]
    text = "\n".join(lines) + "\n"
    print(text)
    if asked.write:
        asked.write.write_text(text)


if __name__ == "__main__":
    main()
