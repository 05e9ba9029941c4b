"""Workers are owned by one shard each, evenly, and move only to a shard that is new."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from loadbalancer.shards import owner

IDS = st.text(min_size=1, max_size=40)


@given(IDS, st.integers(1, 32))
def test_one_shard_more_moves_a_worker_to_that_one_or_not_at_all(worker_id, shards):
    before, after = owner(worker_id, shards), owner(worker_id, shards + 1)
    assert after in (before, shards)
    assert 0 <= before < shards


def test_one_shard_owns_everybody():
    assert {owner(f"worker-{n}", 1) for n in range(100)} == {0}


def test_shards_own_about_as_many_each():
    sizes = Counter(owner(f"worker-{n}", 4) for n in range(4000))
    assert all(900 < size < 1100 for size in sizes.values()), sizes


def test_a_worker_keeps_its_owner_from_one_release_to_the_next():
    assert [owner(f"worker-{n}", 4) for n in range(8)] == [1, 0, 1, 1, 2, 1, 2, 3]
