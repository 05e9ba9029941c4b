"""An explanation as its caller hears it: events, and what follows from them.

Pure. Decides what a token's share in the whole answer is. Knows neither the wire nor
how it is shown.
"""

from dataclasses import dataclass, field
from typing import TypeAlias

from services.runtime.text import Text


@dataclass(frozen=True, slots=True)
class Advanced:
    """How far it has come; `total` 0: not known."""

    stage: str
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Subject:
    """What is explained. For a label, `answer` is empty."""

    request_id: str
    model: str
    revision: str
    worker_id: str
    prompt: tuple[Text, ...]
    answer: tuple[Text, ...]
    answer_generated: bool
    baseline: str


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another outcome at the same place, with its natural log probability."""

    text: Text
    logprob: float


@dataclass(frozen=True, slots=True)
class Owed:
    """What one outcome is owed to: a score for each token before it, in nats."""

    position: int
    scores: tuple[float, ...]
    logprob: float
    baseline_logprob: float
    gap: float
    relative_gap: float
    alternatives: tuple[Alternative, ...]


@dataclass(frozen=True, slots=True)
class Summary:
    """How it was computed. Times in seconds."""

    method: str
    points: int
    worst_gap: float
    is_complete: bool
    wait_seconds: float
    compute_seconds: float


Event: TypeAlias = Advanced | Subject | Owed | Summary


@dataclass(slots=True)
class Explanation:
    """The whole, once all is heard."""

    label: str = ""
    subject: Subject | None = None
    owed: list[Owed] = field(default_factory=list)
    summary: Summary | None = None

    def heard(self, event: Event) -> None:
        """Take in an event."""
        match event:
            case Subject():
                self.subject = event
            case Owed():
                self.owed.append(event)
            case Summary():
                self.summary = event

    @property
    def outcomes(self) -> tuple[Text, ...]:
        """What is explained, one for each of `owed`: the answer's tokens, or the label."""
        if self.subject is None:
            return ()
        if self.subject.answer:
            return self.subject.answer
        likeliest = [one.alternatives[0].text for one in self.owed[:1] if one.alternatives]
        return (Text(self.label),) if self.label else tuple(likeliest) or (Text("label"),)

    @property
    def is_label(self) -> bool:
        """Whether it is a classifier's label that is explained."""
        return self.subject is not None and not self.subject.answer

    @property
    def tokens(self) -> tuple[Text, ...]:
        """Prompt and answer, token by token."""
        return (*self.subject.prompt, *self.subject.answer) if self.subject else ()

    @property
    def totals(self) -> tuple[float, ...]:
        """Each prompt token's score for the whole answer."""
        count = len(self.subject.prompt) if self.subject else 0
        return tuple(sum(one.scores[place] for one in self.owed) for place in range(count))

    def most(self, owed: Owed, count: int) -> list[tuple[int, float]]:
        """The places that it owes most to, for or against it, with their scores."""
        seen = [place for place, score in enumerate(owed.scores) if score]
        order = sorted(seen, key=lambda place: -abs(owed.scores[place]))
        return [(place, owed.scores[place]) for place in order[:count]]
