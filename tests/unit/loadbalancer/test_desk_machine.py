"""The desk against any sequence of events and reports: lost, late, doubled, wrong.

The machine keeps its own account of every ticket. Whatever is told: a ticket gets
one answer, no worker more than its slots, and when all is over nothing is held.
"""

import math
from dataclasses import replace

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from loadbalancer import wire
from loadbalancer.admission import MOST_RETRY_SECONDS
from loadbalancer.desk import Desk
from loadbalancer.loads import Health
from loadbalancer.rules import Rules
from loadbalancer.standby import Role
from loadbalancer.tickets import (
    Cancelled,
    Ended,
    Event,
    FirstTokenSent,
    Grant,
    Lease,
    LoadReported,
    Outcome,
    Priority,
    Reject,
    Sender,
    StreamEnded,
    Submitted,
    TicketKey,
    WorkerForgotten,
    WorkerJoined,
    WorkerLeft,
    WorkerLost,
)
from tests.unit.loadbalancer.scene import ROOMY

WORKERS = ("w1", "w2", "w3")
SLOTS = 3
RULES = Rules(queue_limit=6, no_workers_seconds=4.0)
MOST_32, MOST_64 = (1 << 32) - 1, (1 << 64) - 1  # the most that the wire holds
NO_LEASES = (-1, 0, 1 << 40, MOST_64)
PLACES = st.integers(0, 99)
TOKENS = st.integers(0, 9000) | st.just(MOST_32)
ROLE = Role("b1", is_active=True, term=1, active_address="")
workers = st.sampled_from(WORKERS)


class DeskMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self.desk = Desk(RULES, np.random.default_rng(1), 1, 0.0)
        self.stream = 1
        self.number = 0
        self.waiting: dict[TicketKey, Submitted] = {}
        self.granted: dict[int, Lease] = {}  # every lease there ever was
        self.sequence = 0
        self.epochs = dict.fromkeys(WORKERS, 1)

    def tell(self, *events: Event) -> None:
        effects = self.desk.decide(events, self.now)
        wire.dispatch_response(effects)  # nothing is decided that cannot be told
        wire.fleet_snapshot(self.desk.view(self.now), ROLE)
        for effect in effects:
            if isinstance(effect, Grant):
                ticket = effect.lease.ticket
                self.waiting.pop(ticket.key)  # it waited, and was not answered before
                assert effect.lease.id not in self.granted
                self.granted[effect.lease.id] = effect.lease
                assert ticket.deadline > self.now
                self.check_granted(effect.lease)
                self.check_explained(effect)
                assert 0 <= effect.predicted_seconds < math.inf
            elif isinstance(effect, Reject):
                assert 0 <= effect.retry_after <= MOST_RETRY_SECONDS
                self.waiting.pop(TicketKey(effect.sender.stream, effect.number))
            else:
                assert effect.lease_id in self.granted

    def check_granted(self, lease: Lease) -> None:
        account = self.desk._book.roster.get(lease.worker_id)
        assert account.health is Health.READY
        assert account.slots <= SLOTS
        assert account.slots == 1 or account.kv <= account.load.kv_tokens_total
        foreign = set(account.load.lease_ids) - self.granted.keys()
        assert len(account.holdings) + len(foreign) <= SLOTS

    def check_explained(self, grant: Grant) -> None:
        chosen = [told.worker_id for told in grant.candidates if told.is_chosen]
        assert chosen == ([grant.lease.worker_id] if grant.lease.ticket.explains else [])

    # Gateways.

    @rule(
        tenant=st.sampled_from("abc"),
        prompt_bytes=st.integers(0, 20_000) | st.just(MOST_32),
        max_tokens=st.integers(0, 2000) | st.just(MOST_32),
        seconds_left=st.floats(0.0, 20.0),
        priority=st.sampled_from(Priority),
        excluded=st.lists(workers, max_size=2),
        returned=st.booleans(),
        model=st.sampled_from(["m", "m", "m", "", "other"]),
        marks=st.lists(
            st.tuples(st.integers(1, 9), st.integers(0, 30_000) | st.just(MOST_32)), max_size=3
        ),
        explains=st.booleans(),
    )
    def submit(self, tenant, prompt_bytes, max_tokens, seconds_left, priority, excluded, returned,
               model, marks, explains):  # fmt: skip
        self.number += 1
        event = Submitted(
            Sender("gateway-1", self.stream), self.number, tenant, model, prompt_bytes, max_tokens,
            seconds_left, priority=priority, excluded=tuple(excluded), returned=returned,
            marks=tuple(marks), explains=explains,
        )  # fmt: skip
        self.waiting[TicketKey(self.stream, self.number)] = event
        self.tell(event)

    @precondition(lambda self: self.waiting)
    @rule(place=PLACES)
    def submit_again(self, place):
        self.tell(self.waiting[sorted(self.waiting)[place % len(self.waiting)]])

    @rule(stream=st.sampled_from([0, -1, 7]), number=st.integers(0, 40) | st.just(MOST_64))
    def cancel(self, stream, number):
        """Also what never was, or is another stream's."""
        key = TicketKey(self.stream + stream, number)
        self.waiting.pop(key, None)
        self.tell(Cancelled(key))

    @rule(place=PLACES, prompt=TOKENS, cached=TOKENS)
    def first_token(self, place, prompt, cached):
        self.tell(FirstTokenSent(self.some_lease(place), prompt, cached))

    @rule(place=PLACES, outcome=st.sampled_from(Outcome), tokens=TOKENS)
    def end(self, place, outcome, tokens):
        self.tell(Ended(self.some_lease(place), tokens, outcome))

    def some_lease(self, place: int) -> int:
        """One that there was, however long ago, or one that there never was."""
        known = [*sorted(self.granted), *NO_LEASES]
        return known[place % len(known)]

    @rule()
    def stream_breaks(self):
        ended, self.stream = self.stream, self.stream + 1
        self.waiting.clear()
        self.tell(StreamEnded(ended))

    # Workers.

    @rule(worker_id=workers)
    def join(self, worker_id):
        self.tell(WorkerJoined(worker_id, f"host:{worker_id}"))

    @rule(worker_id=workers)
    def report_truly(self, worker_id):
        """The worker runs what it was granted and what is not over, as far as we know."""
        account = self.desk._book.roster.get(worker_id)
        running = tuple(account.holdings) if account else ()
        self.tell(self.report(worker_id, slots_used=len(running), lease_ids=running))

    @rule(
        worker_id=workers,
        slots_used=st.integers(0, SLOTS + 2) | st.just(MOST_32),
        leases=st.sets(st.integers(1, 40) | st.just(MOST_64), max_size=SLOTS + 1),
        kv=st.integers(0, 50_000) | st.just(MOST_64),
        backlog=st.integers(0, 5000) | st.just(MOST_64),
        rate=st.sampled_from([0.0, 1.0, 1000.0, 1e6, 1e9, 1e-9, -1.0, math.nan, math.inf]),
        step=st.sampled_from([0.0, 0.01, 1e9, 1e-9, -1.0]),
        bytes_per_token=st.sampled_from([0.0, 4.0, 1e9, 1e-9, math.nan]),
        context=st.sampled_from([2048, 5, 0, MOST_32]),
        steps=st.integers(0, 3),
        draining=st.booleans(),
        held=st.lists(st.integers(1, 20), max_size=6),
    )
    def report_anything(self, worker_id, slots_used, leases, kv, backlog, rate, step,
                        bytes_per_token, context, steps, draining, held):  # fmt: skip
        told = {
            "slots_used": slots_used,
            "lease_ids": tuple(leases),
            "kv_tokens_used": kv,
            "prefill_backlog_tokens": backlog,
            "prefill_tokens_per_second": rate,
            "decode_step_seconds": step,
            "bytes_per_token": bytes_per_token,
            "context_tokens": context,
            "step_count": steps,
            "draining": draining,
            "prefix_marks_held": tuple(held),
        }
        self.tell(self.report(worker_id, **told))

    @rule(worker_id=workers, older=st.integers(0, 5))
    def report_late(self, worker_id, older):
        late = replace(
            self.report(worker_id).load,
            epoch=1,
            sequence=max(0, self.sequence - older),
            slots_used=2,
        )
        self.tell(LoadReported(late))

    @rule(worker_id=workers)
    def restart(self, worker_id):
        self.epochs[worker_id] += 1
        self.tell(self.report(worker_id))

    @rule(worker_id=workers, happened=st.sampled_from([WorkerLost, WorkerLeft, WorkerForgotten]))
    def leave(self, worker_id, happened):
        self.tell(happened(worker_id))

    @rule(seconds=st.floats(0.0, 3.0))
    def pass_time(self, seconds):
        self.now += seconds
        self.tell()

    def report(self, worker_id: str, **told: object) -> LoadReported:
        self.sequence += 1
        load = replace(
            ROOMY,
            worker_id=worker_id,
            epoch=self.epochs[worker_id],
            sequence=self.sequence,
            slots_total=SLOTS,
            **{"step_count": self.sequence, **told},
        )
        return LoadReported(load)

    # What always holds.

    @invariant()
    def what_waits_is_what_was_not_answered(self):
        assert self.desk.waiting == len(self.waiting)
        assert sum(self.desk._waiting.shares.waiting.values()) == len(self.waiting)

    @invariant()
    def what_is_booked_is_what_is_in_flight(self):
        book = self.desk._book
        accounts = list(book.roster)
        held = {lease_id: account for account in accounts for lease_id in account.holdings}
        assert book._holders == held
        assert len(book._by_ticket) == len(held)
        assert self.desk._charges.leases == held.keys()
        rows = {account.row for account in accounts}
        assert set(book.affinity._held) <= rows
        for lease_id, account in held.items():
            lease = account.holdings[lease_id].lease
            assert 0 < lease.prefill_tokens <= lease.ticket.prompt_tokens
        for account in accounts:
            assert account.slots >= len(account.holdings)
            assert account.kv >= 0
            assert account.backlog >= 0
            assert 0 <= account.cached_tokens <= account.prompt_tokens
            assert account.health is not Health.STALLED or not account.holdings

    def teardown(self):
        """Callers go, workers tell the truth for a while: nothing is held any more."""
        self.tell(StreamEnded(self.stream))
        self.waiting.clear()
        for worker_id in WORKERS:
            self.join(worker_id)
        for seconds in (100.0, 1.0, 1.0, 1.0, 1.0, 1.0):
            self.now += seconds
            self.tell(*(self.report(worker_id) for worker_id in WORKERS))
        assert self.desk.leases == self.desk.waiting == len(self.desk._book.affinity) == 0
        for account in self.desk._book.roster:
            assert repr(account) == f"<{account.id} READY 0/3 slots 0 leases 0 kv 0 to prefill>"
        self.what_waits_is_what_was_not_answered()
        self.what_is_booked_is_what_is_in_flight()


TestDesk = DeskMachine.TestCase
TestDesk.settings = settings(max_examples=100, stateful_step_count=40, deadline=None)
