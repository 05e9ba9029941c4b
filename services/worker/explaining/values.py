"""What can be explained and what is said of it, as values.

Pure. Text is not among them: tokens go into the explaining process, numbers come
out of it. Knows neither the wire nor that process.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[np.float32]


class Method(Enum):
    """How attributions are computed; see evenflow.v1.ExplanationMethod."""

    GRADIENT_X_INPUT = "gradient_x_input"
    INTEGRATED_GRADIENTS = "integrated_gradients"


@dataclass(frozen=True, slots=True)
class Options:
    """How to explain; evenflow.v1.ExplanationOptions with its defaults filled in."""

    method: Method = Method.INTEGRATED_GRADIENTS
    steps: int = 1024
    tolerance: float = 0.02
    max_answer_tokens: int = 16
    alternatives: int = 5


@dataclass(frozen=True, slots=True)
class Subject:
    """What is explained: an answer's tokens behind a prompt's.

    For a classifier the prompt is the text, and the answer one label's number, or
    nothing where the likeliest is meant.
    """

    prompt: tuple[int, ...]
    answer: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Computed:
    """How far it has come: points of the line, times outcomes."""

    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another outcome at the same place."""

    token_id: int
    logprob: float


@dataclass(frozen=True, slots=True)
class Attributed:
    """What one outcome is owed to; see evenflow.v1.Attribution."""

    position: int
    outcome: int
    scores: tuple[float, ...]
    logprob: float
    baseline_logprob: float
    gap: float
    relative_gap: float
    alternatives: tuple[Alternative, ...]


@dataclass(frozen=True, slots=True)
class Summed:
    """All outcomes are attributed."""

    steps: int
    worst_gap: float


Found: TypeAlias = Computed | Attributed | Summed


class Differentiable(Protocol):
    """Outcomes as a function of embeddings: one text, before one model."""

    @property
    def outcomes(self) -> tuple[int, ...]:
        """The tokens, or the label, that are explained."""
        ...

    @property
    def text(self) -> Array:
        """The text in embeddings, `[tokens, width]`."""
        ...

    @property
    def baseline(self) -> Array:
        """What stands for nothing said, `[tokens, width]`."""
        ...

    def products(
        self, inputs: Array, direction: Array, chosen: tuple[int, ...]
    ) -> tuple[Array, Array]:
        """Log probabilities `[rows, outcomes]`, and the changes along `direction` by token.

        The latter `[chosen, rows, tokens]`, for the outcomes at these places.
        """
        ...

    def seen(self, outcome: int) -> int:
        """How many tokens stand before the outcome at this place."""
        ...

    def alternatives(self, count: int) -> list[tuple[Alternative, ...]]:
        """The most likely outcomes at each place, most likely first."""
        ...
