"""A rival that serves streams, as the load sees it.

Pure. Nothing here knows how a rival is reached.
"""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Protocol

from benchmarks.engines.workload import Ask


@dataclass(frozen=True, slots=True)
class Came:
    """So many tokens came at once; the last one tells what the rival counted itself."""

    tokens: int
    prompt_tokens: int | None = None
    completion_tokens: int | None = None


class Served(Protocol):
    """One of the rivals, ready."""

    @property
    def pid(self) -> int:
        """Its process."""
        ...

    def stream(self, ask: Ask) -> AsyncGenerator[Came, None]:
        """Answer one request."""
        ...
