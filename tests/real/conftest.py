"""The real model, opened once: it takes some seconds and 2 GB."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from services.worker.engines.engine import StepModel, Tokenizer
from services.worker.engines.models.finding import default_cache_dir
from services.worker.engines.pretrained import open_pretrained


@dataclass(frozen=True)
class Opened:
    """What open_pretrained returns."""

    name: str
    model: StepModel
    tokenizer: Tokenizer


@pytest.fixture(scope="session")
def opened() -> Opened:
    return Opened(*open_pretrained("smollm2-135m-instruct", default_cache_dir()))


@pytest.fixture(scope="session")
def expected() -> dict[str, Any]:
    """What llama.cpp answered; make_expected.py says how it was made."""
    path = Path(__file__).parent / "expected_greedy.json"
    return dict(json.loads(path.read_text(encoding="utf-8")))
