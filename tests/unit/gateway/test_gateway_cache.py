"""What is kept, and what goes."""

import random
import tracemalloc

from hypothesis import given
from hypothesis import strategies as st

from gateway.cache.book import Book
from gateway.cache.memory import size_of
from gateway.cache.store import Messages

ONE = (b"started", b"one", b"finished")
SIZE = size_of(ONE)


class Cache(Book[Messages]):
    """A book of answers, each of the size that it takes in memory."""

    def keep(self, key: bytes, tenant: str, messages: Messages, now: float):
        return self.put(key, tenant, messages, size_of(messages), now)


def test_keeps_what_was_put():
    cache = Cache(10 * SIZE, 1.0, ttl=10)
    assert cache.get(b"k", now=0) is None
    cache.keep(b"k", "a", ONE, now=0)
    assert cache.get(b"k", now=1) == ONE
    assert repr(cache) == f"<Book 1 answers, {SIZE} of {10 * SIZE} bytes (a: 1)>"


def test_what_is_older_than_the_ttl_is_gone_however_often_it_was_used():
    cache = Cache(10 * SIZE, 1.0, ttl=10)
    cache.keep(b"k", "a", ONE, now=0)
    assert cache.get(b"k", now=9.9) == ONE
    assert cache.get(b"k", now=10) is None
    assert repr(cache) == f"<Book 0 answers, 0 of {10 * SIZE} bytes ()>"


def test_what_is_put_again_is_as_new():
    cache = Cache(10 * SIZE, 1.0, ttl=10)
    cache.keep(b"k", "a", ONE, now=0)
    cache.keep(b"l", "a", ONE, now=1)
    cache.keep(b"k", "a", (b"other",), now=9)
    assert cache.get(b"k", now=12) == (b"other",)
    assert len(cache) == 1
    assert cache.size == size_of((b"other",))


def test_the_least_recently_used_goes_first():
    cache = Cache(2 * SIZE, 1.0, ttl=10)
    cache.keep(b"k", "a", ONE, now=0)
    cache.keep(b"l", "a", ONE, now=0)
    cache.get(b"k", now=1)
    cache.keep(b"m", "a", ONE, now=2)
    assert [cache.get(key, now=2) is not None for key in (b"k", b"l", b"m")] == [True, False, True]


def test_who_floods_pushes_out_its_own():
    cache = Cache(4 * SIZE, 0.5, ttl=10)
    cache.keep(b"modest", "b", ONE, now=0)
    for number in range(100):
        cache.keep(b"%d" % number, "a", ONE, now=0)
    assert repr(cache) == f"<Book 3 answers, {3 * SIZE} of {4 * SIZE} bytes (a: 2, b: 1)>"
    assert cache.get(b"modest", now=0) == ONE
    assert cache.get(b"99", now=0) == ONE
    assert cache.held_by("a") == 2 * SIZE
    assert cache.held_by("nobody") == 0


def test_what_exceeds_a_tenants_share_is_not_kept_and_pushes_nothing_out():
    cache = Cache(2 * SIZE, 0.5, ttl=10)
    cache.keep(b"k", "a", ONE, now=0)
    cache.keep(b"l", "a", (*ONE, b"more"), now=0)
    assert cache.get(b"l", now=0) is None
    assert cache.get(b"k", now=0) == ONE


def test_who_had_to_go_is_told():
    cache = Cache(2 * SIZE, 1.0, ttl=10)
    assert cache.keep(b"k", "a", ONE, now=0) == ()
    assert cache.keep(b"l", "b", ONE, now=0) == ()
    assert cache.keep(b"m", "b", ONE, now=0) == (b"k",)
    assert cache.keep(b"m", "b", ONE, now=1) == ()
    assert cache.keep(b"n", "b", (b"x" * 3 * SIZE,), now=1) is None
    assert cache.drop(b"l") == cache.drop(b"l") == b"l"
    assert repr(cache) == f"<Book 1 answers, {SIZE} of {2 * SIZE} bytes (b: 1)>"


def test_without_room_nothing_is_kept():
    cache = Cache(0, 1.0, ttl=10)
    cache.keep(b"k", "a", ONE, now=0)
    assert not cache.keeps_anything
    assert len(cache) == 0


PUTS = st.lists(
    st.tuples(st.integers(0, 12), st.sampled_from("abc"), st.integers(0, 2000), st.floats(0, 3)),
    max_size=60,
)


@given(PUTS, st.integers(0, 8000), st.floats(0, 1))
def test_bytes_stay_within_the_bounds_and_add_up(puts, limit, share):
    cache, now, kept = Cache(limit, share, ttl=5), 0.0, {}
    for number, tenant, size, pause in puts:
        now += pause
        key, messages = f"{tenant}{number}".encode(), (b"x" * size,)
        cache.keep(key, tenant, messages, now)
        kept[key] = (tenant, messages)
        found = {k: cache.get(k, now) for k in kept}
        sizes = {k: size_of(m) for k, m in found.items() if m is not None}
        assert all(m in (None, kept[k][1]) for k, m in found.items())
        assert cache.size == sum(sizes.values()) <= limit
        assert len(cache) == len(sizes)
        for each in "abc":
            held = sum(size for k, size in sizes.items() if kept[k][0] == each)
            assert held == cache.held_by(each) <= int(limit * share)


def test_100_000_distinct_keys_keep_within_the_bound():
    rng = random.Random(5)
    answers = [(b"s" * 40, b"d" * rng.randrange(2000), b"f" * 20) for _ in range(100)]
    limit = 1 << 20
    cache = Cache(limit, 0.5, ttl=300)
    largest = 0
    for number in range(100_000):
        cache.keep(b"%032d" % number, f"t{number % 7}", answers[number % 100], number / 1000)
        largest = max(largest, cache.size)
    assert limit - size_of((b"s" * 40, b"d" * 2000, b"f" * 20)) < largest <= limit


def test_100_000_distinct_answers_take_no_more_memory_than_is_counted():
    limit = 4 << 20
    cache = Cache(limit, 1.0, ttl=300)
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        for number in range(100_000):
            messages = tuple(b"%d " % number * length for length in (5, 8, 8, 8, 3))
            cache.keep(b"%032d" % number, "t", messages, number / 1000)
        taken = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    assert limit - 2000 < cache.size <= limit
    assert 0.5 * limit < taken <= limit


def test_a_zipf_trace_hits_nearly_as_often_as_the_most_asked_would():
    prompts, room, requests = 5000, 500, 50_000
    rng = random.Random(3)
    ranks = range(1, prompts + 1)
    trace = rng.choices(ranks, [1 / rank for rank in ranks], k=requests)
    cache, hits = Cache(room * SIZE, 1.0, ttl=1e9), 0
    for rank in trace:
        key = b"%d" % rank
        if cache.get(key, now=0) is None:
            cache.keep(key, "t", ONE, now=0)
        else:
            hits += 1
    at_best = sum(rank <= room for rank in trace)  # who knew what will be asked most
    assert len(cache) == room
    assert 0.8 * at_best < hits < at_best
