"""How a long summary is planned, level by level, and planned anew by what came."""

from dataclasses import replace

import pytest

from gateway.tasks.borders import Unit, units
from gateway.tasks.budget import Sizes, estimated
from gateway.tasks.prompts import words_of
from gateway.tasks.room import Room
from gateway.tasks.steps import Answered, Level
from gateway.tasks.summarizing import is_small, summarizing
from gateway.tasks.task import Sampling, Summarize
from services.runtime.text import Text

IDLE = Room(revision="r", context=1024, serving=3, free=(4, 4, 4))
PARAGRAPHS = [f"Paragraph {n}. " + "It has some words. " * 9 for n in range(200)]
TEXT = "\n\n".join(PARAGRAPHS)


def first(text: str, room: Room = IDLE, max_tokens: int = 128, words: int | None = None) -> Level:
    found = [
        Unit(u.begin, u.end, u.border, estimated(text[u.begin : u.end], 4))
        for u in units(text, 4000)
    ]
    sizes = Sizes(tuple(found), 40, is_counted=True)
    return summarizing(Summarize(Text(text), words), Sampling(max_tokens=max_tokens), sizes, room)


def up(level: Level, tokens: int) -> Level:
    """What follows, where every step has answered this much."""
    assert level.then is not None
    return level.then(
        [Answered(Text(f"<{level.number}.{n}>"), tokens) for n in range(len(level.inputs))]
    )


def test_parts_are_the_whole_text_and_fit_the_context():
    level = first(TEXT)
    assert len(level.steps) == len(level.inputs) > 12
    assert "".join(TEXT[step.begin : step.end] for step in level.steps) == TEXT
    assert all(step.prompt_tokens + step.max_tokens <= IDLE.context for step in level.steps)
    assert "at most" in level.plan.reason


def test_summaries_are_put_together_until_one_step_is_left():
    level = first(TEXT, words=50)
    assert level.plan.levels == 3
    assert all("in about" in said for said in map(words_of, level.inputs))
    second = up(level, level.steps[0].max_tokens)
    assert second.plan.levels == 3
    assert 1 < len(second.inputs) < len(level.inputs)
    assert "<0.0>\n\n<0.1>\n\n<0.2>" in words_of(second.inputs[0])
    assert second.steps[0].begin == 0
    assert second.steps[-1].end == len(TEXT)
    third = up(second, 40)
    assert third.then is None
    assert [step.max_tokens for step in third.steps] == [128]
    assert words_of(third.inputs[0]).endswith(
        "in about 50 words:\n\n" + "\n\n".join(f"<1.{n}>" for n in range(len(second.inputs)))
    )


def test_the_plan_becomes_shorter_where_the_summaries_do():
    level = first(TEXT)
    second = up(level, 10)
    assert (level.plan.levels, second.plan.levels) == (3, 2)
    assert second.then is None
    assert len(second.plan.steps) == len(level.steps) + 1


def test_what_nobody_answered_is_left_out():
    level = first(TEXT)
    assert level.then is not None
    answers = [Answered(Text(" "), 1) for _ in level.inputs]
    answers[3] = Answered(Text("Only this."), 3)
    assert words_of(level.then(answers).inputs[0]).endswith(":\n\nOnly this.")


def test_a_text_that_fits_is_one_step_where_parts_would_not_be_faster():
    level = first("\n\n".join(PARAGRAPHS[:8]))
    assert level.plan.levels == len(level.steps) == 1
    assert level.plan.revision == ""
    assert level.then is None


def test_parts_of_a_text_that_fits_where_reading_is_slow():
    slow = Room(revision="r", context=8192, serving=3, free=(4, 4, 4), prefill_rate=50.0)
    level = first(TEXT[: 200 * 100], slow)
    assert len(level.steps) > 1
    assert "3 workers with 12 free slots" in level.plan.reason
    busy = Room(revision="r", context=8192, serving=3, waiting=2, prefill_rate=50.0)
    level = first(TEXT[: 200 * 100], busy)
    assert len(level.steps) == 1
    assert "2 tickets wait" in level.plan.reason


@pytest.mark.parametrize("max_tokens", [1, 256, 8192])
@pytest.mark.parametrize("context", [64, 512, 1024, 4096])
def test_it_ends_however_long_the_summaries_are(context, max_tokens):
    room = Room(revision="r", context=context, serving=1, free=(1,))
    level, before = first(TEXT * 3, room, max_tokens), 0
    while level.then is not None:
        assert before == 0 or len(level.inputs) < before
        before = len(level.inputs)
        level = level.then([Answered(Text("word"), step.max_tokens) for step in level.steps])
    assert len(level.inputs) == 1


def test_it_ends_where_what_is_answered_is_longer_to_read():
    level = first(TEXT, replace(IDLE, bytes_per_token=1.0), 2048)
    parts = len(level.inputs)
    while level.then is not None:
        assert all(step.prompt_tokens <= IDLE.context for step in level.steps)
        level = level.then([Answered(Text("word " * 400), 48) for _ in level.steps])
    assert level.plan.levels < 8 < parts
    assert level.steps[0].prompt_tokens <= IDLE.context


def test_what_is_short_is_not_looked_at():
    assert is_small(Summarize(Text("Hello!"), None), Sampling(), IDLE)
    assert not is_small(Summarize(Text(TEXT), None), Sampling(), IDLE)
