"""How a question about a long text is planned, and which parts answer it."""

import math

import pytest

from gateway.tasks.answering import answering, is_small
from gateway.tasks.borders import Unit, units
from gateway.tasks.budget import Sizes, estimated
from gateway.tasks.evidence import best_passage, evidence_of, judged, weights
from gateway.tasks.prompts import words_of
from gateway.tasks.room import Room
from gateway.tasks.steps import Answered, Level
from gateway.tasks.task import Answer, Sampling
from services.runtime.text import Text

IDLE = Room(revision="r", context=1024, serving=3, free=(4, 4, 4))
NAMES = ["Anna", "Boris", "Clara", "Dmitri", "Emma", "Farid", "Greta", "Hugo", "Ines", "Jonas"]
PARAGRAPHS = [
    f"{name} keeps bees. " + "The meadow was green and the day was long. " * 40 for name in NAMES
]
PARAGRAPHS[6] += "In winter Greta repairs the old clock of the town hall. "
TEXT = "\n\n".join(PARAGRAPHS)
QUESTION = "Who repairs the clock of the town hall?"


def first(text: str = TEXT, room: Room = IDLE) -> Level:
    found = [
        Unit(u.begin, u.end, u.border, estimated(text[u.begin : u.end], 4))
        for u in units(text, 4000)
    ]
    sizes = Sizes(tuple(found), 60, is_counted=True)
    task = Answer(Text(QUESTION), Text(text))
    return answering(task, Sampling(max_tokens=128), sizes, room)


def answer_all(level: Level, said: str = "The text does not say.", **by_part: str) -> Level:
    assert level.then is not None
    return level.then(
        [Answered(Text(by_part.get(f"part_{n}", said)), 8, -0.2) for n in range(len(level.inputs))]
    )


def holding(level: Level, words: str) -> list[int]:
    return [n for n, said in enumerate(level.inputs) if words in words_of(said)]


def test_each_part_is_asked_and_they_overlap():
    level = first()
    assert level.is_scored
    assert level.plan.levels == 2
    assert all(QUESTION in words_of(said) for said in level.inputs)
    assert level.steps[0].begin == 0
    assert level.steps[-1].end == len(TEXT)
    for one, next_one in zip(level.steps, level.steps[1:], strict=False):
        assert one.begin < next_one.begin < one.end < next_one.end
    assert all(step.prompt_tokens + step.max_tokens <= IDLE.context for step in level.steps)


def test_the_best_part_by_evidence_is_read_once_more():
    level = first()
    (where,) = holding(level, "town hall. ")[:1]
    second = answer_all(level, **{f"part_{where}": "Greta repairs the old clock."})
    assert second.then is None
    evidence = second.plan.steps[where].evidence
    assert evidence is not None
    assert (evidence.rank, evidence.is_used, evidence.says_nothing) == (1, True, False)
    assert [step.part for step in second.plan.steps if step.evidence and step.evidence.is_used] == [
        where
    ]
    assert "Greta repairs the old clock of the town hall" in words_of(second.inputs[0])
    assert f"answered from passages of part {where + 1}, the best" in second.plan.reason
    assert second.steps[0].prompt_tokens + second.steps[0].max_tokens <= IDLE.context


def test_an_answer_that_nothing_supports_comes_behind_one_that_stands_there():
    level = first()
    where = holding(level, "town hall. ")[0]
    other = 0 if where else 1
    said = {f"part_{where}": "Greta repairs the clock.", f"part_{other}": "Napoleon Bonaparte did."}
    steps = answer_all(level, **said).plan.steps
    ranks = [step.evidence.rank for step in steps if step.evidence]
    assert (ranks[where], ranks[other]) == (1, 2)


def test_where_no_part_has_an_answer_those_that_speak_of_it_are_read():
    level = first()
    second = answer_all(level)
    assert "repairs the old clock" in words_of(second.inputs[0])


@pytest.mark.parametrize(
    "said",
    [
        "",
        "The text does not say.",
        "The text doesn't mention who repairs it.",
        "There is no information about that.",
        "It is not specified.",
        "El texto no dice quién.",
        "Das wird nicht erwähnt.",
        "文中没有说。",
    ],
)
def test_that_there_is_no_answer_is_understood(said):
    part = "Greta repairs the clock."
    assert evidence_of("Who?", part, said, -0.1, weights([part])).says_nothing


@pytest.mark.parametrize("said", ["Greta.", "Note 7", "No. 7 is told.", "是格蕾塔"])
def test_an_answer_is_not_taken_for_none(said):
    part = "Greta repairs the clock."
    assert not evidence_of("Who?", part, said, -0.1, weights([part])).says_nothing


def test_rare_words_tell_more_and_an_unlikely_answer_less():
    parts = ["The clock is old.", "The town is old.", "The hall is old."]
    rare = weights(parts)
    assert rare["clock"] > rare["old"]
    sure, unsure = (evidence_of("clock", parts[0], "clock", p, rare) for p in (-0.1, -3.0))
    assert sure.score - unsure.score == pytest.approx(math.exp(-0.1) - math.exp(-3.0))
    assert [each.rank for each in judged([unsure, sure])] == [2, 1]


def test_the_passage_with_most_of_what_is_wanted():
    sentences = ["It rained.", "Greta came.", "She repairs clocks.", "It snowed.", "All slept."]
    rare = weights(sentences)
    assert best_passage(sentences, [3] * 5, "Does Greta repair a clock?", 6, rare) == (1, 3)
    assert best_passage(sentences, [9] * 5, "clock", 6, rare) == (2, 3)


def test_a_context_that_fits_is_read_as_a_whole():
    level = first("\n\n".join(PARAGRAPHS[:1]))
    assert (len(level.steps), level.then, level.plan.revision) == (1, None, "")
    assert "answer that it does not say" in words_of(level.inputs[0])
    assert is_small(Answer(Text("Who?"), Text("Greta.")), Sampling(), IDLE)
    assert is_small(Answer(Text("Who?"), Text("")), Sampling(), IDLE)


@pytest.mark.parametrize("context", [64, 256, 400, 1024])
def test_a_text_without_borders_is_cut_and_read_all_the_same(context):
    level = first("word " * 3000, Room(revision="r", context=context, serving=1, free=(1,)))
    if level.then is not None:
        level = answer_all(level, "word")
        assert level.steps[0].prompt_tokens + 128 <= max(context, 60 + 64 + 128)
    assert len(level.inputs) == 1
