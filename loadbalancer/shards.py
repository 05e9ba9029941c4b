"""Which shard owns a worker, where a fleet is divided among several active balancers.

Pure. Decides by rendezvous hashing: every shard draws a number for every worker,
and the greatest owns it. All balancers come to the same answer without a word
between them; one shard more takes from each of the others its part, and moves
nothing else.
"""

from hashlib import blake2b

LEAST_WORKERS = 16
"""Workers below which a shard has too few to choose from: its queue waits while others idle."""


def owner(worker_id: str, shards: int) -> int:
    """The shard, from 0, that grants to this worker."""
    return max(range(shards), key=lambda shard: _draw(worker_id, shard))


def _draw(worker_id: str, shard: int) -> bytes:
    return blake2b(f"{shard}:{worker_id}".encode(), digest_size=8).digest()
