"""What an explanation tells, as values.

Pure. Text in it is wrapped.
"""

from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from services.runtime.text import Text
from services.worker.explaining.values import Attributed, Method


class Stage(Enum):
    """What an explanation does; see evenflow.v1.ExplanationProgress."""

    WAITING = "waiting"
    ANSWERING = "answering"
    LOADING = "loading"
    COMPUTING = "computing"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far it has come; `total` 0: not known."""

    stage: Stage
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Token:
    """A token of what is explained."""

    token_id: int
    text: Text


@dataclass(frozen=True, slots=True)
class Started:
    """What is explained."""

    request_id: str
    model: str
    revision: str
    prompt: tuple[Token, ...]
    answer: tuple[Token, ...]
    answer_generated: bool
    baseline: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one outcome is owed to; `texts` are those of the alternatives."""

    found: Attributed
    texts: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Finished:
    """All is told. Lengths in tokens, times in seconds."""

    method: Method
    prompt_tokens: int
    answer_tokens: int
    steps: int
    worst_gap: float
    is_complete: bool
    wait_seconds: float
    compute_seconds: float


Event: TypeAlias = Progress | Started | Outcome | Finished
