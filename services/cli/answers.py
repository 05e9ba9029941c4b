"""An answer as its caller hears it: events, times, and what follows from them.

Pure. Decides what TTFT, gaps between tokens and completeness mean for one
answer. Knows neither the wire nor a clock: whoever listens says when.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from services.cli.task_plan import Progressed, TaskPlan
from services.runtime.text import Text


@dataclass(frozen=True, slots=True)
class Interpretation:
    """What a free text was taken for, and why; evenflow.v1.Interpretation explains each."""

    kind: str
    reason: str
    probability: float = 0.0
    threshold: float = 0.0
    target_language: str = ""
    source_language: str = ""
    classifier: str = ""
    instruction_removed: bool = False


@dataclass(frozen=True, slots=True)
class Classified:
    """What a classifier says of one text; labels with probabilities, the most likely first."""

    model: str
    version: str
    worker_id: str
    threshold: float
    labels: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Began:
    """The answer has begun on a worker. `interpretation` is there where the task was auto."""

    request_id: str
    model: str
    revision: str
    worker_id: str
    prompt_tokens: int
    cached_tokens: int
    seed: int
    interpretation: Interpretation | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    """More of the answer."""

    text: Text
    token_ids: tuple[int, ...]
    position: int


@dataclass(frozen=True, slots=True)
class Candidate:
    """A worker that had room for the request when its turn came."""

    worker_id: str
    predicted_ms: float
    held_tokens: int
    slots_free: int
    kv_tokens_free: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class Route:
    """Why the answer came from where it came; `source`: generated, joined or cached."""

    source: str
    worker_id: str = ""
    queue_ms: float = 0.0
    predicted_ttft_ms: float = 0.0
    prompt_tokens: int = 0
    held_tokens: int = 0
    degraded: bool = False
    attempts: int = 0
    candidates: tuple[Candidate, ...] = ()


@dataclass(frozen=True, slots=True)
class Ended:
    """The answer is whole.

    `route` is there where it was asked for, `plan` where the task may take many steps.
    """

    reason: str
    prompt_tokens: int
    completion_tokens: int
    cached_tokens: int
    route: Route | None = None
    plan: TaskPlan | None = None


Event: TypeAlias = Began | Piece | Progressed | Ended


class Answer:
    """One answer, from the moment it was asked for. All times in the listener's seconds.

    >>> answer = Answer(asked_at=10.0)
    >>> answer.heard(Piece(Text("Hi"), (7,), 0), 10.5)
    >>> answer
    <Answer 1 tokens, ttft 0.500 s, open>
    """

    def __init__(self, asked_at: float) -> None:
        self.asked_at = asked_at
        self.began: Began | None = None
        self.ended: Ended | None = None
        self.token_times: list[float] = []
        self.last_at = asked_at
        self._text: list[str] = []
        self._has_gap = False

    def heard(self, event: Event, now: float) -> None:
        """Take in one event of the stream."""
        self.last_at = now
        if isinstance(event, Began):
            self.began = event
        elif isinstance(event, Ended):
            self.ended = event
        elif isinstance(event, Piece):
            self._has_gap |= bool(event.token_ids) and event.position != len(self.token_times)
            self.token_times.extend([now] * len(event.token_ids))
            self._text.append(event.text.reveal)

    @property
    def text(self) -> Text:
        """All that was answered so far."""
        return Text("".join(self._text))

    @property
    def tokens(self) -> int:
        """Tokens heard so far."""
        return len(self.token_times)

    @property
    def worker_id(self) -> str:
        """The worker that answers; empty until it is known."""
        return self.began.worker_id if self.began else ""

    @property
    def ttft(self) -> float | None:
        """Seconds from asking to the first token."""
        return self.token_times[0] - self.asked_at if self.token_times else None

    @property
    def tokens_per_second(self) -> float | None:
        """Tokens after the first, over the time that they took."""
        if len(self.token_times) < 2 or self.token_times[-1] <= self.token_times[0]:
            return None
        return (len(self.token_times) - 1) / (self.token_times[-1] - self.token_times[0])

    @property
    def is_complete(self) -> bool:
        """Whether begin and end were heard, and each token between them, once, in order."""
        if self.began is None or self.ended is None or self._has_gap:
            return False
        return self.ended.completion_tokens == self.tokens

    def __repr__(self) -> str:
        ttft = "-" if self.ttft is None else f"{self.ttft:.3f} s"
        state = "open" if self.ended is None else self.ended.reason
        return f"<Answer {self.tokens} tokens, ttft {ttft}, {state}>"


def gaps(token_times: Sequence[float]) -> list[float]:
    """Seconds between successive tokens; tokens that came together share their gap.

    >>> gaps([1.0, 3.0, 3.0])
    [1.0, 1.0]
    """
    found: list[float] = []
    previous, index = (token_times[0] if token_times else 0.0), 1
    while index < len(token_times):
        together = index
        while together < len(token_times) and token_times[together] == token_times[index]:
            together += 1
        count = together - index
        found.extend([(token_times[index] - previous) / count] * count)
        previous, index = token_times[index], together
    return found
