"""Which token comes next.

Pure. The choice is a function of logits, sampling, position and the tokens so
far: any worker of the same model revision makes the same one. The random
numbers are therefore not drawn from a stream but computed from (seed,
position) by a counter-based generator, Philox4x64-10 (Salmon, Moraes, Dror,
Shaw: "Parallel random numbers: as easy as 1, 2, 3", SC 2011).

Order: penalties, temperature, top_k, top_p, then one draw.
"""

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from services.worker.engines.engine import Logits, Sampling
from services.worker.engines.penalties import penalized

Tokens: TypeAlias = NDArray[np.intp]
Weights: TypeAlias = NDArray[np.float64]

# Sorting a whole vocabulary costs milliseconds; a nucleus is mostly in its head.
HEADS = (64, 1024, 8192)


def choose(logits: Logits, sampling: Sampling, prompt: Sequence[int], answer: Sequence[int]) -> int:
    """The token that follows `prompt` and `answer`, given finite logits `[vocabulary]`."""
    scores = penalized(logits, sampling, prompt, answer)
    if sampling.temperature == 0.0:
        return int(np.argmax(scores))
    tokens, weights = candidates(scores, sampling)
    return int(tokens[draw(weights, uniform(sampling.seed, len(answer)))])


def uniform(seed: int, position: int) -> float:
    """A number in [0, 1) that depends on seed (64 bits) and position alone."""
    philox = np.random.Philox(
        key=np.array([seed, 0], dtype=np.uint64),
        counter=np.array([0, position, 0, 0], dtype=np.uint64),
    )
    return (int(philox.random_raw()) >> 11) * 2.0**-53


def candidates(scores: Logits, sampling: Sampling) -> tuple[Tokens, Weights]:
    """The tokens that may be drawn and their weights (probabilities times a constant)."""
    if sampling.top_k is not None and sampling.top_k < len(scores):
        tokens = most_likely(scores, sampling.top_k)
        weights = _weights(scores[tokens], sampling.temperature)
        needed = sampling.top_p * weights.sum()
        return _cut(tokens, weights, needed) if sampling.top_p < 1.0 else (tokens, weights)
    weights = _weights(scores, sampling.temperature)
    if sampling.top_p < 1.0:
        return _nucleus(scores, weights, sampling.top_p)
    return np.arange(len(scores)), weights


def _weights(scores: Logits, temperature: float) -> Weights:
    # The greatest becomes 0 first; what a tiny temperature sends to -inf weighs nothing.
    with np.errstate(over="ignore"):
        below = (scores.astype(np.float64) - float(scores.max())) / temperature
    return np.exp(below)


def most_likely(scores: Logits, count: int) -> Tokens:
    """The `count` tokens with the highest scores, highest first, equals by their id."""
    if count < len(scores):
        edge = np.partition(scores, -count)[-count]
        above = np.flatnonzero(scores > edge)
        tokens = np.concatenate([above, np.flatnonzero(scores == edge)[: count - len(above)]])
    else:
        tokens = np.arange(len(scores))
    return tokens[np.argsort(-scores[tokens], kind="stable")]  # equals stand by id already


def draw(weights: Weights, point: float) -> int:
    """The index at which `point` in [0, 1) falls when the weights are laid in a row."""
    edges = np.cumsum(weights)
    # Rounding may lift the product onto the last edge, behind the last weight.
    at = min(point * edges[-1], np.nextafter(edges[-1], 0.0))
    return int(np.searchsorted(edges, at, side="right"))


def _nucleus(scores: Logits, weights: Weights, top_p: float) -> tuple[Tokens, Weights]:
    needed = top_p * weights.sum()
    for head in HEADS:
        tokens = most_likely(scores, head)
        if weights[tokens].sum() >= needed:
            break
    else:
        tokens = most_likely(scores, len(scores))
    return _cut(tokens, weights[tokens], needed)


def _cut(tokens: Tokens, weights: Weights, needed: float) -> tuple[Tokens, Weights]:
    kept = int(np.searchsorted(np.cumsum(weights), needed, side="left")) + 1
    return tokens[:kept], weights[:kept]
