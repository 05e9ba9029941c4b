"""A dialogue that outgrows the context: what falls out of it stands there as a summary.

Pure. Decides which turns stay: the system message, and of the last ones as many as
fit beside the summary and the answer, from a message of the user's on. The summary
is part of the system message: many chat templates take no second message in a row
from the same speaker, and none before the user's first. How summaries become one is
decided in `tree.py`. A dialogue that fits is left as it is.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from gateway.tasks.borders import Unit, shorter
from gateway.tasks.budget import Sizes, at_most, readable
from gateway.tasks.division import Division, outline, seconds
from gateway.tasks.packing import pack
from gateway.tasks.prompts import input_of, words_of
from gateway.tasks.room import Room
from gateway.tasks.steps import Level, PlannedStep
from gateway.tasks.task import Chat, Message, Sampling, Summarize
from gateway.tasks.tree import LEAST_LEFT, LEAST_PART, Piece, Tree
from services.runtime.text import Text

# Of a context, what the summary may take.
_SUMMARY_SHARE = 8
# Tokens of a chat template for each message, about.
_TEMPLATE_TOKENS = 8
_SPEAKERS = {"system": "System", "user": "User", "assistant": "Assistant"}
_INTRODUCTION = "Summary of the dialogue before the messages that follow:"
_BETWEEN = "\n\n"


def transcript(task: Chat) -> Text:
    """A dialogue as a text."""
    return Text("".join(map(_told, task.messages)))


def instructions() -> str:
    """What stands beside each part in its prompt, whatever the dialogue."""
    return words_of(input_of(Summarize(Text(""), 100)))


def is_small(task: Chat, sampling: Sampling, room: Room) -> bool:
    """Whether a dialogue is certain to fit, so that nothing need be counted."""
    most = readable(room.context, _TEMPLATE_TOKENS * len(task.messages), sampling.max_tokens)
    said = [message.content.reveal for message in task.messages]
    return at_most(said, room.bytes_per_token) <= most


def conversing(task: Chat, sampling: Sampling, sizes: Sizes, room: Room) -> Level | None:
    """Plan an answer in a dialogue; returns its first level; None: it fits."""
    turns = _Turns.of(task, sizes.units)
    fits = readable(room.context, 0, sampling.max_tokens)
    if sum(turns.tokens) <= fits:
        return None
    left = max(LEAST_LEFT, room.context // _SUMMARY_SHARE)
    kept = turns.kept(fits - left)
    most = readable(room.context, sizes.beside, left)
    first = turns.first
    stays = sum(turns.tokens[:first]) + sum(turns.tokens[kept:])
    if kept <= first or stays > fits - left or most < LEAST_PART:
        return None  # what stays is too long by itself: the worker's to say
    text = transcript(task).reveal
    begin, end = turns.begins[first], turns.begins[kept]
    fallen = [u for u in sizes.units if begin <= u.begin < end]
    units = [piece for unit in fallen for piece in shorter(text, unit, most)]
    tokens = sum(unit.tokens for unit in units)
    last = PlannedStep(0, 0, len(task.messages), stays, sampling.max_tokens)

    def word(summary: Text) -> tuple[Message, ...]:
        return _resumed(task.messages, first, kept, summary)

    tree = Tree(
        sizes.beside,
        most,
        left,
        left=left,
        last=last,
        word=word,
        bytes_per_token=room.bytes_per_token,
    )
    parts = -(-tokens // most)
    spans = pack(units, parts, most)
    what = f"messages {first + 1} to {kept} of {len(task.messages)}"
    reason = (
        f"{sum(turns.tokens)} tokens do not fit a context of {room.context} beside the answer: "
        f"{what} are summarized"
    )
    division = Division(len(spans), reason, seconds(tree.waves(tokens, len(spans)), room))
    pieces = [
        Piece(turns.at(s.begin), turns.at(s.end - 1) + 1, text[s.begin : s.end].strip(), s.tokens)
        for s in spans
    ]
    plan = replace(outline("chat", division, sizes, room), revision=room.revision)
    return tree.level(0, plan, pieces)


@dataclass(frozen=True, slots=True)
class _Turns:
    """The messages of a dialogue: where each begins in the transcript, and its tokens."""

    messages: Sequence[Message]
    begins: Sequence[int]
    tokens: Sequence[int]

    @classmethod
    def of(cls, task: Chat, units: Sequence[Unit]) -> "_Turns":
        begins = [0, *accumulate(len(_told(message)) for message in task.messages)]
        tokens = [_TEMPLATE_TOKENS] * len(task.messages)
        turns = cls(task.messages, begins, tokens)
        for unit in units:
            tokens[turns.at(unit.begin)] += unit.tokens
        return turns

    @property
    def first(self) -> int:
        """The first message that is not the system's."""
        return int(self.messages[0].role == "system")

    def at(self, place: int) -> int:
        """The message that a place of the transcript belongs to."""
        return bisect_right(self.begins, place) - 1

    def kept(self, most: int) -> int:
        """The first of the messages that stay: a user's, as early as fits, the last at least."""
        left = most - sum(self.tokens[: self.first])
        kept = len(self.messages) - 1
        for at in range(len(self.messages) - 1, self.first - 1, -1):
            left -= self.tokens[at]
            if left < 0:
                break
            if self.messages[at].role == "user":
                kept = at
        return kept


def _told(message: Message) -> str:
    return f"{_SPEAKERS[message.role]}: {message.content.reveal}{_BETWEEN}"


def _resumed(
    messages: Sequence[Message], first: int, kept: int, summary: Text
) -> tuple[Message, ...]:
    """The dialogue with a summary in place of messages `first` to `kept`."""
    said = [message.content.reveal for message in messages[:first]]
    system = _BETWEEN.join([*said, _INTRODUCTION, summary.reveal])
    return (Message("system", Text(system)), *messages[kept:])
