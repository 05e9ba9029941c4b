import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.balancers.docket import Docket
from gateway.tasks.task import Priority
from gateway.tickets import Cancelled, Ended, FirstToken, Outcome, Submitted, Ticket

MANY = 1000


def a_ticket(deadline: float = 60.0, excluded: tuple[str, ...] = ()) -> Ticket:
    return Ticket("default", "", "", 10, 20, Priority.NORMAL, deadline, excluded)


@pytest.fixture
def docket() -> Docket:
    docket = Docket(now=0.0, grace=5.0)
    docket.opened()
    return docket


def test_a_ticket_is_told_with_the_time_it_has_left(docket):
    ticket = a_ticket(deadline=60.0)
    ticket_id = docket.submit(ticket)
    assert docket.drain(now=10.0, limit=MANY) == [Submitted(ticket_id, ticket, 50.0)]
    assert docket.drain(now=10.0, limit=MANY) == []
    assert repr(docket) == "<Docket open, 1 waiting, 0 leased, 0 to tell>"


def test_all_that_is_ready_goes_out_at_once_oldest_first_and_bounded(docket):
    ids = [docket.submit(a_ticket()) for _ in range(5)]
    assert [event.ticket_id for event in docket.drain(0.0, limit=3)] == ids[:3]
    assert [event.ticket_id for event in docket.drain(0.0, limit=3)] == ids[3:]


def test_tickets_that_exclude_much_of_a_large_fleet_go_out_a_few_at_a_time(docket):
    most = tuple(f"worker-{number}" for number in range(5000))
    ids = [docket.submit(a_ticket(excluded=most)) for _ in range(9)]
    batches = [docket.drain(0.0, MANY) for _ in range(3)]
    assert [len(batch) for batch in batches] == [4, 4, 1]
    assert [event.ticket_id for batch in batches for event in batch] == ids
    few = [docket.submit(a_ticket(excluded=most[:5])) for _ in range(8)]
    assert [event.ticket_id for event in docket.drain(0.0, limit=10)] == few
    docket.submit(a_ticket(excluded=most))
    assert len(docket.drain(0.0, limit=1)) == 1, "one is told, however long it is"


def test_a_lease_goes_its_way(docket):
    ticket_id = docket.submit(a_ticket())
    docket.drain(0.0, MANY)
    assert docket.granted(ticket_id, lease_id=7)
    docket.first_token(ticket_id)
    docket.ended(ticket_id, 20, Outcome.COMPLETED)
    docket.leave(ticket_id)
    assert docket.drain(0.0, MANY) == [FirstToken(7), Ended(7, 20, Outcome.COMPLETED)]
    assert repr(docket) == "<Docket open, 0 waiting, 0 leased, 0 to tell>"


def test_leaving_while_waiting_cancels(docket):
    ticket_id = docket.submit(a_ticket())
    docket.drain(0.0, MANY)
    docket.leave(ticket_id)
    assert docket.drain(0.0, MANY) == [Cancelled(ticket_id)]


def test_leaving_before_it_was_told_says_only_that_it_is_cancelled(docket):
    ticket_id = docket.submit(a_ticket())
    docket.leave(ticket_id)
    assert docket.drain(0.0, MANY) == [Cancelled(ticket_id)]


def test_leaving_a_lease_gives_it_back_as_abandoned(docket):
    ticket_id = docket.submit(a_ticket())
    docket.granted(ticket_id, 7)
    docket.leave(ticket_id)
    assert docket.drain(0.0, MANY) == [Ended(7, 0, Outcome.ABANDONED)]


def test_a_grant_that_comes_too_late_goes_back_at_once(docket):
    ticket_id = docket.submit(a_ticket())
    docket.leave(ticket_id)
    assert not docket.granted(ticket_id, 7)
    assert docket.drain(0.0, MANY)[-1] == Ended(7, 0, Outcome.ABANDONED)
    assert docket.leases == 0


def test_a_revoked_lease_is_told_no_more(docket):
    ticket_id = docket.submit(a_ticket())
    docket.granted(ticket_id, 7)
    docket.drain(0.0, MANY)
    assert docket.revoked(7) == ticket_id
    assert docket.revoked(7) is None
    docket.ended(ticket_id, 3, Outcome.FAILED)
    docket.leave(ticket_id)
    assert docket.drain(0.0, MANY) == []


def test_a_new_stream_is_told_of_every_ticket_that_waits(docket):
    first, second, third = (docket.submit(a_ticket(deadline=60.0)) for _ in range(3))
    docket.drain(0.0, MANY)
    docket.granted(second, 7)
    docket.closed(now=1.0)
    docket.leave(third)
    assert docket.drain(1.0, MANY) == []
    docket.opened()
    assert docket.drain(2.0, MANY) == [Submitted(first, a_ticket(), 58.0)]


