"""A long summary: parts are summarized side by side, and then their summaries.

Pure. Decides how long a part may be and how long its summary, so that each level
has at most half as much to read as the one below, until what is left fits one
step, whose answer is the caller's. Parts do not overlap: a summary says what is in
its part, and what stood in two would be told twice. Levels above the first are
planned by the most that may come, and planned anew by what came.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise

from gateway.tasks.borders import Border, Unit, shorter
from gateway.tasks.budget import SLACK, Sizes, at_most
from gateway.tasks.division import Wave, divide
from gateway.tasks.packing import pack
from gateway.tasks.prompts import input_of, words_of
from gateway.tasks.room import Room
from gateway.tasks.steps import Answered, Level, PlannedStep, TaskPlan
from gateway.tasks.task import Sampling, Summarize
from services.runtime.text import Text

# A part's summary has at most one token for so many of the part.
_SHORTER = 4
# However short a part: a summary of less would say nothing.
_LEAST_SUMMARY = 48
# Less than this in a step, and summaries would hardly be shorter than what they are of.
_LEAST_PART = 2 * _SHORTER * _LEAST_SUMMARY
# More parts than there must be are not made of less.
_SMALL_PART = 512
# Of a context, what the last answer may have at most, lest nothing be left to read.
_ANSWER_SHARE = 4
_BETWEEN = "\n\n"
_BETWEEN_TOKENS = 2


def instructions(task: Summarize) -> str:
    """What stands beside each part in its prompt."""
    return words_of(input_of(Summarize(Text(""), task.words or 100)))


def is_small(task: Summarize, sampling: Sampling, room: Room) -> bool:
    """Whether a text is certain to be done in one step, so that nothing need be counted."""
    text = at_most([task.text.reveal], room.bytes_per_token)
    beside = at_most([instructions(task)], room.bytes_per_token)
    return text <= min(_most(sampling, beside, room), 2 * _SMALL_PART - 1)


def summarizing(task: Summarize, sampling: Sampling, sizes: Sizes, room: Room) -> Level:
    """Plan a summary; returns its first level."""
    most = _most(sampling, sizes.beside, room)
    tree = _Tree(task, sampling.max_tokens, sizes.beside, most)
    if most < _LEAST_PART:
        # Whether it fits all the same is the worker's to say.
        least, why = 1, f"a context of {room.context} leaves no room for parts"
        most_parts = 1
    else:
        least = max(1, -(-sizes.tokens // most))
        most_parts = sizes.tokens // _SMALL_PART
        why = (
            f"{sizes.tokens} tokens fit one step"
            if least == 1
            else f"of {sizes.tokens} tokens, at most {most} fit one step beside the instructions "
            f"and the answer in a context of {room.context}"
        )
    division = divide(least, most_parts, why, partial(tree.waves, sizes.tokens), room)
    text = task.text.reveal
    units = [piece for unit in sizes.units for piece in shorter(text, unit, max(1, most))]
    spans = pack(units, division.parts, most) if division.parts > 1 else []
    plan = TaskPlan(
        task="summarize",
        reason=division.reason,
        steps=(),
        text_tokens=sizes.tokens,
        is_counted=sizes.is_counted,
        revision=room.revision if len(spans) > 1 else "",
        workers=room.workers,
        slots=room.slots,
        seconds=division.seconds,
    )
    if len(spans) < 2:
        return tree.last(0, plan, text, sizes.tokens)
    pieces = [_Piece(s.begin, s.end, text[s.begin : s.end].strip(), s.tokens) for s in spans]
    return tree.level(0, plan, pieces)


def _most(sampling: Sampling, beside: int, room: Room) -> int:
    """Tokens that a step may read."""
    answer = min(sampling.max_tokens, room.context // _ANSWER_SHARE)
    return room.context - beside - SLACK - answer


@dataclass(frozen=True, slots=True)
class _Piece:
    """What a step reads, and which characters of the task's text that covers."""

    begin: int
    end: int
    text: str
    tokens: int


