import io
import json
import re
from html.parser import HTMLParser

import pytest
from rich.console import Console

from services.cli.explain.advance_view import AdvanceView, words
from services.cli.explain.page import page_of
from services.cli.explain.values import Advanced, Alternative, Explanation, Owed, Subject, Summary
from services.cli.explain.view import explanation_view
from services.runtime.text import Text

SUMMARY = Summary("integrated_gradients", 63, 0.0123, True, 0.5, 4.25)
EVIL = "</script><img src=x onerror=alert(1)>"


def texts(*words: str) -> tuple[Text, ...]:
    return tuple(map(Text, words))


def owed(position: int, scores: tuple[float, ...], *others: str) -> Owed:
    alternatives = tuple(Alternative(Text(other), -2.3025851) for other in others)
    return Owed(position, scores, -0.6931472, -4.6931472, 0.01, 0.0025, alternatives)


def an_answer(*prompt: str) -> Explanation:
    prompt = prompt or ("The", " capital", " is", "\n")
    explanation = Explanation()
    answer = texts(" Paris", ".")
    explanation.heard(Subject("r", "small", "f32", "w1", texts(*prompt), answer, True, "zeros"))
    explanation.heard(owed(0, (0.0, 3.0, -1.0, 0.5), " Paris", " the"))
    explanation.heard(owed(1, (0.0, 1.0, 0.0, 0.0, 2.0), "."))
    explanation.heard(SUMMARY)
    return explanation


def a_label() -> Explanation:
    explanation = Explanation()
    prompt = texts("what", "is", "this")
    explanation.heard(Subject("r", "task", "task@1", "w1", prompt, (), False, "no words"))
    explanation.heard(owed(0, (2.0, 0.0, -1.0), "question", "chat"))
    explanation.heard(SUMMARY)
    return explanation


def drawn(explanation: Explanation, *, colours: bool = False) -> str:
    file = io.StringIO()
    kind = "truecolor" if colours else None
    console = Console(width=120, file=file, force_terminal=colours, color_system=kind)
    console.print(explanation_view(explanation))
    return file.getvalue()


