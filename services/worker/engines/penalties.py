"""How tokens that were seen before become less likely.

Pure. The penalties are computed anew from the tokens so far: they keep no
state that a sequence would lose when it moves to another worker.
"""

from collections.abc import Sequence

import numpy as np

from services.worker.engines.engine import Logits, Sampling

GREATEST = float(np.finfo(np.float32).max)


def penalized(
    logits: Logits, sampling: Sampling, prompt: Sequence[int], answer: Sequence[int]
) -> Logits:
    """The logits after the penalties; the very same array where none is asked for."""
    repeats = sampling.repetition_penalty != 1.0 and (prompt or answer)
    occurs = (sampling.presence_penalty or sampling.frequency_penalty) and answer
    if not repeats and not occurs:
        return logits
    scores = logits.copy()
    if repeats:
        seen = np.unique(np.asarray([*prompt, *answer], dtype=np.int64))
        at = scores[seen].astype(np.float64)
        penalty = sampling.repetition_penalty
        scores[seen] = np.clip(at * np.where(at > 0, 1 / penalty, penalty), -GREATEST, GREATEST)
    if occurs:
        tokens, counts = np.unique(np.asarray(answer, dtype=np.int64), return_counts=True)
        scores[tokens] -= np.float32(sampling.presence_penalty)
        scores[tokens] -= np.float32(sampling.frequency_penalty) * counts.astype(np.float32)
    return scores
