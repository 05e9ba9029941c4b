"""A tiny model through conversion and LiteRT, against the definition of its architecture."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from services.worker.engines.engine import Row, SlotCopier
from services.worker.engines.litert.convert import convert, turned_weights
from services.worker.engines.litert.graph import LiteRtGraph
from services.worker.engines.litert.model import LiteRtModel
from services.worker.engines.litert.open import open_converted
from services.worker.engines.litert.shapes import HIDDEN, Shape, Shapes
from services.worker.engines.models.gguf_file import GgufFile
from services.worker.engines.models.llama_config import LlamaConfig, llama_config
from services.worker.engines.models.llama_weights import LlamaWeights
from tests.tools.tiny_llama import reference, tiny_llama, vocabulary

pytestmark = pytest.mark.timeout(300)

SHAPES = Shapes(slots=3, context=400)
TOKENS = [int(n) for n in np.random.default_rng(3).integers(0, len(vocabulary()), 400)]


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_llama().write(tmp_path_factory.mktemp("tiny") / "tiny.gguf")


@pytest.fixture(scope="module")
def config(path: Path) -> LlamaConfig:
    with GgufFile(path) as file:
        return llama_config(file.metadata)


@pytest.fixture(scope="module")
def model(path: Path, config: LlamaConfig, tmp_path_factory: pytest.TempPathFactory) -> LiteRtModel:
    folder, told = tmp_path_factory.mktemp("converted"), []
    rounded = folder.parent / "rounded"
    convert(path, rounded, folder, SHAPES, lambda what, part: told.append((what, part)))
    assert [what for what, _ in told[-2:]] == ["converting to LiteRT", "writing the graphs"]
    parts = [part for _, part in told]
    assert parts == sorted(parts)
    assert 0 <= parts[0] < parts[-1] < 1
    model = open_converted(folder, config, SHAPES, threads=1, prefill_chunk=200)
    model.warm_up()
    return model


def test_the_turned_graph_computes_what_the_architecture_says(
    path: Path, config: LlamaConfig
) -> None:
    """The graph with its matrices still in float32, before anything is rounded."""
    with GgufFile(path) as file:
        turned, embedding = turned_weights(config, LlamaWeights(file, config))
        matrices = dict(turned)
    graph, shape = LiteRtGraph(config), Shape(1, 32, (128,), logits=True)
    angles = np.outer(np.arange(32), config.rope_base ** -(np.arange(0, 8, 2) / 8))
    inputs = {name: np.zeros(spec.shape) for name, spec in graph.specs(shape, rows=1).items()}
    inputs |= matrices | {
        "states": embedding[TOKENS[:32]],
        "cosines": np.cos(angles)[:, None],
        "sines": np.sin(angles)[:, None],
        "hidden": np.full((1, 1, 1, 128), HIDDEN),
    }
    found = graph.function(shape)(**{k: v.astype(np.float32) for k, v in inputs.items()})
    np.testing.assert_allclose(
        found["logits"].numpy(), reference(tiny_llama(), TOKENS[:32]), atol=2e-3
    )


def prefill(model: LiteRtModel, slot: int, tokens: Sequence[int], chunk: int = 200) -> None:
    for start in range(0, len(tokens), chunk):
        model.prefill(slot, start, tokens[start : start + chunk])


@pytest.mark.parametrize("length", [1, 2, 33, 130, 256, 257, 258, 400])
def test_rounded_logits_are_near_the_definition(model: LiteRtModel, length: int) -> None:
    prefill(model, 1, TOKENS[: length - 1])
    found = model.decode([Row(1, length - 1, TOKENS[length - 1])])[0]
    exact = reference(tiny_llama(), TOKENS[:length])[-1]
    assert np.corrcoef(found, exact)[0, 1] > 0.999


def test_bits_depend_on_no_chunk_and_no_company(model: LiteRtModel) -> None:
    prefill(model, 0, TOKENS[:-1])
    prefill(model, 1, TOKENS[:-1], chunk=37)
    for at in (1, 31, 200, 255, 256, 257, 399):
        alone = model.decode([Row(0, at, TOKENS[at])])[0]
        for rows in (
            [Row(1, at, TOKENS[at])],
            [Row(1, at, TOKENS[at]), Row(2, 0, 5)],
            [Row(1, at, TOKENS[at]), Row(0, 399, 9), Row(2, 399, 9)],
        ):
            np.testing.assert_array_equal(model.decode(rows)[0], alone)
        model.decode([Row(0, 399, TOKENS[399])])


def test_what_was_decoded_is_what_would_be_prefilled(model: LiteRtModel) -> None:
    for at in range(240, 300):
        if at == 240:
            prefill(model, 2, TOKENS[:240])
        decoded = model.decode([Row(2, at, TOKENS[at])])[0]
    prefill(model, 0, TOKENS[:299])
    np.testing.assert_array_equal(model.decode([Row(0, 299, TOKENS[299])])[0], decoded)


def test_a_copied_beginning_is_the_same(model: LiteRtModel) -> None:
    assert isinstance(model, SlotCopier)
    prefill(model, 0, TOKENS[:300])
    prefill(model, 2, TOKENS[::-1][:300])
    model.copy(0, 2, 270)
    expected = model.decode([Row(0, 270, 7)])[0]
    np.testing.assert_array_equal(model.decode([Row(2, 270, 7)])[0], expected)


@pytest.mark.parametrize(
    "rows",
    [[], [Row(0, 0, 0), Row(0, 1, 0)], [Row(3, 0, 0)], [Row(0, 400, 0)]],
)
def test_impossible_rows_are_refused(model: LiteRtModel, rows: list[Row]) -> None:
    with pytest.raises(ValueError, match="slot"):
        model.decode(rows)


def test_the_revision_names_weights_and_precision(model: LiteRtModel) -> None:
    assert model.revision.endswith("-int8")
