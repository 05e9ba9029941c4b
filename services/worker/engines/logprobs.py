"""How likely a token was, and what else was likely in its place.

Pure. Natural logarithms under the model itself: before penalties, temperature
and any cut.
"""

from collections.abc import Callable

import numpy as np

from services.runtime.text import Text
from services.worker.engines.engine import Logits, TokenScore
from services.worker.engines.sampling import most_likely


def scored(
    token: int, logits: Logits, alternatives: int, token_bytes: Callable[[int], bytes]
) -> TokenScore:
    """The score of `token` with its most likely alternatives, most likely first."""
    exact = logits.astype(np.float64)
    greatest = float(exact.max())
    total = greatest + float(np.log(np.exp(exact - greatest).sum()))

    def score(one: int, others: tuple[TokenScore, ...] = ()) -> TokenScore:
        text = Text(token_bytes(one).decode("utf-8", "replace"))
        # The sum rounds: a certain token must not be likelier than certain.
        return TokenScore(one, text, min(0.0, float(exact[one]) - total), others)

    likely = most_likely(logits, alternatives) if alternatives else ()
    return score(token, tuple(score(int(other)) for other in likely))