class Page(HTMLParser):
    """What a page shows and what it loads."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.loads: list[str] = []
        self.tokens: dict[str, str] = {}
        self.outcomes = 0
        self.scripts: dict[str, str] = {}
        self._token, self._script = "", None
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        told = dict(attrs)
        self.tags.append(tag)
        self.loads += [value for name, value in attrs if name in ("src", "href", "data", "action")]
        self.outcomes += "data-outcome" in told
        self._token = told.get("data-token", self._token)
        self._script = told.get("id", "program") if tag == "script" else self._script

    def handle_endtag(self, tag):
        self._token = "" if tag == "span" else self._token
        self._script = None if tag == "script" else self._script

    def handle_data(self, data):
        if self._script is not None:
            self.scripts[self._script] = data
        elif self._token:
            self.tokens[self._token] = data


def test_totals_are_of_the_prompt_and_of_the_whole_answer() -> None:
    assert an_answer().totals == (0.0, 4.0, -1.0, 0.5)
    assert [text.reveal for text in a_label().outcomes] == ["question"]


def test_a_terminal_shows_the_prompt_and_a_row_for_each_token() -> None:
    lines = [line.rstrip() for line in drawn(an_answer()).splitlines()]
    assert lines[0].startswith("small's answer of its own · w1 · integrated gradients · 63 points")
    assert "gap 1.2 % · 4.2 s" in lines[0]
    assert lines[2] == "The capital is↵"
    (paris,) = [line for line in lines if line.startswith("Paris")]
    assert re.split(r"\s{2,}", paris) == [
        "Paris",
        "50 %",
        "capital +3.00",
        "is -1.00",
        "↵ +0.50",
        "the 10.0 %",
    ]
    (stop,) = [line for line in lines if line.startswith(".")]
    assert "Paris +2.00  capital +1.00" in stop


def test_colours_tell_for_and_against() -> None:
    text = drawn(an_answer(), colours=True)
    assert "48;2;214;69;46" in text.split("capital")[0]
    assert "48;2;203;219;239" in text.split(" is")[0]


def test_a_terminal_is_not_steered() -> None:
    assert "\x1b[2J" not in drawn(an_answer("a", "\x1b[2J", "[red]x", "d"))
    assert "[red]x" in drawn(an_answer("a", "\x1b[2J", "[red]x", "d"))


def test_a_labels_words_are_parted() -> None:
    text = drawn(a_label())
    assert "what is this" in text
    assert "task's label · w1" in text
    assert "chat 10.0 %" in text


def test_what_is_not_complete_says_so() -> None:
    explanation = an_answer()
    explanation.heard(Summary("gradient_x_input", 1, 3.5, False, 0, 1))
    assert "gap 350 %, more than was asked for" in drawn(explanation)


def test_a_page_needs_nothing_else() -> None:
    page = Page(page_of(an_answer()))
    assert page.loads == []
    assert not {"link", "img", "iframe"} & set(page.tags)
    assert "default-src 'none'" in page_of(an_answer())


def test_a_page_holds_every_token_and_what_each_outcome_is_owed_to() -> None:
    page = Page(page_of(an_answer()))
    assert page.tokens == {
        "0": "The",
        "1": " capital",
        "2": " is",
        "3": "\n",
        "4": " Paris",
        "5": ".",
    }
    assert page.outcomes == 2
    heats = json.loads(page.scripts["heats"])
    assert heats["whole"]["scores"] == ["+0.000", "+4.000", "-1.000", "+0.500"]
    assert heats["outcomes"][1]["scores"][-1] == "+2.000"
    assert heats["outcomes"][1]["shades"] == ["", "#eaa296", "", "", "#d6452e"]
    assert Page(page_of(a_label())).tokens == {"0": "what", "1": "is", "2": "this"}


def test_a_page_names_what_has_no_ink() -> None:
    explanation = Explanation()
    subject = Subject("r", "small", "f32", "w1", texts("So"), texts("\n"), False, "zeros")
    explanation.heard(subject)
    explanation.heard(owed(0, (1.0,), "\n", " "))
    explanation.heard(SUMMARY)
    assert "<th>↵</th>" in page_of(explanation)
    assert "↵ 10.0 %, &#x27; &#x27; 10.0 %" in page_of(explanation)


@pytest.mark.parametrize("where", ["prompt", "answer", "alternative", "model"])
def test_text_on_a_page_is_never_markup(where: str) -> None:
    told = {"prompt": "p", "answer": "a", "alternative": "b", "model": "m", where: EVIL}
    explanation = Explanation()
    prompt, answer = texts(told["prompt"]), texts(told["answer"])
    explanation.heard(Subject("r", told["model"], "f32", "w1", prompt, answer, True, "zeros"))
    explanation.heard(owed(0, (1.0,), told["alternative"]))
    explanation.heard(SUMMARY)
    text = page_of(explanation)
    assert EVIL not in text
    assert "&lt;/script&gt;" in text
    page = Page(text)
    assert "img" not in page.tags
    assert page.tags.count("script") == 2


def test_how_far_it_is_stands_on_a_terminal_alone() -> None:
    for is_terminal in (True, False):
        told = io.StringIO()
        with AdvanceView(Console(file=told, force_terminal=is_terminal, width=100)) as view:
            view.heard(Advanced("waiting", 0, 2))
            view.heard(Advanced("waiting", 1, 2))
            view.heard(Advanced("computing", 5, 0))
        assert ("computing gradients" in told.getvalue()) == is_terminal


def test_who_waits_sees_how_many_are_left() -> None:
    assert words(Advanced("waiting", 0, 12)) == "waiting: 12 explanations before this one"
    assert words(Advanced("waiting", 11, 12)) == "waiting: 1 explanation before this one"
    assert words(Advanced("loading", 3, 100)) == "loading the model"
