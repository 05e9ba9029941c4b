import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.alone.degraded import Degraded
from gateway.fleet import Fleet, WorkerView
from gateway.marks import Mark
from gateway.tasks.task import Priority
from gateway.tickets import Grant, Outcome, Ticket

FIRST = (5 << 32) + 1
LONGEST = 300.0


def worker(name: str, *, slots: int = 8, used: int = 0, **rest) -> WorkerView:
    told = {"is_ready": True, "model": "m", "revision": "m@1", "context_tokens": 1000} | rest
    return WorkerView(name, f"{name}:1", slots=slots, slots_used=used, **told)


def a_ticket(tenant: str = "t", *, prompt: int = 40, tokens: int = 20, **rest) -> Ticket:
    told = {"model": "", "model_revision": ""} | rest
    return Ticket(
        tenant,
        prompt_bytes=prompt,
        max_tokens=tokens,
        priority=Priority.NORMAL,
        deadline=1e9,
        **told,
    )


def told(*workers: WorkerView, now: float = 0.0, seed: int = 1) -> Degraded:
    degraded = Degraded(random.Random(seed), FIRST, LONGEST)
    degraded.told(Fleet(workers), now)
    return degraded


def begun(*workers: WorkerView, waiting=None, seed: int = 1) -> Degraded:
    degraded = told(*workers, seed=seed)
    degraded.began(waiting or {}, 0.0)
    return degraded


def names(grants: list[Grant]) -> list[str]:
    return [grant.worker_id for grant in grants]


def test_a_grant_is_one_like_a_balancers_and_says_that_it_is_none():
    degraded = begun(worker("a"))
    degraded.submitted(7, a_ticket(), now=2.0)
    assert degraded.decide(now=2.5) == [
        Grant(
            ticket_id=7,
            lease_id=FIRST,
            worker_id="a",
            address="a:1",
            worker_epoch=0,
            model="m",
            model_revision="m@1",
            queued=0.5,
            predicted_ttft=0.0,
            is_guess=True,
        )
    ]
    book = "<Outstanding 1 leases, a 1+0 of 8>"
    assert repr(degraded) == f"<Degraded since 0, 0 waiting, {book}>"
    degraded.submitted(8, a_ticket(), now=3.0)
    assert degraded.decide(now=3.0)[0].lease_id == FIRST + 1


def test_while_a_balancer_is_there_nothing_is_granted_here():
    degraded = told(worker("a"))
    degraded.submitted(1, a_ticket(), now=0.0)
    assert degraded.decide(now=0.0) == []
    assert not degraded.is_on(0.0)
    assert degraded.next_turn(0.0) is None


def test_tickets_that_waited_at_the_balancer_wait_here_those_sent_back_first():
    waiting = {1: a_ticket(), 2: a_ticket(), 3: a_ticket(is_returned=True)}
    degraded = begun(worker("a", slots=2), waiting=waiting)
    assert [grant.ticket_id for grant in degraded.decide(0.0)] == [3, 1]
    assert 2 in degraded.waiting


def test_when_nobody_has_room_tickets_wait_until_something_ends():
    degraded = begun(worker("a", slots=1))
    for ticket_id, tenant in enumerate("xxy"):
        degraded.submitted(ticket_id, a_ticket(tenant), now=0.0)
    (first,) = degraded.decide(0.0)
    assert degraded.decide(0.1) == []
    assert degraded.next_turn(0.1) == 0.2
    degraded.ended(first.lease_id, Outcome.COMPLETED, now=0.3)
    (second,) = degraded.decide(0.3)
    assert (first.ticket_id, second.ticket_id) == (0, 2), "tenants take turns"
    degraded.left(1)
    degraded.ended(second.lease_id, Outcome.ABANDONED, now=0.4)
    assert degraded.decide(0.4) == []


