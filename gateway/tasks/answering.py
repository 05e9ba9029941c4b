"""A question about a long text: each part is asked, and the best ones' passages answer.

Pure. Decides how long parts are, which of them are read once more, and how much of
each: a small model finds in a little what it misses in much. Parts overlap by some
sentences, so that an answer across a border stands whole in one of them. What speaks
for a part is decided in `evidence.py`.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from gateway.tasks.borders import Unit, shorter
from gateway.tasks.budget import Sizes, at_most, readable
from gateway.tasks.division import Wave, divide, outline
from gateway.tasks.evidence import MOST_USED, Weights, best_passage, evidence_of, judged, weights
from gateway.tasks.packing import Span, pack
from gateway.tasks.prompts import finding_of, input_of, words_of
from gateway.tasks.room import Room
from gateway.tasks.steps import Answered, Level, PlannedStep, TaskPlan
from gateway.tasks.task import Answer, Sampling
from services.runtime.text import Text

# More parts than there must be are not made of less.
_SMALL_PART = 512
# Less than this in a part, and there would be hardly more to read than instructions.
_LEAST_PART = 128
# Tokens that a part may begin before the last one's end.
_OVERLAP = 64
# Tokens of a part's answer: a sentence.
_FINDING = 64
# Tokens that the last step reads at most.
_PASSAGES = 1024


def instructions(task: Answer) -> str:
    """What stands beside each part in its prompt."""
    return words_of(finding_of(replace(task, context=Text(""))))


def is_small(task: Answer, sampling: Sampling, room: Room) -> bool:
    """Whether a context is certain to be read in one step, so that nothing need be counted."""
    text = at_most([task.context.reveal], room.bytes_per_token)
    beside = at_most([instructions(task)], room.bytes_per_token)
    return text <= min(readable(room.context, beside, sampling.max_tokens), 2 * _SMALL_PART - 1)


def answering(task: Answer, sampling: Sampling, sizes: Sizes, room: Room) -> Level:
    """Plan an answer; returns its first level."""
    fits = readable(room.context, sizes.beside, sampling.max_tokens)
    most = readable(room.context, sizes.beside, _FINDING) - _OVERLAP
    reads = min(fits, _PASSAGES)
    last = PlannedStep(0, 0, len(task.context), sizes.beside, sampling.max_tokens)

    def waves(parts: int) -> list[Wave]:
        if parts == 1:
            return [Wave(1, sizes.beside + sizes.tokens, sampling.max_tokens)]
        each = sizes.beside + sizes.tokens // parts + _OVERLAP
        return [Wave(parts, each, _FINDING), Wave(1, sizes.beside + reads, sampling.max_tokens)]

    can_divide = min(most, fits) >= _LEAST_PART
    if not can_divide:
        # Whether it fits all the same is the worker's to say.
        least, why = 1, f"a context of {room.context} leaves no room for parts"
    elif sizes.tokens <= fits:
        least, why = 1, f"{sizes.tokens} tokens fit one step"
    else:
        least = max(2, -(-sizes.tokens // most))
        why = (
            f"of {sizes.tokens} tokens, at most {most} fit one step beside the question and an "
            f"answer in a context of {room.context}"
        )
    division = divide(least, sizes.tokens // _SMALL_PART if can_divide else 1, why, waves, room)
    plan = outline("answer", division, sizes, room)
    if division.parts == 1:
        step = replace(last, prompt_tokens=sizes.beside + sizes.tokens)
        return Level(0, replace(plan, steps=(step,)), (input_of(task),))
    text = task.context.reveal
    # Whatever passage is chosen, it can be read.
    longest = min(most, reads // MOST_USED)
    units = [piece for unit in sizes.units for piece in shorter(text, unit, longest)]
    parts = list(_parts(text, units, pack(units, division.parts, most)))
    asking = _Asking(task, sizes.beside, reads, parts, last)
    return asking.first(plan)


@dataclass(frozen=True, slots=True)
class _Part:
    """Neighbouring units of a text, by what is asked of them."""

    units: Sequence[Unit]
    text: str

    @property
    def begin(self) -> int:
        return self.units[0].begin

    @property
    def end(self) -> int:
        return self.units[-1].end

    @property
    def tokens(self) -> int:
        return sum(unit.tokens for unit in self.units)


def _parts(text: str, units: Sequence[Unit], spans: Sequence[Span]) -> Iterator[_Part]:
    """What each span's step reads: it begins some units earlier, where they are short."""
    begins = [unit.begin for unit in units]
    for span in spans:
        first, end = bisect_left(begins, span.begin), bisect_right(begins, span.end - 1)
        left = _OVERLAP
        while first > 0 and units[first - 1].tokens <= left:
            first -= 1
            left -= units[first].tokens
        some = units[first:end]
        yield _Part(some, text[some[0].begin : some[-1].end])


