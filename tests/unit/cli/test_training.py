import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from services.cli import train
from services.cli.faults import Complaint

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
    for words in ("goes on after epoch 2", "stopped early, after epoch 3", "50.0%", "matplotlib"):
        assert words in told.output


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