def test_leases_that_the_balancer_granted_count():
    degraded = told(worker("a", slots=2), worker("b", slots=2))
    for ticket_id, lease_id in ((1, 11), (2, 12)):
        grant = Grant(ticket_id, lease_id, "a", "a:1", 1, "m", "m@1", 0.0, 0.0)
        degraded.granted(grant, a_ticket(), now=0.0)
    degraded.began({n: a_ticket() for n in range(3, 8)}, now=0.5)
    assert names(degraded.decide(0.5)) == ["b", "b"]
    degraded.ended(11, Outcome.COMPLETED, now=0.6)
    assert names(degraded.decide(0.6)) == ["a"]


def test_what_others_held_at_the_snapshot_is_theirs():
    degraded = begun(worker("a", used=6), waiting={n: a_ticket() for n in range(5)})
    assert len(degraded.decide(0.0)) == 2


def test_of_two_the_one_with_fewer_tokens_before_it():
    degraded = begun(worker("a"), worker("b"))
    degraded.submitted(1, a_ticket(prompt=400, tokens=900), now=0.0)
    (long,) = names(degraded.decide(0.0))
    for ticket_id in range(2, 8):
        degraded.submitted(ticket_id, a_ticket(), now=0.0)
    assert set(names(degraded.decide(0.0))) == {"a", "b"} - {long}


MARKS = (Mark(1, 400), Mark(2, 4_000))


def test_a_dialogue_goes_back_to_where_its_beginning_was_computed():
    fleet = [worker(name, slots=64, context_tokens=9_000) for name in "abcdefgh"]
    degraded = told(*fleet)
    grant = Grant(1, 11, "e", "e:1", 1, "m", "m@1", 0.0, 0.0)
    degraded.granted(grant, a_ticket(prompt=4_000, marks=MARKS), now=0.0)
    degraded.ended(11, Outcome.COMPLETED, now=0.1)
    degraded.began({}, now=0.2)
    later = a_ticket(prompt=6_000, marks=(*MARKS, Mark(3, 6_000)))
    degraded.submitted(2, later, now=0.2)
    assert names(degraded.decide(0.2)) == ["e"]
    degraded.submitted(3, a_ticket(prompt=6_000, marks=(Mark(9, 400),)), now=0.2)
    (elsewhere,) = names(degraded.decide(0.2))
    assert elsewhere != "e", "it has most before it, and holds nothing of this one"


def test_a_beginning_that_all_share_makes_no_hot_spot():
    degraded = begun(*(worker(name, slots=64) for name in "abcdefgh"))
    for ticket_id in range(160):
        degraded.submitted(ticket_id, a_ticket(prompt=800, marks=MARKS[:1]), now=0.0)
    spread = Counter(names(degraded.decide(0.0)))
    assert max(spread.values()) <= 1.2 * 160 / 8


@pytest.mark.parametrize("barred", ["full", "excluded", "gone"])
def test_a_home_that_cannot_take_it_is_passed_over(barred):
    degraded = told(worker("a", slots=1), worker("b"), worker("c"))
    grant = Grant(1, 11, "a", "a:1", 1, "m", "m@1", 0.0, 0.0)
    degraded.granted(grant, a_ticket(marks=MARKS), now=0.0)
    if barred != "full":
        degraded.ended(11, Outcome.COMPLETED, now=0.0)
    if barred == "gone":
        degraded.told(Fleet((worker("b"), worker("c"))), 0.1)
    degraded.began({}, now=0.2)
    asked = a_ticket(marks=MARKS, excluded=("a",) if barred == "excluded" else ())
    degraded.submitted(2, asked, now=0.2)
    assert names(degraded.decide(0.2))[0] in {"b", "c"}


def test_a_snapshot_that_showed_others_tokens_counts_them():
    busy = worker("a", slots=64, used=4, kv_tokens_used=2000)
    degraded = begun(busy, worker("b", slots=64), waiting={n: a_ticket() for n in range(20)})
    assert set(names(degraded.decide(0.0))) == {"b"}