@dataclass(frozen=True, slots=True)
class _Tree:
    """What is the same on all levels: the task, and how much a step reads and answers."""

    task: Summarize
    max_tokens: int
    beside: int
    most: int

    def waves(self, tokens: int, parts: int) -> list[Wave]:
        """What so many parts come to, up to the last step."""
        waves = []
        while parts > 1:
            answer = self._answer(tokens // parts)
            waves.append(Wave(parts, self.beside + tokens // parts, answer))
            tokens = parts * (answer + _BETWEEN_TOKENS)
            parts = -(-tokens // self.most)
        return [*waves, Wave(1, self.beside + tokens, self.max_tokens)]

    def level(self, number: int, plan: TaskPlan, pieces: Sequence[_Piece]) -> Level:
        """Summaries of pieces; `plan` holds the steps of the levels below."""
        steps = tuple(self._step(number, part, piece) for part, piece in enumerate(pieces))
        tokens = sum(step.max_tokens + _BETWEEN_TOKENS for step in steps)
        done = replace(plan, steps=plan.steps + steps)
        expected = replace(done, steps=done.steps + tuple(self._above(steps, tokens)))
        inputs = tuple(
            input_of(Summarize(Text(piece.text), _words(step.max_tokens)))
            for piece, step in zip(pieces, steps, strict=True)
        )
        return Level(number, expected, inputs, partial(self._next, done, pieces))

    def last(self, number: int, plan: TaskPlan, text: str, tokens: int) -> Level:
        """The summary that is the caller's."""
        end = len(self.task.text)
        prompt = self.beside + tokens
        step = PlannedStep(0, 0, end, prompt, self.max_tokens, level=number)
        said = input_of(replace(self.task, text=Text(text)))
        return Level(number, replace(plan, steps=(*plan.steps, step)), (said,))

    def _next(self, done: TaskPlan, pieces: Sequence[_Piece], answers: Sequence[Answered]) -> Level:
        """The level above; `done` holds the steps that have run."""
        told = [
            _Piece(
                piece.begin, piece.end, answer.text.reveal.strip(), answer.tokens + _BETWEEN_TOKENS
            )
            for piece, answer in zip(pieces, answers, strict=True)
            if answer.text.reveal.strip()
        ]
        tokens = sum(piece.tokens for piece in told)
        if tokens > self.most:
            joined = list(_joined(told, -(-tokens // self.most), self.most))
            return self.level(done.levels, done, joined)
        return self.last(done.levels, done, _BETWEEN.join(p.text for p in told), tokens)

    def _step(self, level: int, part: int, piece: _Piece) -> PlannedStep:
        prompt, answer = self.beside + piece.tokens, self._answer(piece.tokens)
        return PlannedStep(part, piece.begin, piece.end, prompt, answer, level=level)

    def _above(self, below: Sequence[PlannedStep], tokens: int) -> Iterator[PlannedStep]:
        """Steps above, as far as one can tell before those below have answered."""
        level = below[0].level
        for wave in self.waves(tokens, -(-tokens // self.most)):
            level += 1
            places = [len(below) * part // wave.count for part in range(wave.count + 1)]
            covered = [below[a:b] for a, b in pairwise(places)]
            below = tuple(
                PlannedStep(p, c[0].begin, c[-1].end, wave.prompt, wave.answer, level=level)
                for p, c in enumerate(covered)
            )
            yield from below

    def _answer(self, tokens: int) -> int:
        """Tokens that a summary of so many may have."""
        return max(_LEAST_SUMMARY, min(self.max_tokens, tokens // _SHORTER))


def _joined(pieces: Sequence[_Piece], parts: int, most: int) -> Iterator[_Piece]:
    """Fewer pieces, neighbours together."""
    units = [Unit(at, at + 1, Border.PARAGRAPH, p.tokens) for at, p in enumerate(pieces)]
    for span in pack(units, parts, most):
        some = pieces[span.begin : span.end]
        text = _BETWEEN.join(piece.text for piece in some)
        yield _Piece(some[0].begin, some[-1].end, text, span.tokens)


def _words(tokens: int) -> int:
    """Words to ask for, so that a summary is not cut off at so many tokens."""
    return tokens // 2
