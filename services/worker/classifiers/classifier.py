"""What a classifier is to the worker that serves it, whatever runs it.

Pure. A trained folder in LiteRT is behind it, and in tests one that runs when
it is let. Knows neither.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from services.runtime.text import Text

Row: TypeAlias = Sequence[float]


@dataclass(frozen=True, slots=True)
class ClassifierInfo:
    """Who a classifier is; evenflow.v1.ClassifyResponse explains threshold and fallback."""

    name: str
    version: str
    labels: tuple[str, ...]
    threshold: float = 0.0
    fallback: str = ""


class Classifier(Protocol):
    """Runs texts. Called by one at a time."""

    info: ClassifierInfo

    async def run(self, texts: Sequence[Text]) -> Sequence[Row]:
        """The probabilities of the labels, in their order, a row for each text."""
        ...
