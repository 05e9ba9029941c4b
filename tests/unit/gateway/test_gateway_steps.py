"""Where texts are cut, into how many parts, and in which order parts are told."""

import time

import pytest

from gateway.tasks.borders import Border, Unit, shorter, units
from gateway.tasks.budget import Sizes, estimated
from gateway.tasks.in_order import InOrder
from gateway.tasks.packing import pack
from gateway.tasks.room import Room
from gateway.tasks.steps import Level, PlannedStep, sampling_of
from gateway.tasks.task import Sampling, Translate
from gateway.tasks.translating import is_small, translating
from services.runtime.text import Text

IDLE = Room(revision="r", context=2048, serving=3, free=(4, 4, 4))


def cut(text: str) -> list[str]:
    return [text[unit.begin : unit.end] for unit in units(text, 1000)]


@pytest.mark.parametrize(
    "parts",
    [
        ["Dr. Smith came. ", "He left at 3.30 p.m. sharp!"],
        ["One.\n\n", "Two?  ", "Three"],
        ["Am 24. Dezember kam er. ", "Dann ging er."],
        ["你好。", "再见！"],
        ["¿Qué tal? ", "Bien."],
    ],
)
def test_texts_are_cut_behind_sentences_and_paragraphs(parts):
    assert cut("".join(parts)) == parts


def test_a_long_run_of_space_takes_no_longer_than_any_text():
    # In proportion to its square it would be minutes, and nothing else would run meanwhile.
    began = time.process_time()
    assert cut("One." + " " * 100_000 + "two.\n\n" + "\t" * 100_000 + "Three") != []
    assert cut("\u2028" * 200_000 + "One.") == ["\u2028" * 200_000 + "One."]
    assert time.process_time() - began < 5


def test_a_run_of_flags_takes_no_longer_than_any_text_and_no_flag_is_cut():
    # In proportion to its square it would be minutes.
    text = "\U0001f1e9\U0001f1ea" * 100_000
    began = time.process_time()
    pieces = list(shorter(text, Unit(0, len(text), Border.PARAGRAPH, 50_000), 10_000))
    assert time.process_time() - began < 5
    assert "".join(text[p.begin : p.end] for p in pieces) == text
    assert all(p.begin % 2 == 0 for p in pieces)


def test_the_last_of_many_signs_ends_a_sentence():
    assert cut("Well" + "." * 3000 + " Yes?! No") == ["Well" + "." * 3000 + " ", "Yes?! ", "No"]


def test_a_text_without_borders_is_cut_between_words_and_nothing_is_lost():
    text = "word " * 400
    pieces = list(shorter(text, Unit(0, len(text), Border.PARAGRAPH, 400), 50))
    assert "".join(text[p.begin : p.end] for p in pieces) == text
    assert all(p.tokens <= 50 for p in pieces)
    assert all(text[p.begin : p.end].strip().split() for p in pieces)


def test_parts_are_of_about_equal_size_and_end_at_paragraphs():
    found = [
        Unit(10 * n, 10 * n + 10, Border.PARAGRAPH if n % 5 == 4 else Border.SENTENCE, 10)
        for n in range(20)
    ]
    assert [span.tokens for span in pack(found, 4, 100)] == [50, 50, 50, 50]
    assert all(span.tokens <= 30 for span in pack(found, 2, 30))


def plan(text: str, room: Room, max_tokens: int = 256) -> Level:
    found = [
        Unit(u.begin, u.end, u.border, estimated(text[u.begin : u.end], 4))
        for u in units(text, 4000)
    ]
    task = Translate(Text(text), Text("de"), Text(""))
    sizes = Sizes(tuple(found), 30, is_counted=True)
    return translating(task, Sampling(max_tokens=max_tokens), sizes, room)


def test_parts_and_the_space_between_them_are_the_text():
    text = "\n" + "\n\n".join("A sentence. " * 40 + f"Number {n}." for n in range(9)) + "\n"
    steps = plan(text, IDLE).plan.steps
    assert len(steps) >= 9
    told = "".join(s.before.reveal + text[s.begin : s.end] + s.after.reveal for s in steps)
    assert told == text


def test_one_part_where_the_fleet_is_busy_many_where_it_has_room():
    text = "One sentence of a few words. " * 60
    busy = Room(revision="r", context=2048, serving=3, free=(4,), waiting=7)
    assert len(plan(text, busy, 2048).plan.steps) == 1
    assert "7 tickets wait" in plan(text, busy, 2048).plan.reason
    spread = plan(text, IDLE, 2048).plan
    assert len(spread.steps) > 1
    assert "3 workers with 12 free slots" in spread.reason


def test_a_part_is_no_longer_than_its_translation_may_be():
    steps = plan("One sentence of a few words. " * 200, IDLE, 200).plan.steps
    assert all(step.prompt_tokens - 30 <= 100 for step in steps)


def test_what_is_short_is_not_looked_at():
    sampling = Sampling(max_tokens=256)
    assert is_small(Translate(Text("Hello!"), Text("de"), Text("")), sampling, IDLE)
    assert not is_small(Translate(Text("Hello! " * 99), Text("de"), Text("")), sampling, IDLE)


def test_each_part_has_a_seed_of_its_own_the_first_the_tasks():
    seeds = [
        sampling_of(PlannedStep(n, 0, 1, 1, 8), Sampling(temperature=1, seed=7)).seed
        for n in range(3)
    ]
    assert seeds[0] == 7
    assert len(set(seeds)) == 3


def test_streams_are_told_in_their_order():
    order: InOrder[str] = InOrder(3)
    assert order.said(1, "b") == []
    assert order.ended(1) == []
    assert order.said(0, "a") == ["a"]
    assert order.said(2, "c") == []
    assert order.ended(0) == ["b", "c"]
    assert order.said(2, "d") == ["d"]
    assert repr(order) == "<InOrder 2 of 3, 0 messages wait>"
