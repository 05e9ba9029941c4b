"""Whose explanation is next, by hand and for any arrivals."""

from hypothesis import given
from hypothesis import strategies as st

from services.worker.explaining.queue import Place, Queue


def arrived(scopes: str) -> tuple[Queue, list[Place]]:
    """These scopes' explanations have come and stand in the line, in this order."""
    queue = Queue()
    return queue, [come(queue, scope) for scope in scopes]


def come(queue: Queue, scope: str) -> Place:
    """One more explanation, ready at once."""
    place = Place(scope)
    queue.add(place)
    queue.join(place)
    return place


def order(queue: Queue) -> list[Place]:
    """Who runs, one after another, as each ends."""
    ran = []
    while (place := queue.first) is not None:
        ran.append(place)
        queue.remove(place)
    return ran


def scopes_of(places: list[Place]) -> str:
    return "".join(place.scope for place in places)


def test_scopes_have_turns_one_after_another_and_each_ones_own_as_they_came():
    queue, places = arrived("aaaabbc")
    ran = order(queue)
    assert scopes_of(ran) == "abcabaa"
    for scope in "abc":
        own = [place for place in places if place.scope == scope]
        assert [place for place in ran if place.scope == scope] == own
    assert len(queue) == 0


def test_who_comes_again_at_once_does_not_come_before_those_who_wait():
    queue, _ = arrived("bbb")
    ran = []
    newest = come(queue, "a")
    while len(ran) < 6:
        ran.append(first := queue.first)
        queue.remove(first)
        if first is newest:
            newest = come(queue, "a")
    assert scopes_of(ran) == "bababa"


def test_a_place_is_counted_before_it_stands_in_the_line():
    queue, (running,) = arrived("a")
    waits = Place("b")
    queue.add(waits)
    assert (len(queue), queue.first) == (2, running)
    queue.remove(running)
    assert queue.first is None
    assert queue.ahead(waits) is None
    queue.join(waits)
    assert queue.ahead(waits) == 0
    assert queue.first is waits
    assert repr(queue) == "<Queue 1 b:1>"


def test_who_leaves_the_line_changes_nobodys_turn():
    queue, places = arrived("aabb")
    queue.remove(places[1])
    assert scopes_of(order(queue)) == "abb"
    queue, places = arrived("abab")
    queue.remove(places[1])
    assert queue.first is places[0]


def test_the_greediest_gives_up_what_came_last_and_never_what_runs():
    queue, places = arrived("abaca")
    assert queue.last_of_greediest("b") is places[4]
    queue.remove(places[4])
    assert queue.last_of_greediest("b") is None, "b would have no fewer than a"
    assert queue.last_of_greediest("d") is places[2]
    assert queue.last_of_greediest("a") is None
    queue, places = arrived("a")
    assert queue.last_of_greediest("b") is None
    queue, places = arrived("ba")
    late = Place("b")  # generates its answer yet
    queue.add(late)
    assert queue.last_of_greediest("c") is late


@given(st.text("abc", min_size=1, max_size=12), st.lists(st.integers(0, 11), max_size=11))
def test_as_many_are_before_each_as_run_before_it(scopes: str, left: list[int]):
    queue, places = arrived(scopes)
    gone = {places[n] for n in left if n < len(places)}
    for place in gone:
        queue.remove(place)
    told = {place: queue.ahead(place) for place in places}
    assert all(told[place] is None for place in gone)
    assert {place: n for n, place in enumerate(order(queue))} == {
        place: ahead for place, ahead in told.items() if place not in gone
    }


@given(st.text("abc", min_size=1, max_size=30))
def test_a_greedy_scope_leaves_others_a_turn_in_every_round(scopes: str):
    queue, _ = arrived("a" * 20 + scopes)
    ran = scopes_of(order(queue))
    present = set(scopes) | {"a"}
    for scope in present - {"a"}:
        first = ran.index(scope)
        assert first < len(present)
