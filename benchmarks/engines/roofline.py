"""What this machine could do at best, and the least time that a step then takes.

The model: a decode step reads every weight once (one byte each: int8) and every
sequence's cached keys and values (halves), and computes two operations a weight
and row, four an element of cache and query head. The roof is the longer of bytes
by bandwidth and operations by peak; a share of the roofline is that time by the
time measured. Limits are measured in the same run: bandwidth by sums over arrays
too large for any cache, the peak by an int8 matrix product in LiteRT.
"""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

TURNS = 5
READ_BYTES = 256 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """Bytes and operations a second."""

    bandwidth: float
    peak: float


@dataclass(frozen=True, slots=True)
class Sizes:
    """A model's: weights that a step multiplies with, and its attention's shape."""

    weights: int
    layers: int
    heads: int
    kv_heads: int
    head_size: int
    cache_bytes: int = 2  # of a cached element


def step_seconds(limits: Limits, sizes: Sizes, rows: int, past: float) -> float:
    """The least that a decode step of `rows` sequences takes after `past` tokens each."""
    cached = 2 * sizes.layers * sizes.kv_heads * sizes.head_size * past * rows
    attended = 4 * sizes.layers * sizes.heads * sizes.head_size * past * rows
    read = sizes.weights + cached * sizes.cache_bytes
    return max(read / limits.bandwidth, (2 * sizes.weights * rows + attended) / limits.peak)


def bandwidth(threads: int) -> float:
    """Bytes a second that all threads read together."""
    arrays = [np.ones(READ_BYTES // 4, np.float32) for _ in range(threads)]
    seconds = []
    with ThreadPoolExecutor(threads) as pool:
        for _ in range(TURNS):
            began = time.perf_counter()
            list(pool.map(np.sum, arrays))
            seconds.append(time.perf_counter() - began)
    return threads * READ_BYTES / min(seconds)
