import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.alone.outstanding import Outstanding
from gateway.fleet import Fleet, WorkerView
from gateway.tickets import Outcome


def worker(
    name: str = "a",
    *,
    slots: int = 8,
    used: int = 0,
    kv: int = 0,
    leases: tuple[int, ...] = (),
    model: str = "m",
) -> WorkerView:
    return WorkerView(
        name,
        f"{name}:1",
        is_ready=True,
        model=model,
        slots=slots,
        slots_used=used,
        kv_tokens_used=kv,
        lease_ids=leases,
    )


def a_book(*workers: WorkerView, now: float = 0.0) -> Outstanding:
    book = Outstanding()
    book.told(Fleet(workers), now)
    book.reckon()
    return book


def standing(book: Outstanding, name: str = "a"):
    return next(s for s in book if s.view.worker_id == name)


def test_a_lease_takes_a_slot_and_tokens_until_it_ends_once():
    book = a_book(worker(slots=2))
    book.granted(1, "a", 100, now=0.0)
    book.granted(2, "a", 50, now=0.0)
    assert repr(book) == "<Outstanding 2 leases, a 2+0 of 2>"
    assert not standing(book).has_room(0.0)
    assert standing(book).outstanding(0.0) == 150
    book.ended(1, Outcome.COMPLETED, now=1.0)
    book.ended(1, Outcome.COMPLETED, now=1.0)
    assert repr(book) == "<Outstanding 1 leases, a 1+0 of 2>"
    assert standing(book).has_room(1.0)


def test_what_a_report_lists_that_is_ours_is_not_counted_twice():
    book = Outstanding()
    book.granted(1, "a", 100, now=0.0)
    book.granted(2, "a", 60, now=0.0)
    book.granted(3, "a", 10, now=0.0)  # since the report
    book.ended(2, Outcome.COMPLETED, now=0.5)  # still in the report
    book.told(Fleet((worker(used=5, kv=460, leases=(1, 2, 77, 78, 79)),)), now=0.6)
    book.reckon()
    assert repr(book) == "<Outstanding 2 leases, a 2+3 of 8>"
    assert standing(book).outstanding(0.6) == 110 + 300


def test_what_others_held_fades_and_what_is_ours_does_not():
    book = a_book(worker(used=8, kv=800))
    assert not standing(book).has_room(0.0)
    assert [standing(book).taken(now) for now in (0, 1, 10, 20, 60)] == [8, 7, 4, 2, 0]
    assert standing(book).outstanding(10.0) == 400
    book.granted(1, "a", 100, now=10.0)
    assert standing(book).taken(1000.0) == 1


def test_a_worker_that_refuses_is_full_and_set_aside():
    book = a_book(worker(used=0))
    book.granted(1, "a", 10, now=5.0)
    book.granted(2, "a", 10, now=5.0)
    book.ended(2, Outcome.REFUSED, now=5.0)
    assert repr(book) == "<Outstanding 1 leases, a 1+7 of 8>"
    assert not standing(book).has_room(5.3)
    # What is ours ends, so there is room: but not before its time.
    book.ended(1, Outcome.ABANDONED, now=5.1)
    assert not standing(book).has_room(5.2)
    assert standing(book).has_room(5.3)


def test_a_worker_that_goes_on_refusing_is_asked_again_as_others_may_have_ended():
    book, now, asked_at = a_book(worker()), 0.0, []
    for lease_id in range(4):
        while not standing(book).has_room(now):
            now += 0.01
        asked_at.append(round(now, 1))
        book.granted(lease_id, "a", 10, now)
        book.ended(lease_id, Outcome.REFUSED, now)
    assert asked_at == [0.0, 0.9, 1.9, 2.8]


def test_a_worker_that_goes_on_breaking_is_asked_ever_less_until_one_completes():
    book = a_book(worker())
    now, pauses = 0.0, []
    for lease_id in range(8):
        book.granted(lease_id, "a", 10, now)
        book.ended(lease_id, Outcome.FAILED, now)
        pauses.append(standing(book).aside_until - now)
        now += pauses[-1]
    assert pauses == [0.25, 0.5, 1, 2, 4, 8, 10, 10]
    book.granted(100, "a", 10, now)
    book.ended(100, Outcome.COMPLETED, now)
    book.granted(101, "a", 10, now)
    book.ended(101, Outcome.FAILED, now)
    assert standing(book).aside_until - now == 0.25


def test_what_a_worker_said_by_refusing_stands_until_a_later_snapshot():
    book = a_book(worker(used=0), now=1.0)
    book.granted(1, "a", 10, now=2.0)
    book.ended(1, Outcome.REFUSED, now=2.0)
    book.reckon()
    assert repr(book) == "<Outstanding 0 leases, a 0+8 of 8>"
    book.told(Fleet((worker(used=3),)), now=3.0)
    book.reckon()
    assert repr(book) == "<Outstanding 0 leases, a 0+3 of 8>"


@pytest.mark.parametrize("fleet", [Fleet(), Fleet((worker(model="", slots=0),))])
def test_a_balancer_that_knows_nothing_yet_takes_nothing_back(fleet):
    book = a_book(worker(used=3))
    book.told(fleet, now=5.0)
    book.reckon()
    assert repr(book) == "<Outstanding 0 leases, a 0+3 of 8>"
    assert standing(book).known_at == 0.0


def test_a_worker_that_is_listed_no_more_is_forgotten_with_its_last_lease():
    book = a_book(worker("a"), worker("b"))
    book.granted(1, "a", 10, now=0.0)
    book.told(Fleet((worker("b"),)), now=1.0)
    assert [s.view.worker_id for s in book] == ["b"]
    assert repr(book) == "<Outstanding 1 leases, a 1+0 of 0, b 0+0 of 8>"
    book.ended(1, Outcome.COMPLETED, now=2.0)
    assert repr(book) == "<Outstanding 0 leases, b 0+0 of 8>"


def test_a_lease_id_that_comes_twice_leaks_nothing():
    book = a_book(worker())
    book.granted(1, "a", 10, now=0.0)
    book.granted(1, "a", 20, now=0.0)
    book.ended(1, Outcome.COMPLETED, now=0.0)
    assert repr(book) == "<Outstanding 0 leases, a 0+0 of 8>"
    assert standing(book).tokens == 0


_STEPS = st.lists(
    st.tuples(st.sampled_from("gertu"), st.integers(0, 7), st.sampled_from(list(Outcome))),
    max_size=60,
)


@given(_STEPS)
def test_the_book_returns_to_zero_whatever_happens(steps):
    book, now = a_book(worker("a"), worker("b")), 0.0
    for what, number, outcome in steps:
        now += 0.3
        name = "ab"[number % 2]
        match what:
            case "g":
                book.granted(number, name, 10 * number, now)
            case "e":
                book.ended(number, outcome, now)
            case "r":
                book.reckon()
            case "t":
                book.told(Fleet((worker(name, used=number, leases=tuple(range(number))),)), now)
            case "u":
                book.told(Fleet(), now)
        for each in book:
            assert each.slots >= 0
            assert each.tokens >= 0
            assert each.others_slots >= 0
    for number in range(8):
        book.ended(number, Outcome.COMPLETED, now)
    assert len(book) == 0
    assert all((each.slots, each.tokens) == (0, 0) for each in book)
