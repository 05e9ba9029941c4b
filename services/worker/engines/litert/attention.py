"""Attention over the cache's pages and a step's own tokens, for LiteRT.

Decides in which order and precision a token's scores and values are summed. The
cache is held in sixteen bits: what a step of many rows waits for is memory. A
decode step multiplies it as it lies; LiteRT adds products of halves up in 32
bits and rounds the sum. A prefill, which uses what it reads many times, takes
the same halves as floats, whose products are quicker, and rounds the same sums.

A token's bits depend neither on what shares its step nor on how its past was
cut into chunks. Its sums, of values and of their weights, are its own, taken from
floats, then those of each page in turn; within a page a product adds from the
first position on.
What is hidden adds an exact zero, and the largest score is exact anyway.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

import numpy as np

from services.worker.engines.litert.shapes import HIDDEN, Shape
from services.worker.engines.tensorflow_quiet import tf

Tensor = Any  # TensorFlow ships no types
HELD = tf.float16  # what the cache holds
_FULL = tf.float32


@dataclass(frozen=True, slots=True)
class Heads:
    """Queries `[tokens, kv_heads, group, size]`; keys and values likewise, one a group."""

    query: Tensor
    key: Tensor
    value: Tensor


def places(shape: Shape, group: int, hidden: Tensor | None) -> Sequence[Tensor]:
    """What is added to the scores of a step's last parts; `hidden` is `[rows, 1, 1, hideable]`.

    A decode step has one such part, which is all pages.
    """
    if shape.columns == 1:
        return [hidden]
    # A token does not see itself here either: its own share is added apart.
    later = np.triu(np.full((shape.columns, shape.columns), HIDDEN, np.float32))
    later = np.repeat(later, group, axis=0)[None, None]
    if hidden is None:
        ends = list(accumulate(shape.spans))
        return [tf.constant(part) for part in np.split(later, ends[:-1], axis=-1)]
    past = np.zeros((1, 1, len(later[0, 0]), shape.hideable), np.float32)
    return [tf.concat([hidden + past, tf.constant(later)], axis=-1)]


def heads_first(shape: Shape, part: Tensor) -> Tensor:
    """From `[tokens, kv_heads, n, size]` to `[rows, kv_heads, columns * n, size]`."""
    if shape.columns == 1:
        return part
    heads, count, size = part.shape[1:]
    return tf.reshape(tf.transpose(part, [1, 0, 2, 3]), [1, heads, shape.columns * count, size])


def attended(
    shape: Shape,
    unseen: Sequence[Tensor],
    own: Heads,
    keys: Sequence[Tensor],
    values: Sequence[Tensor],
) -> Tensor:
    """What each token gathers, `[tokens, heads * size]`; keys and values by pages."""
    heads, group = own.query.shape[1:3]
    keys = _parts(shape, keys, heads_first(shape, own.key))
    values = _parts(shape, values, heads_first(shape, own.value))
    query = heads_first(shape, own.query)
    scores = [_product(shape, query, part, transpose_b=True) for part in keys]
    itself = _summed(own.query * own.key)
    itself = heads_first(shape, tf.reshape(itself, [-1, heads, group, 1]))
    # A decode step takes its parts together, as a small step's time is the number of
    # its operations; a prefill each by itself, as it waits for memory.
    weigh = _together if shape.columns == 1 else _apart
    shares, total = weigh(scores, unseen, itself)
    sums = total * heads_first(shape, own.value * tf.ones([1, 1, group, 1]))
    for its, part in zip(shares, values, strict=True):
        sums += _product(shape, its, part)
        total += tf.reshape(_summed(its), [-1, heads, shape.columns * group, 1])
    return _tokens_first(shape, sums / total, group)


def _together(
    scores: Sequence[Tensor], unseen: Sequence[Tensor], itself: Tensor
) -> tuple[Sequence[Tensor], Tensor]:
    """What each part's places, and a token itself, weigh before all is divided by their sum."""
    every = (tf.concat(scores, axis=-1) if len(scores) > 1 else scores[0]) + unseen[0]
    largest = tf.maximum(tf.reduce_max(every, axis=-1, keepdims=True), itself)
    shares, share = tf.exp(every - largest), tf.exp(itself - largest)
    if len(scores) == 1:
        return [shares], share
    sizes = [part.shape[-1] for part in scores]
    ends = accumulate(sizes)
    return [shares[..., end - size : end] for size, end in zip(sizes, ends, strict=True)], share


def _apart(
    scores: Sequence[Tensor], unseen: Sequence[Tensor], itself: Tensor
) -> tuple[Sequence[Tensor], Tensor]:
    """The same, part by part; `unseen` is of the last ones."""
    first = len(scores) - len(unseen)
    hidden = (part + more for part, more in zip(scores[first:], unseen, strict=True))
    scores, largest = [*scores[:first], *hidden], itself
    for part in scores:
        largest = tf.maximum(largest, tf.reduce_max(part, axis=-1, keepdims=True))
    return [tf.exp(part - largest) for part in scores], tf.exp(itself - largest)


def _product(shape: Shape, left: Tensor, held: Tensor, *, transpose_b: bool = False) -> Tensor:
    """The product with what is held, both and the sums rounded as `held` is."""
    left = tf.cast(left, held.dtype)
    if shape.columns > 1:
        left, full = tf.cast(left, _FULL), tf.cast(held, _FULL)
        return tf.cast(tf.cast(tf.matmul(left, full, transpose_b=transpose_b), held.dtype), _FULL)
    return tf.cast(tf.matmul(left, held, transpose_b=transpose_b), _FULL)


def _parts(shape: Shape, pages: Sequence[Tensor], fresh: Tensor) -> Sequence[Tensor]:
    """Pages with a step's own tokens where they will lie; the row of a decode step is apart."""
    if shape.columns == 1:
        return pages
    if not shape.spans:
        read = tf.cast(pages[-1], _FULL)[:, :, : shape.hideable]
        whole = tf.concat([read, fresh], axis=2)
        return [*pages[:-1], tf.cast(whole, pages[-1].dtype)]
    ends = accumulate(shape.spans)
    begun = (fresh[:, :, end - span : end] for span, end in zip(shape.spans, ends, strict=True))
    return [*pages, *(tf.cast(part, HELD) for part in begun)]


def _summed(terms: Tensor) -> Tensor:
    """Sums over the last axis by a product: in order, which a reduction is not."""
    count = terms.shape[-1]
    return tf.matmul(tf.reshape(terms, [-1, count]), tf.ones([1, count]), transpose_b=True)


def _tokens_first(shape: Shape, sums: Tensor, group: int) -> Tensor:
    heads, size = sums.shape[1], sums.shape[-1]
    if shape.columns > 1:
        sums = tf.reshape(sums, [heads, shape.columns, group * size])
        sums = tf.transpose(sums, [1, 0, 2])
    return tf.reshape(sums, [-1, heads * group * size])
