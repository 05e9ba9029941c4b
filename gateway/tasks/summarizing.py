"""A long summary: parts are summarized side by side, and then their summaries.

Pure. Decides how long a part may be: as long as fits a context beside instructions
and answer. How summaries become one is decided in `tree.py`.
"""

from gateway.tasks.borders import shorter
from gateway.tasks.budget import Sizes, at_most, readable
from gateway.tasks.division import Wave, divide, outline
from gateway.tasks.packing import pack
from gateway.tasks.prompts import Input, input_of, words_of
from gateway.tasks.room import Room
from gateway.tasks.steps import Level, PlannedStep
from gateway.tasks.task import Sampling, Summarize
from gateway.tasks.tree import LEAST_PART, Piece, Tree
from services.runtime.text import Text

# More parts than there must be are not made of less.
_SMALL_PART = 512


def instructions(task: Summarize) -> str:
    """What stands beside each part in its prompt."""
    return words_of(input_of(Summarize(Text(""), task.words or 100)))


def is_small(task: Summarize, sampling: Sampling, room: Room) -> bool:
    """Whether a text is certain to be done in one step, so that nothing need be counted."""
    text = at_most([task.text.reveal], room.bytes_per_token)
    beside = at_most([instructions(task)], room.bytes_per_token)
    return text <= min(readable(room.context, beside, sampling.max_tokens), 2 * _SMALL_PART - 1)


def summarizing(task: Summarize, sampling: Sampling, sizes: Sizes, room: Room) -> Level:
    """Plan a summary; returns its first level."""
    most = readable(room.context, sizes.beside, sampling.max_tokens)
    text = task.text.reveal
    last = PlannedStep(0, 0, len(text), sizes.beside, sampling.max_tokens)

    def word(read: Text) -> Input:
        return input_of(Summarize(read, task.words))

    tree = Tree(
        sizes.beside,
        most,
        sampling.max_tokens,
        left=most,
        last=last,
        word=word,
        bytes_per_token=room.bytes_per_token,
    )

    def waves(parts: int) -> list[Wave]:
        if parts > 1:
            return tree.waves(sizes.tokens, parts)
        return [Wave(1, sizes.beside + sizes.tokens, sampling.max_tokens)]

    least, why = _least(sizes, most, room)
    can_divide = most >= LEAST_PART
    division = divide(least, sizes.tokens // _SMALL_PART if can_divide else 1, why, waves, room)
    plan = outline("summarize", division, sizes, room)
    if division.parts == 1:
        return tree.end(0, plan, text, sizes.tokens)
    units = [piece for unit in sizes.units for piece in shorter(text, unit, most)]
    spans = pack(units, division.parts, most)
    pieces = [Piece(s.begin, s.end, text[s.begin : s.end].strip(), s.tokens) for s in spans]
    return tree.level(0, plan, pieces)


def _least(sizes: Sizes, most: int, room: Room) -> tuple[int, str]:
    """How many parts there must be, and why."""
    if most < LEAST_PART:
        # Whether it fits all the same is the worker's to say.
        return 1, f"a context of {room.context} leaves no room for parts"
    if sizes.tokens <= most:
        return 1, f"{sizes.tokens} tokens fit one step"
    why = (
        f"of {sizes.tokens} tokens, at most {most} fit one step beside the instructions and the "
        f"answer in a context of {room.context}"
    )
    return -(-sizes.tokens // most), why
