import random

import pytest

from benchmarks.explanations.beside import percentile
from benchmarks.explanations.removal import confidence, removed, without
from benchmarks.explanations.report import BESIDE, FAITHFUL, TITLE, beside, faithful, with_section

PROMPT = tuple(range(10, 21))


def by_value(tokens) -> float:
    """Every token is worth its number; the first one nothing."""
    return float(sum(tokens[1:]))


def test_a_fifth_goes_and_the_first_stays():
    assert without(PROMPT, [0, 3]) == [11, 12, 14, 15, 16, 17, 18, 19, 20]
    worth = [1000.0, *map(float, PROMPT[1:])]
    told = removed(PROMPT, worth, by_value, random.Random(0))
    assert (told.tokens, told.by_attribution) == (2, 39.0)
    assert 21.0 < told.by_chance < 39.0
    assert told.difference == told.by_attribution - told.by_chance


def test_scores_that_say_nothing_are_no_better_than_chance():
    differences = []
    for seed in range(200):
        rng = random.Random(seed)
        scores = [rng.random() for _ in PROMPT]
        differences.append(removed(PROMPT, scores, by_value, rng).difference)
    low, high = confidence(differences, random.Random(0))
    assert low < 0 < high


def test_an_interval_holds_the_mean_and_narrows_with_more():
    few = confidence([0.0, 1.0] * 10, random.Random(0))
    many = confidence([0.0, 1.0] * 1000, random.Random(0))
    assert few[0] < many[0] < 0.5 < many[1] < few[1]


def a_record(gap: float, by_attribution: float) -> dict:
    told = {"seconds": 1.0, "points": 9, "gap": gap, "by_attribution": by_attribution}
    told["by_chance"] = 1.0
    rough = told | {"by_attribution": 1.0}
    return {
        "prompt_tokens": 12,
        "answer_tokens": 1,
        "integrated_gradients": told,
        "gradient_x_input": rough,
    }


def test_the_report_says_what_is_met_and_what_is_not():
    records = [a_record(0.01, 4.0 + number % 3) for number in range(10)]
    page = "\n".join(faithful(records, "command", "today"))
    assert "**10 of 10** (met)" in page
    assert "integrated gradients names lowers the answer's" in page
    assert "gradient x input names is not shown to lower" in page
    page = "\n".join(faithful([*records, a_record(0.03, 4.0)], "command", "today"))
    assert "**10 of 11** (missed)" in page


def a_window(number: int, p99: float, *, is_explaining: bool) -> dict:
    told = {"number": number, "is_explaining": is_explaining, "p50": 5.0, "p99": p99}
    return told | {"gaps": 100, "points": 7 * is_explaining}


@pytest.mark.parametrize(("slower", "goal"), [(1.4, "met"), (1.6, "missed")])
def test_windows_are_paired_whichever_came_first(slower, goal):
    windows = [
        a_window(0, 10.0, is_explaining=False),
        a_window(1, 10.0 * slower, is_explaining=True),
        a_window(2, 20.0 * slower, is_explaining=True),
        a_window(3, 20.0, is_explaining=False),
    ]
    page = "\n".join(beside(windows, "command", "today"))
    assert f"median **{slower:.2f}**" in page
    assert f"**{goal}**" in page


def test_a_section_made_anew_leaves_the_other():
    page = with_section(TITLE, FAITHFUL, ["one"])
    page = with_section(page, BESIDE, ["two"])
    page = with_section(page, FAITHFUL, ["three"])
    assert page == f"{TITLE}\n\n## {FAITHFUL}\n\nthree\n\n## {BESIDE}\n\ntwo\n"


def test_a_percentile_is_one_of_the_values():
    assert percentile(list(map(float, range(100, 0, -1))), 0.99) == 100.0
    assert percentile([3.0], 0.99) == 3.0
