"""The angles by which positions turn queries and keys, and how they are scaled.

Pure. A scaled rope is told as what each pair's plain frequency is divided by,
and how much longer queries and keys become: both are known before a model runs.
"""

from math import log, pi
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from services.worker.engines.models.llama_config import LlamaConfig

Array = NDArray[np.float32]
Divisors: TypeAlias = tuple[float, ...]


def cosines_and_sines(config: "LlamaConfig", length: int) -> tuple[Array, Array]:
    """Of positions 0 to `length`, `[length, head_size / 2]` each."""
    frequencies = plain_frequencies(config.head_size, config.rope_base)
    if config.rope_divisors:
        frequencies = frequencies / np.array(config.rope_divisors)
    angles = np.outer(np.arange(length), frequencies)
    cosines, sines = np.cos(angles), np.sin(angles)
    if config.rope_magnitude != 1.0:
        cosines, sines = cosines * config.rope_magnitude, sines * config.rope_magnitude
    return cosines.astype(np.float32), sines.astype(np.float32)


def plain_frequencies(head_size: int, base: float) -> NDArray[np.float64]:
    """Radians a position, of each pair of a head."""
    return np.asarray(base ** -(np.arange(0, head_size, 2) / head_size))


def linear(head_size: int, factor: float) -> Divisors:
    """Every position counts as one `factor` times nearer."""
    return (factor,) * (head_size // 2)


def llama3(
    head_size: int, base: float, *, factor: float, low: float, high: float, trained: int
) -> Divisors:
    """Slow pairs are divided by `factor`, fast ones not, and those between in part.

    Slow is a pair that turns less than `low` times over the `trained` context,
    fast one that turns more than `high` times.
    """
    turns = trained * plain_frequencies(head_size, base) / (2 * pi)
    plain = np.clip((turns - low) / (high - low), 0.0, 1.0)
    return tuple((1 / ((1 - plain) / factor + plain)).tolist())


def yarn(
    head_size: int,
    base: float,
    *,
    factor: float,
    trained: int,
    fast: float,
    slow: float,
    whole: bool = True,
) -> Divisors:
    """As `llama3`, but what lies between is shared by the pair's number (Peng et al., 2023).

    `whole` rounds the numbers of the first and last pair between to whole ones.
    """

    def pair(turns: float) -> float:
        return head_size * log(trained / (turns * 2 * pi)) / (2 * log(base))

    first, last = pair(fast), pair(slow)
    if whole:
        first, last = np.floor(first), np.ceil(last)
    first, last = max(first, 0.0), min(last, head_size - 1.0)
    span = max(last - first, 0.001)
    plain = 1 - np.clip((np.arange(head_size // 2) - first) / span, 0.0, 1.0)
    return tuple((1 / ((1 - plain) / factor + plain)).tolist())


def yarn_magnitude(factor: float) -> float:
    """By how much yarn lengthens queries and keys, unless a model says otherwise."""
    return 0.1 * log(factor) + 1.0 if factor > 1 else 1.0