@pytest.mark.parametrize(
    ("ticket", "wanted"),
    [
        (a_ticket(model="m"), {"a", "b"}),
        (a_ticket(model="n"), {"c"}),
        (a_ticket(model="m", model_revision="m@2"), {"b"}),
        (a_ticket(model="m", excluded=("a",)), {"b"}),
        (a_ticket(model="m", prompt=4 * 1500), {"b"}),
        (a_ticket(model="m", prompt=4 * 9000), {"b"}),  # too long for all: the worker will say so
        (a_ticket(model="m", excluded=("a", "b")), set()),
        (a_ticket(model="x"), set()),
        (a_ticket(model=""), set()),  # which of the two?
    ],
)
def test_it_goes_where_what_is_asked_for_is_served(ticket, wanted):
    fleet = [
        worker("a"),
        worker("b", revision="m@2", context_tokens=2000),
        worker("c", model="n"),
        worker("d", is_ready=False),
    ]
    seen = set()
    for seed in range(20):
        degraded = begun(*fleet, seed=seed)
        degraded.submitted(1, ticket, now=0.0)
        assert (1 in degraded.waiting) == bool(wanted)
        seen |= set(names(degraded.decide(0.0)))
    assert seen == wanted


def test_one_kind_that_has_no_room_does_not_hold_up_another():
    degraded = begun(worker("a", slots=0), worker("b", model="n"))
    for ticket_id, model in enumerate("mmmnn"):
        degraded.submitted(ticket_id, a_ticket(model=model), now=0.0)
    assert [grant.ticket_id for grant in degraded.decide(0.0)] == [3, 4]


def test_a_worker_that_refuses_or_breaks_is_left_alone_for_a_while():
    degraded = begun(worker("a", slots=2))
    degraded.submitted(1, a_ticket(), now=0.0)
    (grant,) = degraded.decide(0.0)
    degraded.ended(grant.lease_id, Outcome.FAILED, now=1.0)
    degraded.submitted(2, a_ticket(is_returned=True), now=1.0)
    assert degraded.decide(1.2) == []
    assert names(degraded.decide(1.3)) == ["a"]


def test_a_balancer_is_back_and_what_was_granted_lives_on():
    degraded = begun(worker("a", slots=2), waiting={n: a_ticket() for n in range(3)})
    first, _ = degraded.decide(0.0)
    degraded.ceased()
    assert len(degraded.waiting) == 0
    assert repr(degraded).startswith("<Degraded off, 0 waiting, <Outstanding 2 leases")
    # Gone again: what is left of them still counts.
    degraded.ended(first.lease_id, Outcome.COMPLETED, now=1.0)
    degraded.began({5: a_ticket(), 6: a_ticket()}, now=2.0)
    assert [grant.ticket_id for grant in degraded.decide(2.0)] == [5]


def test_a_snapshot_that_is_too_old_is_none():
    degraded = begun(worker("a", slots=1), waiting={n: a_ticket() for n in range(2)})
    degraded.decide(0.0)
    assert degraded.next_turn(LONGEST - 0.05) == LONGEST
    assert degraded.is_on(LONGEST - 0.05)
    assert not degraded.is_on(LONGEST)
    assert degraded.decide(LONGEST) == []


@pytest.mark.parametrize("workers", [(), (worker("a", is_ready=False),)])
def test_without_anybody_ready_there_is_nothing_to_go_by(workers):
    degraded = begun(*workers, waiting={1: a_ticket()})
    assert not degraded.is_on(0.0)
    assert len(degraded.waiting) == 0


def test_a_fleet_that_is_full_is_searched_once_a_turn_not_at_every_ticket():
    fleet = [worker(f"w{number}", slots=1) for number in range(50)]
    degraded = begun(*fleet, waiting={n: a_ticket() for n in range(50)})
    grants = degraded.decide(0.0)
    assert sorted(names(grants)) == sorted(view.worker_id for view in fleet)
    for ticket_id in range(50, 60):
        degraded.submitted(ticket_id, a_ticket(), now=0.01)
    assert degraded.decide(0.01) == []
    # What ends is known at once, though the search is not repeated.
    degraded.ended(grants[7].lease_id, Outcome.COMPLETED, now=0.02)
    assert names(degraded.decide(0.02)) == [grants[7].worker_id]
    assert degraded.decide(0.03) == []


