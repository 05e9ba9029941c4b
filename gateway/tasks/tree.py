"""Summaries of summaries, until what is left fits the step that is to read it.

Pure. Decides how long each summary may be and how many are made of what, so that
each level has at most half as much to read as the one below. Levels are planned by
the most that may come, and planned anew by what came. Parts do not overlap: a
summary says what is in its part, and what stood in two would be told twice.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise

from gateway.tasks.borders import Border, Unit, shorter
from gateway.tasks.budget import estimated
from gateway.tasks.division import Wave
from gateway.tasks.packing import pack
from gateway.tasks.prompts import Input, input_of
from gateway.tasks.steps import Answered, Level, PlannedStep, TaskPlan
from gateway.tasks.task import Summarize
from services.runtime.text import Text

# A part's summary has at most one token for so many of the part.
_SHORTER = 4
# However short a part: a summary of less would say nothing.
_LEAST_SUMMARY = 48
# Less than this in a step, and summaries would hardly be shorter than what they are of.
LEAST_PART = 2 * _SHORTER * _LEAST_SUMMARY
# Less than this in the last step, and there might never be little enough.
LEAST_LEFT = 2 * _LEAST_SUMMARY
# A level that is not shorter than the one below by this is cut short.
_LEAST_SHORTER = 0.75
_BETWEEN = "\n\n"
_BETWEEN_TOKENS = 2


@dataclass(frozen=True, slots=True)
class Piece:
    """What a step reads, and what that covers of the task's text."""

    begin: int
    end: int
    text: str
    tokens: int


@dataclass(frozen=True, slots=True)
class Tree:
    """What is the same on all levels.

    Args:
        beside: tokens of what stands beside a text that is summarized.
        most: tokens that a summary may be of.
        longest: tokens that a summary may have.
        left: tokens that the last step may read of summaries.
        last: the last step, but for its level and the summaries' tokens.
        word: its input, given the summaries.
        bytes_per_token: of prompts; 0: not known.
    """

    beside: int
    most: int
    longest: int
    left: int
    last: PlannedStep
    word: Callable[[Text], Input]
    bytes_per_token: float

    def waves(self, tokens: int, parts: int) -> list[Wave]:
        """What summaries of so many parts come to, the last step included."""
        waves = []
        while True:
            answer = self._answer(tokens // parts)
            waves.append(Wave(parts, self.beside + tokens // parts, answer))
            tokens = parts * (answer + _BETWEEN_TOKENS)
            if tokens <= self.left:
                return [*waves, Wave(1, self.last.prompt_tokens + tokens, self.last.max_tokens)]
            parts = self._parts(tokens)

    def level(self, number: int, plan: TaskPlan, pieces: Sequence[Piece]) -> Level:
        """Summaries of pieces; `plan` holds the steps of the levels below."""
        steps = tuple(self._step(number, part, piece) for part, piece in enumerate(pieces))
        done = replace(plan, steps=plan.steps + steps)
        expected = replace(done, steps=done.steps + tuple(self._above(steps)))
        inputs = tuple(
            input_of(Summarize(Text(piece.text), _words(step.max_tokens)))
            for piece, step in zip(pieces, steps, strict=True)
        )
        return Level(number, expected, inputs, partial(self._next, done, pieces))

    def end(self, number: int, plan: TaskPlan, text: str, tokens: int) -> Level:
        """The last step, whose answer is the caller's."""
        prompt = self.last.prompt_tokens + tokens
        step = replace(self.last, prompt_tokens=prompt, level=number)
        return Level(number, replace(plan, steps=(*plan.steps, step)), (self.word(Text(text)),))

    def _next(self, done: TaskPlan, pieces: Sequence[Piece], answers: Sequence[Answered]) -> Level:
        """The level above; `done` holds the steps that have run."""
        told = [
            self._told(piece, answer)
            for piece, answer in zip(pieces, answers, strict=True)
            if answer.text.reveal.strip()
        ]
        tokens, read = (sum(piece.tokens for piece in some) for some in (told, pieces))
        if tokens > max(self.left, _LEAST_SHORTER * read):
            # Answers that are longer to read than to write: without this there might be no end.
            told = [_cut(piece, read / tokens / 2) for piece in told]
            tokens = sum(piece.tokens for piece in told)
        if tokens > self.left:
            return self.level(done.levels, done, list(self._joined(told, tokens)))
        return self.end(done.levels, done, _text_of(told), tokens)

    def _told(self, piece: Piece, answer: Answered) -> Piece:
        """What a piece has become; read by another step, it can be of more tokens."""
        text = answer.text.reveal.strip()
        tokens = max(answer.tokens, estimated(text, self.bytes_per_token))
        told = Piece(piece.begin, piece.end, text, tokens + _BETWEEN_TOKENS)
        return told if told.tokens <= self.most else _cut(told, self.most / told.tokens)

    def _joined(self, pieces: Sequence[Piece], tokens: int) -> Iterator[Piece]:
        """Fewer pieces, neighbours together."""
        units = [Unit(at, at + 1, Border.PARAGRAPH, p.tokens) for at, p in enumerate(pieces)]
        for span in pack(units, self._parts(tokens), self.most):
            some = pieces[span.begin : span.end]
            yield Piece(some[0].begin, some[-1].end, _text_of(some), span.tokens)

    def _step(self, level: int, part: int, piece: Piece) -> PlannedStep:
        prompt, answer = self.beside + piece.tokens, self._answer(piece.tokens)
        return PlannedStep(part, piece.begin, piece.end, prompt, answer, level=level)

    def _above(self, below: Sequence[PlannedStep]) -> Iterator[PlannedStep]:
        """Steps above, as far as one can tell before those below have answered."""
        tokens = sum(step.max_tokens + _BETWEEN_TOKENS for step in below)
        waves = self.waves(tokens, self._parts(tokens)) if tokens > self.left else []
        for wave in waves[:-1]:
            level = below[0].level + 1
            places = [len(below) * part // wave.count for part in range(wave.count + 1)]
            covered = [below[begin:end] for begin, end in pairwise(places)]
            below = [
                PlannedStep(p, c[0].begin, c[-1].end, wave.prompt, wave.answer, level=level)
                for p, c in enumerate(covered)
            ]
            yield from below
        prompt = waves[-1].prompt if waves else self.last.prompt_tokens + tokens
        yield replace(self.last, prompt_tokens=prompt, level=below[0].level + 1)

    def _parts(self, tokens: int) -> int:
        return -(-tokens // self.most)

    def _answer(self, tokens: int) -> int:
        """Tokens that a summary of so many may have."""
        return max(_LEAST_SUMMARY, min(self.longest, tokens // _SHORTER))


def _cut(piece: Piece, share: float) -> Piece:
    """The beginning of a piece, about this share of it."""
    whole = Unit(0, len(piece.text), Border.PARAGRAPH, piece.tokens)
    first = next(shorter(piece.text, whole, max(1, int(piece.tokens * share))))
    return replace(piece, text=piece.text[: first.end], tokens=first.tokens)


def _text_of(pieces: Sequence[Piece]) -> str:
    return _BETWEEN.join(piece.text for piece in pieces)


def _words(tokens: int) -> int:
    """Words to ask for, so that a summary is not cut off at so many tokens."""
    return tokens // 2
