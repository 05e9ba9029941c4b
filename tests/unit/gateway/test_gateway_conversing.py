"""What falls out of a dialogue that outgrows the context, and what stands in its place."""

import pytest

from gateway.tasks.borders import Unit, units
from gateway.tasks.budget import Sizes, estimated
from gateway.tasks.conversing import conversing, is_small, transcript
from gateway.tasks.prompts import words_of
from gateway.tasks.room import Room
from gateway.tasks.steps import Answered, Level
from gateway.tasks.task import Chat, Message, RoleName, Sampling
from services.runtime.text import Text

IDLE = Room(revision="r", context=1024, serving=2, free=(4, 4))
SYSTEM = Message("system", Text("Be kind."))


def turns(count: int, words: int = 60) -> list[Message]:
    roles: tuple[RoleName, ...] = ("user", "assistant")
    said = (f"Turn {n}. " + "Some words. " * (words // 2) for n in range(count))
    return [Message(roles[n % 2], Text(text)) for n, text in enumerate(said)]


def planned(messages: list[Message], room: Room = IDLE) -> Level | None:
    task = Chat(tuple(messages))
    text = transcript(task).reveal
    found = [
        Unit(u.begin, u.end, u.border, estimated(text[u.begin : u.end], 4))
        for u in units(text, 4000)
    ]
    return conversing(task, Sampling(max_tokens=128), Sizes(tuple(found), 40, True), room)


def last(level: Level) -> Level:
    while level.then is not None:
        said = [Answered(Text(f"<{level.number}.{n}>"), 20) for n in range(len(level.inputs))]
        level = level.then(said)
    return level


@pytest.mark.parametrize("system", [[SYSTEM], []])
def test_the_system_message_and_the_last_turns_stay_behind_a_summary_of_the_rest(system):
    messages = [*system, *turns(41)]
    level = planned(messages)
    assert level is not None
    end = last(level)
    (said,) = end.inputs
    assert isinstance(said, tuple)
    first, *stay = said
    assert first.role == "system"
    assert first.content.reveal.startswith("Be kind." if system else "Summary of the dialogue")
    assert first.content.reveal.endswith(
        "\n\n".join(f"<0.{part}>" for part in range(len(level.inputs)))
    )
    assert stay == messages[-len(stay) :]
    assert stay[0].role == "user"
    assert len(stay) == 5
    # All that does not stay has been read: message by message, none twice.
    assert level.steps[0].begin == len(system)
    assert level.steps[-1].end == len(messages) - len(stay)
    read = "".join(map(words_of, level.inputs))
    assert all((f"Turn {n}. " in read) == (n < 41 - len(stay)) for n in range(41))
    assert end.steps[0].prompt_tokens + end.steps[0].max_tokens <= IDLE.context
    assert end.plan.revision == "r"


def test_a_dialogue_that_fits_is_left_as_it_is():
    assert planned(turns(7)) is None
    assert is_small(Chat(tuple(turns(1))), Sampling(), IDLE)
    assert not is_small(Chat(tuple(turns(41))), Sampling(), IDLE)


def test_where_the_last_message_alone_is_too_long_nothing_is_summarized():
    assert planned([*turns(2), *turns(1, words=4000)]) is None
    assert planned(turns(1, words=4000)) is None


@pytest.mark.parametrize("context", [64, 512, 700, 2048])
def test_it_ends_in_one_step_whatever_the_context(context):
    room = Room(revision="r", context=context, serving=1, free=(1,))
    level = planned([SYSTEM, *turns(301)], room)
    if level is not None:
        end = last(level)
        assert end.steps[0].prompt_tokens <= context
        assert all(step.prompt_tokens + step.max_tokens <= context for step in level.steps)


def test_the_plan_tells_what_is_summarized():
    level = planned([SYSTEM, *turns(41)])
    assert level is not None
    assert level.plan.task == "chat"
    assert f"messages 2 to {level.steps[-1].end} of 42 are summarized" in level.plan.reason