@dataclass(frozen=True, slots=True)
class _Asking:
    """A question to parts."""

    task: Answer
    beside: int
    reads: int
    parts: Sequence[_Part]
    last: PlannedStep

    def first(self, plan: TaskPlan) -> Level:
        """Ask each part."""
        steps = tuple(
            PlannedStep(at, part.begin, part.end, self.beside + part.tokens, _FINDING)
            for at, part in enumerate(self.parts)
        )
        expected = replace(self.last, prompt_tokens=self.beside + self.reads, level=1)
        inputs = tuple(
            finding_of(replace(self.task, context=Text(part.text))) for part in self.parts
        )
        then = partial(self._second, replace(plan, steps=steps))
        return Level(0, replace(plan, steps=(*steps, expected)), inputs, then, is_scored=True)

    def _second(self, plan: TaskPlan, answers: Sequence[Answered]) -> Level:
        """Answer from the passages that speak most for an answer."""
        rare = weights([part.text for part in self.parts])
        found = judged(
            [
                evidence_of(
                    self.task.question.reveal, part.text, told.text.reveal, told.logprob, rare
                )
                for part, told in zip(self.parts, answers, strict=True)
            ]
        )
        used = [at for at, each in enumerate(found) if each.is_used]
        most = self.reads // len(used)
        spans = _merged([self._passage(at, answers[at], most, rare) for at in used])
        asked = zip(plan.steps, found, strict=True)
        steps = tuple(replace(step, evidence=each) for step, each in asked)
        best = " and ".join(str(at + 1) for at in sorted(used, key=lambda at: found[at].rank))
        text = self.task.context.reveal
        passages = "\n\n".join(text[span.begin : span.end].strip() for span in spans)
        last = replace(
            self.last,
            begin=spans[0].begin,
            end=spans[-1].end,
            prompt_tokens=self.beside + sum(span.tokens for span in spans),
            level=1,
        )
        reason = f"{plan.reason}; answered from passages of part {best}, the best by evidence"
        mended = replace(plan, steps=(*steps, last), reason=reason)
        return Level(1, mended, (input_of(replace(self.task, context=Text(passages))),))

    def _passage(self, at: int, told: Answered, most: int, rare: Weights) -> Span:
        """Of a part, what has most of the question and of what the part answered."""
        part = self.parts[at]
        sentences = [part.text[u.begin - part.begin : u.end - part.begin] for u in part.units]
        sizes = [unit.tokens for unit in part.units]
        wanted = f"{self.task.question.reveal} {told.text.reveal}"
        begin, end = best_passage(sentences, sizes, wanted, most, rare)
        return Span(part.units[begin].begin, part.units[end - 1].end, sum(sizes[begin:end]))


def _merged(spans: Sequence[Span]) -> list[Span]:
    """Passages in the order of the text; those that meet are one."""
    merged: list[Span] = []
    for span in sorted(spans, key=lambda span: span.begin):
        if merged and span.begin <= merged[-1].end:
            one = merged.pop()
            merged.append(Span(one.begin, max(one.end, span.end), one.tokens + span.tokens))
        else:
            merged.append(span)
    return merged
