"""A long translation: parts side by side, told in their order.

Pure. Decides how long a part may be: so that its translation, of up to twice as
many tokens, fits into max_tokens and, with the part, into the context. Parts do
not overlap; the space between them stays as it stood.
"""

from collections.abc import Sequence
from dataclasses import replace

from gateway.tasks.borders import shorter
from gateway.tasks.budget import SLACK, Sizes, at_most
from gateway.tasks.division import Division, Wave, divide, outline
from gateway.tasks.packing import Span, pack
from gateway.tasks.prompts import input_of, words_of
from gateway.tasks.room import Room
from gateway.tasks.steps import Level, PlannedStep
from gateway.tasks.task import Sampling, Translate
from services.runtime.text import Text

# Tokens that a translation may have for each of the text.
_LONGER = 2
# However short the answer may be, a part is not less; and more parts are not made of less.
_LEAST_PART, _SMALL_PART = 64, 128


def instructions(task: Translate) -> str:
    """What stands beside each part in its prompt."""
    return words_of(input_of(replace(task, text=Text(""))))


def is_small(task: Translate, sampling: Sampling, room: Room) -> bool:
    """Whether a text is certain to be done in one step, so that nothing need be counted."""
    text = at_most([task.text.reveal], room.bytes_per_token)
    beside = at_most([instructions(task)], room.bytes_per_token)
    return text <= min(_most(sampling, beside, room), 2 * _SMALL_PART - 1)


def translating(task: Translate, sampling: Sampling, sizes: Sizes, room: Room) -> Level:
    """Plan a translation."""
    most = _most(sampling, sizes.beside, room)
    if most < 1:
        why = "the instructions alone fill the context"
        return _planned(task, sampling, sizes, room, [_whole(sizes)], Division(1, why))
    least = max(1, -(-sizes.tokens // most))
    why = (
        f"{sizes.tokens} tokens fit one step"
        if least == 1
        else f"of {sizes.tokens} tokens, at most {most} in one, so that its translation fits "
        f"max_tokens {sampling.max_tokens} and a context of {room.context}"
    )

    def waves(parts: int) -> list[Wave]:
        each = sizes.tokens // parts
        return [Wave(parts, sizes.beside + each, each)]

    division = divide(least, sizes.tokens // _SMALL_PART, why, waves, room)
    text = task.text.reveal
    units = [piece for unit in sizes.units for piece in shorter(text, unit, most)]
    spans = pack(units, division.parts, most) if division.parts > 1 else [_whole(sizes)]
    return _planned(task, sampling, sizes, room, spans, division)


def _most(sampling: Sampling, beside: int, room: Room) -> int:
    """Tokens that a part may have."""
    fits = (room.context - beside - SLACK) // (1 + _LONGER)
    return min(fits, max(_LEAST_PART, sampling.max_tokens // _LONGER))


def _whole(sizes: Sizes) -> Span:
    end = sizes.units[-1].end if sizes.units else 0
    return Span(0, end, sizes.tokens)


def _planned(
    task: Translate,
    sampling: Sampling,
    sizes: Sizes,
    room: Room,
    spans: Sequence[Span],
    division: Division,
) -> Level:
    text = task.text.reveal
    steps = _steps(text, spans, sizes.beside, sampling.max_tokens)
    plan = replace(outline("translate", division, sizes, room), steps=tuple(steps))
    parts = (Text(text[step.begin : step.end]) for step in steps)
    return Level(0, plan, tuple(input_of(replace(task, text=part)) for part in parts))


def _steps(text: str, spans: Sequence[Span], beside: int, max_tokens: int) -> list[PlannedStep]:
    if len(spans) == 1:
        return [PlannedStep(0, 0, len(text), beside + spans[0].tokens, max_tokens)]
    contents = [text[span.begin : span.end] for span in spans]
    begins = [s.end - len(c.lstrip()) for s, c in zip(spans, contents, strict=True)]
    ends = [s.begin + len(c.rstrip()) for s, c in zip(spans, contents, strict=True)]
    return [
        PlannedStep(
            part=part,
            begin=begins[part],
            end=ends[part],
            prompt_tokens=beside + span.tokens,
            max_tokens=max_tokens,
            before=Text("" if part else text[: begins[0]]),
            after=Text(text[ends[part] : begins[part + 1] if part + 1 < len(spans) else None]),
        )
        for part, span in enumerate(spans)
    ]
