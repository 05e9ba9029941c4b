"""Prompts through the stepper on the test's own thread: who is asked what, and when.

The scripted model's checksums find any token that was shared and should not
have been, and any that was not computed and should have been.
"""

from collections.abc import Sequence as Several
from dataclasses import dataclass, field

from services.worker.engines.engine import (
    Began,
    Logits,
    Piece,
    Row,
    Sampling,
    Serving,
    StepLimits,
)
from services.worker.engines.scripted import VOCABULARY, Pace, ScriptedModel, ScriptedTokenizer
from services.worker.engines.sequence import Sequence
from services.worker.engines.stepper import Stepper, Told

LIMITS = StepLimits(slots=3, context=160, vocabulary=VOCABULARY, prefill_chunk=8)


class Counting(ScriptedModel):
    """Counts what is computed and, before and after each computation, what is held."""

    def __init__(self, limits: StepLimits = LIMITS) -> None:
        super().__init__(limits, Pace())
        self.prefilled = 0
        self.most_held = 0
        self.copies: list[tuple[int, int, int]] = []

    def prefill(self, slot: int, start: int, tokens: Several[int]) -> None:
        super().prefill(slot, start, tokens)
        self.prefilled += len(tokens)
        self.count()

    def decode(self, rows: Several[Row]) -> Logits:
        logits = super().decode(rows)
        self.count()
        return logits

    def count(self) -> None:
        held = sum(len(checksums) - 1 for checksums in self._checksums)
        self.most_held = max(self.most_held, held)

    def copy(self, source: int, target: int, count: int) -> None:
        super().copy(source, target, count)
        self.copies.append((source, target, count))


class Uncopied:
    """A StepModel with no more than a StepModel's members."""

    def __init__(self) -> None:
        self.inner = Counting()
        self.limits, self.revision = self.inner.limits, self.inner.revision

    def prefill(self, slot: int, start: int, tokens: Several[int]) -> None:
        self.inner.prefill(slot, start, tokens)

    def decode(self, rows: Several[Row]) -> Logits:
        return self.inner.decode(rows)

    def release(self, slot: int, keep: int = 0) -> None:
        self.inner.release(slot, keep)


@dataclass(frozen=True)
class Asked:
    """A prompt that arrives once so many steps have run, and may leave some steps later."""

    prompt: str
    tokens: int = 3
    step: int = 0
    leaves_after: int | None = None
    scope: str = ""


@dataclass
class Run:
    """Runs what is asked, at most one a slot at once, in order."""

    asked: Several[Asked]
    model: Counting | Uncopied = field(default_factory=Counting)
    serving: Serving = Serving()

    def __post_init__(self) -> None:
        self.answers: dict[int, list[int]] = {n: [] for n in range(len(self.asked))}
        self.cached: dict[int, int] = {}
        self.failed: list[int] = []
        self.ended: list[int] = []
        self.preemptions = 0
        self.sequences: dict[int, Sequence] = {}
        self.joined: dict[int, int] = {}
        self.waiting = list(range(len(self.asked)))
        self.steps = 0
        self.stepper = Stepper(self.model, self.hear, self.serving, lambda: 0.0)
        self.admit()
        self.stepper.run()

    def hear(self, told: Told) -> None:
        self.steps, self.preemptions = told.step_count, told.preemptions
        for number, events in told.events:
            for event in events:
                if isinstance(event, Piece):
                    self.answers[number] += event.token_ids
                elif isinstance(event, Began):
                    self.cached[number] = event.cached_tokens
        self.failed += told.failed
        for number in told.freed:
            del self.joined[number]
            self.ended.append(number)
        for number, since in self.joined.items():
            if self.asked[number].leaves_after == self.steps - since:
                self.stepper.leave(number)
        self.admit()
        if not self.joined:
            self.stepper.stop()

    def admit(self) -> None:
        """Let those join whose step has come; where none runs, the next one does not wait."""
        while self.waiting and len(self.joined) < self.model.limits.slots:
            asked = self.asked[self.waiting[0]]
            if asked.step > self.steps and self.joined:
                return
            number = self.waiting.pop(0)
            self.joined[number] = self.steps
            self.sequences[number] = Sequence(
                number,
                f"r-{number}",
                tuple(asked.prompt.encode()),
                Sampling(),
                ScriptedTokenizer(),
                scope=asked.scope,
                longest=asked.tokens,
                arrived=0.0,
            )
            self.stepper.join(self.sequences[number])