def test_a_lost_stream_forgets_its_leases_and_nothing_is_told_of_them(docket):
    ticket_id = docket.submit(a_ticket())
    docket.granted(ticket_id, 7)
    docket.closed(1.0)
    docket.opened()
    docket.first_token(ticket_id)
    docket.ended(ticket_id, 20, Outcome.COMPLETED)
    assert docket.drain(1.0, MANY) == []
    assert repr(docket) == "<Docket open, 0 waiting, 0 leased, 0 to tell>"


def test_a_lease_number_used_again_by_a_new_balancer_does_not_end_the_new_lease(docket):
    old = docket.submit(a_ticket())
    docket.granted(old, 7)
    docket.closed(1.0)
    docket.opened()
    new = docket.submit(a_ticket())
    docket.granted(new, 7)
    docket.drain(1.0, MANY)
    docket.ended(old, 5, Outcome.COMPLETED)
    assert docket.drain(1.0, MANY) == []
    assert docket.leases == 1


def test_tickets_wait_for_a_balancer_as_long_as_the_grace(docket):
    docket.closed(now=10.0)
    ticket_id = docket.submit(a_ticket())
    assert docket.gives_up_at() == 15.0
    assert docket.overdue(14.9) == ()
    assert docket.overdue(15.0) == (ticket_id,)
    assert repr(docket) == "<Docket away since 10, 0 waiting, 0 leased, 0 to tell>"


def test_once_given_up_new_tickets_are_overdue_at_once_until_a_balancer_is_back(docket):
    docket.closed(now=10.0)
    docket.closed(now=14.0)  # a try that failed does not begin the grace anew
    ticket_id = docket.submit(a_ticket())
    assert docket.overdue(20.0) == (ticket_id,)
    docket.opened()
    docket.submit(a_ticket())
    assert docket.overdue(100.0) == ()


def test_those_spared_wait_on(docket):
    docket.closed(now=10.0)
    first, second = docket.submit(a_ticket()), docket.submit(a_ticket())
    assert docket.overdue(20.0, spared={second}) == (first,)
    assert list(docket.tickets) == [second]


def test_a_lease_from_this_gateway_is_told_to_nobody(docket):
    docket.closed(now=1.0)
    ticket_id = docket.submit(a_ticket())
    docket.granted_here(ticket_id)
    docket.opened()
    docket.first_token(ticket_id)
    docket.ended(ticket_id, 20, Outcome.COMPLETED)
    docket.leave(ticket_id)
    assert docket.drain(2.0, MANY) == []
    assert repr(docket) == "<Docket open, 0 waiting, 0 leased, 0 to tell>"


class World:
    """A balancer that takes the events and must never be wrong about leases."""

    def __init__(self) -> None:
        self.docket = Docket(0.0, 5.0)
        self.docket.opened()
        self.tickets: list[int] = []
        self.waiting: set[int] = set()
        self.open: dict[int, int] = {}  # lease -> ticket
        self.next_lease = 1

    def tell(self) -> None:
        for event in self.docket.drain(0.0, MANY):
            match event:
                case Submitted(ticket_id):
                    self.waiting.add(ticket_id)
                case Cancelled(ticket_id):
                    self.waiting.discard(ticket_id)
                case Ended(lease_id):
                    del self.open[lease_id]  # twice would be a KeyError

    def grant(self) -> None:
        if self.waiting:
            ticket_id = min(self.waiting)
            self.waiting.remove(ticket_id)
            self.open[self.next_lease] = ticket_id
            self.docket.granted(ticket_id, self.next_lease)
            self.next_lease += 1


@given(st.lists(st.tuples(st.sampled_from("stgel"), st.integers(0, 9)), max_size=80))
def test_every_lease_is_given_back_once_whatever_happens(steps):
    world = World()
    for what, n in steps:
        if what == "s":
            world.tickets.append(world.docket.submit(a_ticket()))
        elif what == "t":
            world.tell()
        elif what == "g":
            world.grant()
        elif world.tickets:
            ticket_id = world.tickets[n % len(world.tickets)]
            if what == "e":
                world.docket.ended(ticket_id, 1, Outcome.COMPLETED)
            else:
                world.docket.leave(ticket_id)
    for ticket_id in world.tickets:
        world.docket.leave(ticket_id)
    world.tell()
    assert world.open == {}
    assert world.waiting == set()
    assert repr(world.docket) == "<Docket open, 0 waiting, 0 leased, 0 to tell>"
