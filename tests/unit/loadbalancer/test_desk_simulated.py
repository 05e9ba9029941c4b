"""100,000 dispatches over a simulated fleet: shares, spread, and slots never passed."""

import heapq
import random
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from loadbalancer.desk import Desk
from loadbalancer.rules import Rules
from loadbalancer.tickets import (
    Ended,
    FirstTokenSent,
    Grant,
    Lease,
    LoadReported,
    Sender,
    Submitted,
    WorkerJoined,
)
from tests.unit.loadbalancer.scene import ROOMY

GATEWAY = Sender("gateway-1", 1)
TICK_SECONDS = 0.02
REPORT_SECONDS = 1.0
RATE = 18_000.0
STEP_SECONDS = 0.01


class Simulation:
    """Workers that prefill one prompt after the other, and callers who ask again at once.

    Reports come once a second only: what the desk knows in between it knows from
    events. `outstanding` is how many tickets each tenant keeps in flight.
    """

    def __init__(self, workers: int, slots: int, outstanding: dict[str, int], seed: int) -> None:
        self.rng = random.Random(seed)
        self.desk = Desk(Rules(queue_limit=10_000), np.random.default_rng(seed), 1, 0.0)
        self.slots = slots
        self.loads = {
            f"w{n}": replace(
                ROOMY,
                worker_id=f"w{n}",
                slots_total=slots,
                kv_tokens_total=0,
                prefill_tokens_per_second=RATE,
                decode_step_seconds=STEP_SECONDS,
            )
            for n in range(workers)
        }
        self.running: dict[str, set[int]] = {worker_id: set() for worker_id in self.loads}
        self.prefilled_at = dict.fromkeys(self.loads, 0.0)
        self.fullest = 0
        self.by_worker: Counter[str] = Counter()
        self.by_tenant: Counter[str] = Counter()
        self.dispatched = 0
        self._due: list[tuple[float, int, FirstTokenSent | Ended, Lease]] = []
        self._numbers = iter(range(1, 1_000_000))
        self._wanted = [t for t, n in outstanding.items() for _ in range(n)]

    def run(self, dispatches: int) -> None:
        self.desk.decide([WorkerJoined(w, f"host:{w}") for w in self.loads], 0.0)
        now, reported_at = 0.0, -REPORT_SECONDS
        while self.dispatched < dispatches:
            events: list = []
            if now - reported_at >= REPORT_SECONDS:
                reported_at = now
                events += map(self._report, self.loads)
            while self._due and self._due[0][0] <= now:
                events.append(self._happen(*heapq.heappop(self._due)[2:]))
            events += map(self._submit, self._wanted)
            self._wanted.clear()
            for effect in self.desk.decide(events, now):
                assert isinstance(effect, Grant)
                self._start(effect.lease, now)
            now += TICK_SECONDS

    def _submit(self, tenant: str) -> Submitted:
        prompt = int(min(1500, self.rng.lognormvariate(5, 1))) + 1
        answer = self._answer(tenant)
        return Submitted(GATEWAY, next(self._numbers), tenant, "m", prompt * 4, answer, 3600.0)

    def _answer(self, tenant: str) -> int:
        return self.rng.randint(10, 120)

    def _start(self, lease: Lease, now: float) -> None:
        worker, ticket = lease.worker_id, lease.ticket
        self.running[worker].add(lease.id)
        self.fullest = max(self.fullest, len(self.running[worker]))
        begins = max(now, self.prefilled_at[worker])
        self.prefilled_at[worker] = first = begins + self._to_compute(lease) / RATE
        ends = first + ticket.max_tokens * STEP_SECONDS
        heapq.heappush(self._due, (first, lease.id, FirstTokenSent(lease.id), lease))
        heapq.heappush(self._due, (ends, lease.id, Ended(lease.id, ticket.max_tokens), lease))
        self.dispatched += 1

    def _to_compute(self, lease: Lease) -> float:
        return lease.ticket.prompt_tokens

    def _happen(self, event: FirstTokenSent | Ended, lease: Lease) -> FirstTokenSent | Ended:
        if isinstance(event, Ended):
            tokens = lease.ticket.prompt_tokens + event.completion_tokens
            self.running[lease.worker_id].remove(lease.id)
            self.by_worker[lease.worker_id] += tokens
            self.by_tenant[lease.ticket.tenant] += tokens
            self._wanted.append(lease.ticket.tenant)
        return event

    def _report(self, worker_id: str) -> LoadReported:
        before, running = self.loads[worker_id], self.running[worker_id]
        load = replace(
            before,
            sequence=before.sequence + 1,
            step_count=before.step_count + 100,
            slots_used=len(running),
            lease_ids=tuple(running),
        )
        self.loads[worker_id] = load
        return LoadReported(load)


def jain(shares: Counter[str]) -> float:
    """1 where all have the same, 1/n where one has all."""
    values = list(shares.values())
    return sum(values) ** 2 / (len(values) * sum(value * value for value in values))


def spread(loads: Counter[str]) -> float:
    """The most loaded by the mean."""
    return max(loads.values()) * len(loads) / sum(loads.values())


@pytest.mark.parametrize("seed", [1, 2])
def test_shares_spread_and_slots_over_100_000_dispatches(seed):
    tenants = {"flood": 600, "many": 200, "some": 100, "few": 80, "others": 80}
    simulation = Simulation(workers=10, slots=16, outstanding=tenants, seed=seed)
    simulation.run(50_000)
    assert jain(simulation.by_tenant) >= 0.98
    assert spread(simulation.by_worker) <= 1.05
    assert simulation.fullest == 16  # every slot was used, and never one more


def test_a_lightly_loaded_fleet_is_spread_too():
    simulation = Simulation(workers=8, slots=16, outstanding={"t": 24}, seed=3)
    simulation.run(20_000)
    assert spread(simulation.by_worker) <= 1.05
    assert simulation.fullest <= 8


def test_the_same_seed_decides_the_same():
    first, second = (Simulation(4, 8, {"a": 30, "b": 30}, seed=5) for _ in range(2))
    first.run(2_000)
    second.run(2_000)
    assert first.by_worker == second.by_worker
    assert first.by_tenant == second.by_tenant
