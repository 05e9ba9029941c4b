"""A desk with a clock, workers that report what a test says, and what came of it."""

from dataclasses import replace

import numpy as np

from loadbalancer.desk import Desk
from loadbalancer.loads import Load
from loadbalancer.rules import Rules
from loadbalancer.tickets import (
    Effect,
    Event,
    Grant,
    LoadReported,
    Reject,
    Sender,
    Submitted,
    WorkerJoined,
)

GATEWAY = Sender("gateway-1", 1)
ROOMY = Load(
    worker_id="",
    epoch=1,
    model="m",
    model_revision="r1",
    context_tokens=2048,
    slots_total=8,
    kv_tokens_total=16_384,
    prefill_tokens_per_second=1000.0,
    decode_step_seconds=0.01,
    bytes_per_token=4.0,
)


class Scene:
    """One desk; `now` is its clock. Lease ids begin at 1."""

    def __init__(self, rules: Rules | None = None) -> None:
        self.now = 0.0
        self.desk = Desk(rules or Rules(), np.random.default_rng(7), 1, 0.0)
        self.loads: dict[str, Load] = {}

    def tell(self, *events: Event) -> list[Effect]:
        return self.desk.decide(events, self.now)

    def pass_time(self, seconds: float, step: float = 0.5) -> list[Effect]:
        """Let time pass as the dispatcher would: timers are kept, workers go on reporting."""
        effects: list[Effect] = []
        until = self.now + seconds
        while self.now < until:
            self.now = min(until, self.now + step)
            effects += self.tell(*(self._next(worker_id) for worker_id in self.loads))
        return effects

    def be_silent(self, seconds: float) -> list[Effect]:
        """Let time pass without any report."""
        effects: list[Effect] = []
        until = self.now + seconds
        while self.now < until:
            self.now = min(until, self.now + 0.5)
            effects += self.tell()
        return effects

    def worker(self, worker_id: str, **declared: object) -> list[Effect]:
        """A worker joins and reports."""
        joined = WorkerJoined(worker_id, f"host:{worker_id}")
        self.loads[worker_id] = replace(ROOMY, worker_id=worker_id, **declared)
        return self.tell(joined, LoadReported(self.loads[worker_id]))

    def report(self, worker_id: str, **changed: object) -> list[Effect]:
        """A worker reports a change."""
        self.loads[worker_id] = replace(self.loads[worker_id], **changed)
        return self.tell(self._next(worker_id))

    def submit(self, number: int, **asked: object) -> list[Effect]:
        return self.tell(submitted(number, **asked))

    def _next(self, worker_id: str) -> LoadReported:
        load = self.loads[worker_id]
        self.loads[worker_id] = replace(
            load, sequence=load.sequence + 1, step_count=load.step_count + 1
        )
        return LoadReported(self.loads[worker_id])


def submitted(number: int, **asked: object) -> Submitted:
    """A ticket of 100 prompt tokens and at most 50 more, due in a minute."""
    given: dict[str, object] = {
        "sender": GATEWAY,
        "tenant": "t",
        "model": "m",
        "prompt_bytes": 400,
        "max_tokens": 50,
        "seconds_left": 60.0,
        **asked,
    }
    return Submitted(number=number, **given)  # type: ignore[arg-type]


def told(effects: list[Effect]) -> str:
    """Effects in one line: the test's oracle."""
    words = []
    for effect in effects:
        if isinstance(effect, Grant):
            words.append(f"{effect.lease.ticket.number}->{effect.lease.worker_id}")
        elif isinstance(effect, Reject):
            words.append(f"{effect.number}:{effect.reason.name}")
        else:
            words.append(f"revoke {effect.lease_id}:{effect.reason.name}")
    return " ".join(words)
