"""A shared generation: who reads what, who flies, when it has to wait."""

from hypothesis import given
from hypothesis import strategies as st

from gateway.flight import Flight


def read_all(flight: Flight[str], seat: int) -> list[str]:
    messages = []
    while (message := flight.next(seat)) is not None:
        messages.append(message)
        flight.read(seat)
    return messages


def test_who_boards_late_reads_from_the_beginning():
    flight: Flight[str] = Flight(window=100, most=1000)
    early = flight.board(deadline=10)
    flight.added("started", 10)
    flight.added("one", 10)
    assert read_all(flight, early) == ["started", "one"]
    late = flight.board(deadline=10)
    assert repr(flight) == "<Flight open, 2 messages, 20 bytes, 2 held, read by (1: 2, 2: 0)>"
    flight.added("two", 10)
    assert read_all(flight, late) == ["started", "one", "two"]
    assert read_all(flight, early) == ["two"]
    assert flight.ended() == ("started", "one", "two")
    assert flight.is_over


def test_the_fastest_reader_sets_the_pace():
    flight: Flight[str] = Flight(window=20, most=1000)
    fast, stopped = flight.board(1), flight.board(1)
    assert flight.may_go_on
    flight.added("a", 10)
    flight.added("b", 10)
    assert not flight.may_go_on
    read_all(flight, fast)
    assert flight.may_go_on
    flight.added("c", 15)
    flight.leave(fast)
    assert not flight.may_go_on
    assert read_all(flight, stopped) == ["a", "b", "c"]
    assert flight.may_go_on


def test_of_a_long_answer_only_what_is_unread_is_held_and_nobody_boards():
    flight: Flight[str] = Flight(window=1000, most=25)
    fast, slow = flight.board(1), flight.board(1)
    for message in "abc":
        flight.added(message, 10)
        assert read_all(flight, fast) == [message]
    assert not flight.is_open
    flight.read(slow)
    flight.added("d", 10)
    assert repr(flight) == "<Flight shut, 4 messages, 40 bytes, 3 held, read by (1: 3, 2: 1)>"
    assert read_all(flight, slow) == ["b", "c", "d"]
    assert flight.ended() is None


def test_who_has_most_time_flies():
    flight: Flight[str] = Flight(window=10, most=10)
    assert flight.pilot() is None
    first, second, third = flight.board(10), flight.board(30), flight.board(20)
    assert flight.pilot() == second
    assert flight.pilot(after=29.9) == second
    assert flight.pilot(after=30) is None
    flight.leave(second)
    assert flight.pilot(after=10) == third
    flight.leave(third)
    assert flight.pilot() == first
    flight.leave(first)
    assert flight.is_empty


class Caller:
    def __init__(self, seat: int) -> None:
        self.seat, self.seen = seat, []


@given(st.lists(st.sampled_from(["add", "board", "read", "leave"]), max_size=60), st.data())
def test_everybody_reads_everything_once_and_in_order(doings, data):
    flight: Flight[int] = Flight(window=5, most=20)
    produced: list[int] = []
    aboard: list[Caller] = []
    for doing in doings:
        if doing == "add" and aboard and flight.may_go_on:
            flight.added(len(produced), 1)
            produced.append(len(produced))
            assert len(produced) - max(len(caller.seen) for caller in aboard) <= 5
        elif doing == "board" and flight.is_open:
            aboard.append(Caller(flight.board(1)))
        elif doing in ("read", "leave") and aboard:
            caller = data.draw(st.sampled_from(aboard))
            if doing == "leave":
                flight.leave(caller.seat)
                aboard.remove(caller)
            elif (message := flight.next(caller.seat)) is not None:
                caller.seen.append(message)
                flight.read(caller.seat)
    whole = flight.ended()
    assert whole == (tuple(produced) if len(produced) <= 20 else None)
    for caller in aboard:
        caller.seen.extend(read_all(flight, caller.seat))
        assert caller.seen == produced
