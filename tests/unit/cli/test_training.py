import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from matplotlib.figure import Figure
from typer.testing import CliRunner

from services.cli import train, training_pictures
from services.cli.faults import Complaint

HISTORY = [
    {"loss": 0.9, "val_loss": 0.8, "accuracy": 0.5, "val_accuracy": 0.6},
    {"loss": 0.4, "val_loss": 0.5, "accuracy": 0.8, "val_accuracy": 0.7},
]
EVENTS = [
    {"epoch": 2, "part": 0.5},
    {"epoch": 3, "part": 0.0, "figures": {"val_accuracy": 0.5}},
    {"says": "calibrating"},
]
CARD = {"version": "abc", "metrics": {"test": {"accuracy": 0.5}}}


def test_a_training_that_goes_on_and_stops_early_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "card.json").write_text(json.dumps(CARD))
    monkeypatch.setattr(train, "events", lambda _: (e for e in [*EVENTS, {"done": str(tmp_path)}]))
    monkeypatch.setattr(train, "find_spec", lambda _: None)
    arguments = ["classifier", "texts.jsonl", "--name", "mood", "--out", str(tmp_path)]
    told = CliRunner().invoke(train.app, arguments)
    assert told.exit_code == 0, told.output
    for words in (
        "goes on after epoch 2",
        "stopped early, after epoch 3",
        "50.0%",
        "matplotlib",
        "to serve it: ",
    ):
        assert words in told.output
    assert "" not in told.output.splitlines(), "no traces of a bar where there is no terminal"


@pytest.fixture
def play(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], list[dict[str, object]]]:
    """Runs a script in place of the training; what it says."""
    real = train.subprocess.Popen

    def played(script: str) -> list[dict[str, object]]:
        def popen(program: list[str], **more: object) -> object:
            assert program[1:4] == ["-m", "services.worker.training", "texts.jsonl"]
            return real([sys.executable, "-c", script], **more)

        monkeypatch.setattr(train.subprocess, "Popen", popen)
        return list(train.events(["texts.jsonl"]))

    return played


@pytest.mark.parametrize(
    ("script", "told"),
    [
        (
            """import json; print(json.dumps({"error": "line 3: label is no text"}))""",
            "line 3: label",
        ),
        ("raise MemoryError('of 3 GB')", "ended with 1: MemoryError: of 3 GB"),
        ("import os; os.kill(os.getpid(), 9)", "ended by signal 9 .is there memory enough"),
    ],
)
def test_how_a_training_failed_is_told(play: Any, script: str, told: str) -> None:
    with pytest.raises(Complaint, match=told):
        play(script)


def test_a_training_may_say_much_on_standard_error(play: Any) -> None:
    script = """import sys; sys.stderr.write("w" * 300_000); print('{"done": "there"}')"""
    assert play(script) == [{"done": "there"}]


def test_learning_curves_and_confusion_are_drawn_beside_the_folder(tmp_path: Path) -> None:
    card = {
        "name": "mood",
        "labels": ["glad", "wütend", "sad"],
        "training": {"history": HISTORY},
        "metrics": {"test": {"confusion": [[5, 1, 0], [0, 3, 2], [0, 0, 0]]}},
    }
    paths = list(training_pictures.draw(card, tmp_path))
    assert [path.name for path in paths] == ["mood.curves.png", "mood.confusion.png"]
    assert {path.read_bytes()[:8] for path in paths} == {b"\x89PNG\r\n\x1a\n"}


def test_the_pictures_say_what_the_card_says() -> None:
    figure = Figure()
    training_pictures._curves(figure, {"training": {"history": HISTORY}})
    drawn = {
        (axes.get_title(), line.get_label()): list(line.get_ydata())
        for axes in figure.axes
        for line in axes.lines
    }
    assert drawn["loss", "training"] == [0.9, 0.4]
    assert drawn["accuracy", "validation"] == [0.6, 0.7]
    figure = Figure()
    card = {"labels": ["a", "b"], "metrics": {"test": {"confusion": [[7, 1], [2, 9]]}}}
    training_pictures._confusion(figure, card)
    told = {text.get_position(): text.get_text() for text in figure.axes[0].texts}
    assert told == {(0, 0): "7", (1, 0): "1", (0, 1): "2", (1, 1): "9"}