def test_the_load_is_spread():
    fleet = [worker(f"w{number}", slots=100_000) for number in range(100)]
    rng, held = random.Random(5), Counter()
    degraded = begun(*fleet, seed=5)
    for ticket_id in range(20_000):
        degraded.submitted(ticket_id, a_ticket(tokens=rng.randint(10, 2000)), now=0.0)
        (grant,) = degraded.decide(0.0)
        held[grant.worker_id] += 1
    assert len(held) == 100
    assert max(held.values()) <= 1.15 * 200
    assert min(held.values()) >= 0.85 * 200


class World:
    """Does to a gateway what may happen to one, and sees that nothing is granted twice."""

    def __init__(self, fleet: list[WorkerView], seed: int) -> None:
        self.fleet = fleet
        self.degraded = begun(*fleet, seed=seed)
        self.now = 0.0
        self.tickets: dict[int, Ticket] = {}  # that wait
        self.leases: list[int] = []  # ever granted
        self.held: dict[int, str] = {}  # in force: the worker

    def happens(self, what: str, pick: int, outcome: Outcome) -> None:
        self.now += 0.1
        if what == "submitted":
            ticket_id = round(10 * self.now)
            self.tickets[ticket_id] = a_ticket("xyz"[pick % 3])
            self.degraded.submitted(ticket_id, self.tickets[ticket_id], self.now)
        elif what == "ended" and self.leases:
            lease_id = self.leases[pick % len(self.leases)]  # or had ended before
            self.degraded.ended(lease_id, outcome, self.now)
            self.held.pop(lease_id, None)
        elif what == "left" and self.tickets:
            ticket_id = list(self.tickets)[pick % len(self.tickets)]
            del self.tickets[ticket_id]
            self.degraded.left(ticket_id)
        elif what == "told":
            self.degraded.told(Fleet(tuple(self.fleet)), self.now)
        elif what == "ceased":
            self.degraded.ceased()
        elif what == "began":
            self.degraded.began(self.tickets, self.now)
        self.decide()

    def decide(self) -> None:
        for grant in self.degraded.decide(self.now):
            del self.tickets[grant.ticket_id]  # twice would be a KeyError
            self.held[grant.lease_id] = grant.worker_id
            self.leases.append(grant.lease_id)


_FLEETS = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 5)), min_size=1, max_size=4)
_KINDS = ["submitted", "submitted", "submitted", "ended", "left", "told", "ceased", "began"]
_STEPS = st.lists(
    st.tuples(st.sampled_from(_KINDS), st.integers(0, 9), st.sampled_from(list(Outcome))),
    max_size=80,
)


@given(_FLEETS, _STEPS, st.integers(0, 99))
def test_no_worker_ever_holds_more_than_its_slots_and_all_ends_at_zero(fleet, steps, seed):
    slots = {f"w{number}": slots for number, (slots, _) in enumerate(fleet)}
    views = [worker(f"w{n}", slots=slots, used=used) for n, (slots, used) in enumerate(fleet)]
    world = World(views, seed)
    for step in steps:
        world.happens(*step)
        held = Counter(world.held.values())
        assert all(held[worker_id] <= slots[worker_id] for worker_id in held)
    assert len(set(world.leases)) == len(world.leases)
    for lease_id in world.leases:
        world.degraded.ended(lease_id, Outcome.COMPLETED, world.now)
    assert "<Outstanding 0 leases" in repr(world.degraded)
    for ticket_id in world.tickets:
        world.degraded.left(ticket_id)
    assert repr(world.degraded.waiting) == "<Turns 0 waiting in 0 lanes>"
