"""One sequence as it runs: its tokens, what follows from new logits, when it ends.

Pure. Knows neither slots nor steps of others; `now` is any steady clock's
seconds.
"""

import math

from services.runtime.text import Text
from services.worker.engines.engine import (
    Began,
    Ended,
    Event,
    Logits,
    Piece,
    Reason,
    Row,
    Sampling,
    Tokenizer,
    TokenScore,
)
from services.worker.engines.logprobs import scored
from services.worker.engines.marks import Mark
from services.worker.engines.sampling import choose
from services.worker.engines.tokens.detokenize import Detokenizer


class NotFinite(Exception):
    """The model's logits for a sequence are not numbers."""


class Sequence:
    """A prompt and the answer so far; used by the engine's thread.

    The event loop reads `backlog` and `size` alone. `tokens` are those to compute
    before the next one can be chosen: the prompt, and the answer so far where the
    sequence goes on after it was stopped, here or on another worker. `over` says
    that `answered` is the whole answer: then nothing is left to compute.
    """

    def __init__(
        self,
        number: int,
        request_id: str,
        prompt: tuple[int, ...],
        sampling: Sampling,
        tokenizer: Tokenizer,
        *,
        scope: str = "",
        marks: tuple[Mark, ...] = (),
        longest: int,
        answered: tuple[int, ...] = (),
        arrived: float,
    ) -> None:
        self.number = number
        self.request_id = request_id
        self.prompt = prompt
        self.scope = scope
        self.marks = marks
        self.tokens = (*prompt, *answered)
        self.answer: list[int] = []
        self.backlog = len(self.tokens) - 1
        self._cached = 0
        self._sampling = sampling
        self._tokenizer = tokenizer
        self._longest = longest
        self._detokenizer = Detokenizer([stop.reveal for stop in sampling.stop])
        self._arrived = arrived
        self._started: float | None = None
        self._answered: float | None = None
        self.over = self._replay(answered)

    def __repr__(self) -> str:
        return f"<Sequence {self.number} {len(self.prompt)}+{len(self.answer)}/{self._longest}>"

    @property
    def size(self) -> tuple[int, int]:
        """Tokens of prompt and answer so far, and how many the answer may still get."""
        answered = len(self.answer)
        return len(self.prompt) + answered, self._longest - answered

    def chunk(self, start: int, count: int, now: float) -> tuple[int, ...]:
        """Tokens to prefill, beginning `now`."""
        self._start(now)
        return self.tokens[start : start + count]

    def prefilled(self, count: int) -> None:
        """Note that `count` more tokens are computed."""
        self.backlog -= count

    def reused(self, count: int) -> None:
        """Note that `count` more tokens need no computation."""
        self.backlog -= count
        if self._answered is None:
            self._cached = min(self._cached + count, len(self.prompt))

    def preempted(self) -> None:
        """Note that all is to be computed again: another sequence needs the room."""
        self.tokens = (*self.prompt, *self.answer)
        self.backlog = len(self.tokens) - 1
        if self._answered is None:
            self._cached = 0

    def row(self, slot: int, now: float) -> Row:
        """The row whose logits choose the next token."""
        self._start(now)
        last = self.answer[-1] if self.answer else self.prompt[-1]
        return Row(slot, len(self.prompt) + len(self.answer) - 1, last)

    def accept(self, logits: Logits, now: float) -> tuple[Event, ...]:
        """Choose the next token; what the reader is to hear of it."""
        # Both pass on what is not a number, and make no array as long as the vocabulary.
        if not (math.isfinite(logits.min()) and math.isfinite(logits.max())):
            raise NotFinite
        token = choose(logits, self._sampling, self.prompt, self.answer)
        began = self._begin(now)
        if token in self._tokenizer.end_tokens:
            return (*began, *self._last_words(), self._ended(Reason.STOP, now))
        scores = self._scores(token, logits)
        self.answer.append(token)
        text, reason = self._release(token)
        piece = Piece(Text(text), (token,), len(self.answer) - 1, scores)
        ended = (self._ended(reason, now),) if reason else ()
        return (*began, piece, *ended)

    def conclude(self, now: float) -> tuple[Event, ...]:
        """What the reader is to hear of a sequence that is over."""
        return (*self._begin(now), self._ended(self.over or Reason.LENGTH, now))

    def _replay(self, answered: tuple[int, ...]) -> Reason | None:
        """Come to where the reader is: its text is not told again."""
        reason = None
        for token in answered:
            self.answer.append(token)
            _, reason = self._release(token)
        return reason

    def _begin(self, now: float) -> tuple[Event, ...]:
        if self._answered is not None:
            return ()
        self._answered = now
        return (Began(len(self.prompt), self._cached),)

    def _release(self, token: int) -> tuple[str, Reason | None]:
        released = self._detokenizer.push(self._tokenizer.token_bytes(token))
        if released.stopped:
            return released.text, Reason.STOP
        if len(self.answer) < self._longest:
            return released.text, None
        tail = self._detokenizer.finish()
        return released.text + tail.text, Reason.STOP if tail.stopped else Reason.LENGTH

    def _last_words(self) -> tuple[Event, ...]:
        tail = self._detokenizer.finish().text
        return (Piece(Text(tail), (), len(self.answer)),) if tail else ()

    def _start(self, now: float) -> None:
        if self._started is None:
            self._started = now

    def _scores(self, token: int, logits: Logits) -> tuple[TokenScore, ...]:
        wanted = self._sampling.logprobs
        if wanted is None:
            return ()
        return (scored(token, logits, wanted, self._tokenizer.token_bytes),)

    def _ended(self, reason: Reason, now: float) -> Ended:
        started = now if self._started is None else self._started
        answered = now if self._answered is None else self._answered
        return Ended(
            reason,
            prompt_tokens=len(self.prompt),
            completion_tokens=len(self.answer),
            cached_tokens=self._cached,
            wait_seconds=started - self._arrived,
            prefill_seconds=answered - started,
            decode_seconds=now - answered,
        )
