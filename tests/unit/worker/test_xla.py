"""The float32 graph compiled by XLA, on whatever TensorFlow has here."""

from pathlib import Path

import numpy as np
import pytest

from services.worker.engines.engine import Row
from services.worker.engines.float32.decoder import TensorFlowModel
from services.worker.engines.models.source import open_source
from services.worker.engines.tensorflow_quiet import set_threads
from tests.tools.shapes import shapes

pytestmark = pytest.mark.timeout(300)
SHAPE = shapes()["llama-3"]
PROMPT = SHAPE.prompt * 4


@pytest.fixture(scope="module", name="path")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return SHAPE.gguf().write(tmp_path_factory.mktemp("xla") / "tiny.gguf")


def opened(path: Path, *, xla: bool) -> TensorFlowModel:
    set_threads(0)
    with open_source(path) as source:
        return TensorFlowModel(
            source.config,
            source.weights(),
            weights_sha256="0" * 64,
            slots=3,
            context=200,
            prefill_chunk=32,
            xla=xla,
        )


@pytest.fixture(scope="module")
def compiled(path: Path) -> TensorFlowModel:
    model = opened(path, xla=True)
    told: list[float] = []
    model.warm_up(told.append)
    assert told == sorted(told)
    assert told[-1] == 1.0
    return model


def prefill(model: TensorFlowModel, slot: int, tokens: list[int]) -> None:
    for start in range(0, len(tokens), 32):
        model.prefill(slot, start, tokens[start : start + 32])


def greedy(model: TensorFlowModel, count: int) -> list[int]:
    tokens = list(PROMPT)
    prefill(model, 1, tokens[:-1])
    for _ in range(count):
        row = Row(1, len(tokens) - 1, tokens[-1])
        tokens.append(int(model.decode([row])[0].argmax()))
    return tokens[len(PROMPT) :]


def test_the_same_tokens_as_without(path: Path, compiled: TensorFlowModel) -> None:
    plain = opened(path, xla=False)
    assert greedy(compiled, 20) == greedy(plain, 20)
    assert compiled.revision != plain.revision


def test_bits_depend_on_no_company(compiled: TensorFlowModel) -> None:
    for slot in range(3):
        prefill(compiled, slot, PROMPT)
    alone = compiled.decode([Row(0, 50, PROMPT[50])])[0]
    for rows in (
        [Row(0, 50, PROMPT[50]), Row(1, 3, 7)],
        [Row(2, 159, 7), Row(0, 50, PROMPT[50])],
        [Row(1, 100, 5), Row(0, 50, PROMPT[50]), Row(2, 70, 6)],
    ):
        at = next(n for n, row in enumerate(rows) if row.slot == 0)
        np.testing.assert_array_equal(compiled.decode(rows)[at], alone)


def test_a_copied_beginning_is_the_same(compiled: TensorFlowModel) -> None:
    prefill(compiled, 0, PROMPT)
    prefill(compiled, 2, PROMPT[::-1])
    compiled.copy(0, 2, 100)
    expected = compiled.decode([Row(0, 100, 9)])
    np.testing.assert_array_equal(compiled.decode([Row(2, 100, 9)]), expected)
