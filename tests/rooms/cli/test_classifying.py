"""A free text and its label, from the command line, through a whole mesh."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from services.worker.engines.scripted import expected_answer
from tests.rooms.cli.conftest import Up, _running_up
from tests.tools.tiny_classifier import expected, make_classifier


@pytest.fixture(scope="module")
def classifying(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    folder: Path = make_classifier(tmp_path_factory.mktemp("classifiers") / "tiny")
    with _running_up(EVENFLOW_WORKER_CLASSIFIERS=f"task={folder}") as running:
        yield running


def test_a_text_without_a_kind_is_taken_for_what_it_is(classifying: Any, run: Any) -> None:
    asked = ("ask", "once upon a time", "--max-tokens", "6", "--target", classifying.gateway)
    done = run(*asked)
    assert done.stdout == expected_answer("once upon a time", 6) + "\n"
    sure = round(100 * expected("once upon a time")["completion"])
    assert done.stderr == f"taken for a text to go on with ({sure} %)\n"
    as_json = run(*asked, "--json")
    began = json.loads(as_json.stdout.splitlines()[0])
    assert began["interpretation"]["kind"] == "prompt"
    assert began["interpretation"]["classifier"] == "task"


def test_what_is_not_sure_is_chat_and_says_so(classifying: Any, run: Any) -> None:
    done = run("ask", "tea", "--max-tokens", "3", "--target", classifying.gateway)
    assert done.stderr == ("taken for chat: not sure enough of anything else (20 %, 50 % needed)\n")


def test_lines_are_classified_one_by_one(classifying: Any, run: Any) -> None:
    texts = ["what is this", "", "hello hello", "once"] * 10
    done = run("classify", "--lines", "--target", classifying.gateway, stdin="\n".join(texts))
    assert done.stderr == ""
    labels = [line.split()[0] for line in done.stdout.splitlines()]
    assert labels == ["question", "chat", "completion"] * 10
    told = run("classify", "hello", "--json", "--target", classifying.gateway)
    assert json.loads(told.stdout)["labels"] == pytest.approx(expected("hello"), abs=1e-5)


def test_a_classifier_that_is_not_there_is_named(classifying: Any, run: Any) -> None:
    done = run("classify", "hello", "--model", "mood", "--target", classifying.gateway)
    assert done.returncode == 1
    assert "'mood'; served now: task" in done.stderr
