"""A language model's answer as something to differentiate.

Decides the baseline: zeros in place of every token's embedding, but for control tokens
and the text's first token, which stay. A Llama gathers on these what it attends to
where nothing else is to be attended to, whatever they say; without them the line runs
through states that no text has, and its log probabilities jump. Knows no line and no sums.
"""

from collections.abc import Callable

import numpy as np

from services.worker.engines.explain.graph import ExplainGraph
from services.worker.explaining.values import Alternative, Array, Subject


class LanguageOutcomes:
    """A `Differentiable` over one prompt and its answer."""

    def __init__(
        self, graph: ExplainGraph, subject: Subject, is_control: Callable[[int], bool]
    ) -> None:
        self._graph = graph
        self._prompt = len(subject.prompt)
        self.outcomes = subject.answer
        # The last token of the answer is asked for, and asks for nothing.
        tokens = [*subject.prompt, *subject.answer[:-1]]
        self.text = graph.embedded(tokens)
        kept = np.array([place == 0 or is_control(token) for place, token in enumerate(tokens)])
        self.baseline = np.where(kept[:, None], self.text, np.zeros_like(self.text))

    def products(
        self, inputs: Array, direction: Array, chosen: tuple[int, ...]
    ) -> tuple[Array, Array]:
        """See Differentiable."""
        return self._graph.products(inputs, direction, self._prompt, self.outcomes, chosen)

    def seen(self, outcome: int) -> int:
        """How many tokens stand before the outcome at this place."""
        return self._prompt + outcome

    def alternatives(self, count: int) -> list[tuple[Alternative, ...]]:
        """The most likely tokens at each place of the answer."""
        logits = self._graph.logits(self.text[None], self._prompt, len(self.outcomes))
        return [likeliest(row, count) for row in logits.astype(np.float64)]


def likeliest(
    logits: "np.ndarray[tuple[int], np.dtype[np.float64]]", count: int
) -> tuple[Alternative, ...]:
    """The `count` largest of a row, by their log probability; of equals the lower number first."""
    greatest = logits.max()
    logprobs = logits - greatest - np.log(np.exp(logits - greatest).sum())
    order = np.argsort(-logprobs, kind="stable")[:count]
    return tuple(Alternative(int(one), min(0.0, float(logprobs[one]))) for one in order)
