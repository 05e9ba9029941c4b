from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

from services.worker.engines.engine import Row
from services.worker.engines.float32.decoder import TensorFlowModel
from services.worker.engines.models.gguf_file import GgufFile
from services.worker.engines.models.llama_config import llama_config
from services.worker.engines.models.llama_weights import LlamaWeights
from services.worker.engines.tensorflow_quiet import set_threads
from tests.tools.tiny_llama import TinyLlama, reference, tiny_llama, vocabulary

LENGTH = 700  # beyond the first span of the cache
TOKENS = [int(n) for n in np.random.default_rng(3).integers(0, len(vocabulary()), LENGTH)]


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., TensorFlowModel]:
    set_threads(0)

    def open_tiny(tiny: TinyLlama, *, slots: int = 4, context: int = 1000) -> TensorFlowModel:
        path = tiny.write(tmp_path_factory.mktemp("tiny") / "tiny.gguf")
        with GgufFile(path) as file:
            config = llama_config(file.metadata)
            return TensorFlowModel(
                config,
                LlamaWeights(file, config),
                weights_sha256="0" * 64,
                slots=slots,
                context=context,
                prefill_chunk=64,
            )

    return open_tiny


@pytest.fixture(scope="module")
def model(opened: Callable[..., TensorFlowModel]) -> TensorFlowModel:
    return opened(tiny_llama())


@pytest.fixture(scope="module")
def exact() -> np.ndarray:
    return reference(tiny_llama(), TOKENS)


def prefill(model: TensorFlowModel, slot: int, tokens: Sequence[int], chunk: int = 64) -> None:
    for start in range(0, len(tokens), chunk):
        model.prefill(slot, start, tokens[start : start + chunk])


@pytest.mark.parametrize("length", [1, 2, 63, 64, 65, 300, 512, 513, LENGTH])
def test_prefill_then_decode_is_the_definition(
    model: TensorFlowModel, exact: np.ndarray, length: int
) -> None:
    prefill(model, 1, TOKENS[: length - 1])
    logits = model.decode([Row(1, length - 1, TOKENS[length - 1])])
    assert logits.shape == (1, model.limits.vocabulary)
    np.testing.assert_allclose(logits[0], exact[length - 1], atol=2e-4)


def test_rows_at_different_positions(model: TensorFlowModel, exact: np.ndarray) -> None:
    places = {0: 5, 1: 130, 2: 600, 3: 0}
    for slot, at in places.items():
        prefill(model, slot, TOKENS[:at], 50)
    for step in range(3):
        rows = [Row(slot, at + step, TOKENS[at + step]) for slot, at in places.items()]
        for row, logits in zip(rows, model.decode(rows), strict=True):
            np.testing.assert_allclose(logits, exact[row.position], atol=2e-4)


def test_an_output_matrix_of_its_own(opened: Callable[..., TensorFlowModel]) -> None:
    tiny = tiny_llama(tied=False, seed=5)
    model = opened(tiny, slots=1, context=64)
    logits = [model.decode([Row(0, at, TOKENS[at])])[0] for at in range(6)]
    np.testing.assert_allclose(logits, reference(tiny, TOKENS[:6]), atol=2e-4)


def test_padding_disturbs_no_slot(model: TensorFlowModel, exact: np.ndarray) -> None:
    for slot in range(model.limits.slots):
        prefill(model, slot, TOKENS[:20])
    model.prefill(2, 20, TOKENS[20:21])  # one token, padded to sixteen
    model.decode([Row(3, 20, TOKENS[20])])  # one row, padded to two
    for slot in range(model.limits.slots):
        at = 21 if slot in (2, 3) else 20
        logits = model.decode([Row(slot, at, TOKENS[at])])[0]
        np.testing.assert_allclose(logits, exact[at], atol=2e-4)


def test_the_last_position_of_the_cache(opened: Callable[..., TensorFlowModel]) -> None:
    model = opened(tiny_llama(), slots=2, context=64)
    prefill(model, 1, TOKENS[:63])
    prefill(model, 0, TOKENS[:63])
    first = model.decode([Row(0, 63, TOKENS[63])])
    np.testing.assert_array_equal(model.decode([Row(1, 63, TOKENS[63])]), first)
    np.testing.assert_allclose(first, reference(tiny_llama(), TOKENS[:64])[-1:], atol=2e-4)


def test_a_slot_is_used_again(model: TensorFlowModel, exact: np.ndarray) -> None:
    prefill(model, 0, TOKENS[::-1])
    model.release(0)
    prefill(model, 0, TOKENS[:9])
    np.testing.assert_allclose(model.decode([Row(0, 9, TOKENS[9])])[0], exact[9], atol=2e-4)


@pytest.mark.parametrize("count", [1, 63, 64, 65, 600])
def test_a_copied_beginning_is_the_same_to_the_bit(model: TensorFlowModel, count: int) -> None:
    prefill(model, 0, TOKENS[:650])
    prefill(model, 1, TOKENS[650:40:-1])  # lies behind the copy and must not be seen
    prefill(model, 2, TOKENS[:count])
    expected, of_source = model.decode([Row(2, count, TOKENS[-1]), Row(0, 650, TOKENS[650])])
    model.copy(0, 1, count)
    found = model.decode([Row(1, count, TOKENS[-1]), Row(0, 650, TOKENS[650])])
    np.testing.assert_array_equal(found, [expected, of_source])


@pytest.mark.parametrize(("source", "target", "count"), [(0, 4, 1), (-1, 0, 1), (0, 1, 0)])
def test_copies_outside_the_cache_are_refused(
    model: TensorFlowModel, source: int, target: int, count: int
) -> None:
    with pytest.raises(ValueError, match="outside the cache"):
        model.copy(source, target, count)


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [Row(0, 0, 1), Row(0, 1, 1)],
        [Row(4, 0, 1)],
        [Row(-1, 0, 1)],
        [Row(0, 1000, 1)],
        [Row(0, -1, 1)],
    ],
)
def test_rows_outside_the_cache_are_refused(model: TensorFlowModel, rows: list[Row]) -> None:
    with pytest.raises(ValueError, match=r"rows must bear|outside the cache"):
        model.decode(rows)


@pytest.mark.parametrize(("start", "count"), [(0, 0), (0, 65), (990, 11), (-1, 2)])
def test_prefills_outside_the_cache_are_refused(
    model: TensorFlowModel, start: int, count: int
) -> None:
    with pytest.raises(ValueError, match=r"a prefill of|outside the cache"):
        model.prefill(0, start, [1] * count)


def test_warm_up_tells_how_far_it_is(model: TensorFlowModel) -> None:
    told: list[float] = []
    model.warm_up(told.append)
    assert told == sorted(told)
    assert told[-1] == 1.0


def test_the_revision_names_the_weights(
    opened: Callable[..., TensorFlowModel], model: TensorFlowModel, tmp_path: Path
) -> None:
    with GgufFile(tiny_llama().write(tmp_path / "t.gguf")) as file:
        config = llama_config(file.metadata)
        other = TensorFlowModel(
            config,
            LlamaWeights(file, config),
            weights_sha256="1" * 64,
            slots=1,
            context=64,
            prefill_chunk=16,
        )
    assert model.revision != other.revision
    assert len(model.revision) == 12
