import json
import sys
from pathlib import Path

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
    monkeypatch.setattr(train, "events", lambda _: iter([*EVENTS, {"done": str(tmp_path)}]))
    monkeypatch.setattr(train, "find_spec", lambda _: None)
    arguments = ["classifier", "texts.jsonl", "--name", "mood", "--out", str(tmp_path)]
    told = CliRunner().invoke(train.app, arguments)
    assert told.exit_code == 0, told.output
    for words in ("goes on after epoch 2", "stopped early, after epoch 3", "50.0%", "matplotlib"):
        assert words in told.output


def test_a_complaint_of_the_training_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    script = """import json; print(json.dumps({"error": "line 3: label is no text"}))"""
    real = train.subprocess.Popen

    def popen(program: list[str], **more: object) -> object:
        assert program[1:4] == ["-m", "services.worker.training", "texts.jsonl"]
        return real([sys.executable, "-c", script], **more)

    monkeypatch.setattr(train.subprocess, "Popen", popen)
    with pytest.raises(Complaint, match="line 3: label"):
        list(train.events(["texts.jsonl"]))
