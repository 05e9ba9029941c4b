"""The desk's machine walked at random: ten thousand seeds, each replayed by its number.

Hypothesis finds short counterexamples and shrinks them; this sees ever so many
more. What failed once belongs into `FAILED_ONCE`, and stays there.
"""

import math
import random
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis.stateful import RULE_MARKER

from loadbalancer.tickets import Outcome, Priority, WorkerForgotten, WorkerLeft, WorkerLost
from tests.unit.loadbalancer.test_desk_machine import MOST_32, MOST_64, SLOTS, WORKERS, DeskMachine

STEPS = 30
FAILED_ONCE = ()

Draw = Callable[[random.Random], dict[str, Any]]


def tokens(rng: random.Random) -> int:
    return rng.choice([0, 1, rng.randrange(9000), MOST_32])


def _submit(rng: random.Random) -> dict[str, Any]:
    return {
        "tenant": rng.choice("abc"),
        "prompt_bytes": rng.choice([0, rng.randrange(2_000), rng.randrange(20_000), MOST_32]),
        "max_tokens": rng.choice([0, rng.randrange(50), rng.randrange(2_000), MOST_32]),
        "seconds_left": rng.choice([0.0, 20.0 * rng.random(), 20.0 * rng.random()]),
        "priority": rng.choice(list(Priority)),
        "excluded": rng.sample(WORKERS, rng.choice([0, 0, 1, 2])),
        "returned": rng.random() < 0.3,
        "model": rng.choice(["m", "m", "m", "", "other"]),
        "marks": [(rng.randint(1, 9), tokens(rng)) for _ in range(rng.choice([0, 1, 3]))],
        "explains": rng.random() < 0.5,
    }


def _report(rng: random.Random) -> dict[str, Any]:
    return {
        "worker_id": rng.choice(WORKERS),
        "slots_used": rng.choice([0, rng.randrange(SLOTS + 3), MOST_32]),
        "leases": set(rng.sample([*range(1, 40), MOST_64], rng.randrange(SLOTS + 2))),
        "kv": rng.choice([0, rng.randrange(50_000), MOST_64]),
        "backlog": rng.choice([0, rng.randrange(5_000), MOST_64]),
        "rate": rng.choice([0.0, 1.0, 1e3, 1e6, 1e9, 1e-9, -1.0, math.nan, math.inf]),
        "step": rng.choice([0.0, 0.01, 1e9, 1e-9, -1.0]),
        "bytes_per_token": rng.choice([0.0, 4.0, 1e9, 1e-9, math.nan]),
        "context": rng.choice([2048, 2048, 5, 0, MOST_32]),
        "steps": rng.randrange(4),
        "draining": rng.random() < 0.2,
        "held": [rng.randint(1, 20) for _ in range(rng.randrange(6))],
    }


def _worker(rng: random.Random) -> dict[str, Any]:
    return {"worker_id": rng.choice(WORKERS)}


def _place(rng: random.Random) -> dict[str, Any]:
    return {"place": rng.randrange(100)}


MOVES: dict[str, tuple[int, Draw]] = {  # how often, and with what
    "submit": (6, _submit),
    "submit_again": (1, _place),
    "cancel": (
        1,
        lambda rng: {"stream": rng.choice([0, 0, -1, 7]), "number": rng.randrange(20)},
    ),
    "first_token": (3, lambda r: {**_place(r), "prompt": tokens(r), "cached": tokens(r)}),
    "end": (
        3,
        lambda r: {**_place(r), "outcome": r.choice(list(Outcome)), "tokens": tokens(r)},
    ),
    "stream_breaks": (1, lambda rng: {}),
    "join": (4, _worker),
    "report_truly": (5, _worker),
    "report_anything": (2, _report),
    "report_late": (1, lambda rng: {**_worker(rng), "older": rng.randrange(6)}),
    "restart": (1, _worker),
    "leave": (
        1,
        lambda r: {**_worker(r), "happened": r.choice([WorkerLost, WorkerLeft, WorkerForgotten])},
    ),
    "pass_time": (3, lambda rng: {"seconds": rng.choice([0.0, 0.1, 3.0 * rng.random()])}),
}


def walk(seed: int) -> DeskMachine:
    rng = random.Random(seed)
    machine = DeskMachine()
    names = [name for name, (often, _) in MOVES.items() for _ in range(often)]
    for worker_id in rng.sample(WORKERS, rng.randint(1, len(WORKERS))):
        machine.join(worker_id)
        machine.report_truly(worker_id)
    for _ in range(STEPS):
        name = rng.choice(names)
        if name != "submit_again" or machine.waiting:
            getattr(machine, name)(**MOVES[name][1](rng))
            machine.what_waits_is_what_was_not_answered()
            machine.what_is_booked_is_what_is_in_flight()
    machine.teardown()
    return machine


@pytest.mark.timeout(300)
def test_ten_thousand_seeds() -> None:
    granted = 0
    for seed in (*FAILED_ONCE, *range(10_000)):
        try:
            granted += len(walk(seed).granted)
        except Exception as error:
            error.add_note(f"seed {seed}: walk({seed})")
            raise
    assert granted > 15_000, "the walks are of grants, not of refusals"


def test_every_move_is_walked() -> None:
    rules = {name for name, move in vars(DeskMachine).items() if hasattr(move, RULE_MARKER)}
    assert rules == MOVES.keys()
