"""What a label of the task model is owed to: Keras' gradients, beside what LiteRT serves."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from services.runtime.text import Text
from services.worker.classifiers.folder import BUNDLED, ClassifierFolder, open_folder
from services.worker.classifiers.litert_classifier import LiteRtClassifier
from services.worker.engines.explain.open import open_explainable
from services.worker.engines.explain.process import POSITIONS, Bounds, Explainable
from services.worker.explaining.attributing import attributed
from services.worker.explaining.messages import Source
from services.worker.explaining.values import (
    Array,
    Attributed,
    Differentiable,
    Method,
    Options,
    Subject,
    Summed,
)

# Keras asks numpy for arrays in a way that numpy 2 warns of.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")
TEXTS = (
    "Translate into French: good morning",
    "¿Cuál es la capital de Francia?",
    "请用一句话总结下面的文字：天气很好。",
    "word " * 200 + "and so it went on",  # more than is read: the gap stands in its middle
)
STEP = 0.02


@pytest.fixture(scope="module")
def folder() -> ClassifierFolder:
    return open_folder(BUNDLED)


@pytest.fixture(scope="module")
def model() -> Explainable:
    # As many threads as the other tests: TensorFlow takes a number once in a process.
    bounds = Bounds(tokens=64, threads=0, memory_mb=0, cache_dir=Path())
    return open_explainable(Source("classifier", str(BUNDLED)), bounds, lambda fraction: None)


@pytest.fixture
def outcome(
    model: Explainable, folder: ClassifierFolder
) -> Callable[[str, tuple[int, ...]], Differentiable]:
    """A text's label as something to differentiate; (): the likeliest."""
    return lambda text, label: model.outcomes(Subject(tuple(folder.encode(text)), label))


def explained(of: Differentiable, options: Options) -> tuple[Attributed, Summed]:
    words = list(attributed(of, options, max(1, POSITIONS // len(of.text))))
    (found,) = [word for word in words if isinstance(word, Attributed)]
    assert isinstance(words[-1], Summed)
    return found, words[-1]


async def test_what_is_explained_is_what_is_served(outcome, model, folder) -> None:
    assert model.revision == folder.card.version
    served = LiteRtClassifier(folder, "task")
    rows = await served.run([Text(text) for text in TEXTS])
    served.close()
    for text, row in zip(TEXTS, rows, strict=True):
        found, _ = explained(outcome(text, ()), Options(steps=9, tolerance=1))
        assert found.outcome == int(np.argmax(row))
        told = {one.token_id: np.exp(one.logprob) for one in found.alternatives}
        assert [told[label] for label in range(len(row))] == pytest.approx(row, abs=0.005)
        assert found.logprob == pytest.approx(np.log(row[found.outcome]), abs=0.01)


@pytest.mark.parametrize("label", [(), (0,), (3,)])
@pytest.mark.parametrize("text", TEXTS)
def test_attributions_sum_to_the_change_of_the_log_probability(outcome, text, label) -> None:
    of = outcome(text, label)
    found, summed = explained(of, Options())
    assert len(found.scores) == len(of.text)
    changed = found.logprob - found.baseline_logprob
    assert sum(found.scores) == pytest.approx(changed, abs=0.02 * max(abs(changed), 0.01))
    assert summed.worst_gap <= 0.02


def test_the_words_that_ask_for_it_are_what_a_translation_is_owed_to(outcome) -> None:
    found, _ = explained(outcome(TEXTS[0], ()), Options())
    most = int(np.argmax(found.scores))
    assert most == 0, "the text begins with: translate"


def test_slopes_are_what_small_steps_of_a_token_measure(outcome) -> None:
    of = outcome(TEXTS[0], (1,))
    text: Array = of.text
    drawn = np.random.default_rng(7).standard_normal(text.shape)
    lengths = np.linalg.norm(text, axis=1) / np.linalg.norm(drawn, axis=1)
    direction = (drawn * lengths[:, None]).astype(np.float32)
    _, products = of.products(text[None], direction, (0,))
    each = np.eye(len(text), dtype=np.float32)[:, :, None] * direction  # one token alone
    stepped = np.concatenate([text - STEP * each, text + STEP * each])
    values, _ = of.products(stepped.astype(np.float32), direction, (0,))
    before, behind = np.split(values[:, 0], 2)
    measured = (behind - before) / (2 * STEP)
    assert np.abs(measured).max() > 0.01, "the label hangs on what was changed"
    assert products[0, 0] == pytest.approx(measured, rel=0.05, abs=0.003)


def test_gradient_x_input_is_the_slope_at_the_text(outcome) -> None:
    of = outcome(TEXTS[1], ())
    found, summed = explained(of, Options(method=Method.GRADIENT_X_INPUT))
    _, products = of.products(of.text[None], of.text - of.baseline, (0,))
    assert found.scores == pytest.approx(products[0, 0].tolist(), rel=1e-4)
    assert summed.steps == 1
