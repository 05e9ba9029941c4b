"""Shapes with biases, norms of heads or scaled rope in int8, against what Transformers computes."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from services.worker.engines.engine import Row
from services.worker.engines.pretrained import open_pretrained
from tests.tools.shapes import shapes

pytestmark = pytest.mark.timeout(300)
EXPECTED: dict[str, Any] = json.loads((Path(__file__).parent / "expected_shapes.json").read_text())


def log_shares(logits: NDArray[np.float32]) -> NDArray[np.float64]:
    raised = logits.astype(np.float64) - logits.max()
    return raised - np.log(np.exp(raised).sum())


@pytest.mark.parametrize("name", ["llama-3", "mistral", "llama-bias", "qwen2", "qwen3"])
def test_int8_is_near(name: str, tmp_path: Path) -> None:
    """A divergence (KL) of at most 0.05 at each place, and the same token where it is clear.

    A model so narrow has little to round with, hence the bound.
    """
    shape, expected = shapes()[name], EXPECTED["shapes"][name]
    path = tmp_path / f"{name}.gguf"  # a Llama 3's has a tensor of rope's divisors
    path = shape.gguf().write(path) if name == "llama-3" else shape.write_folder(tmp_path / name)
    _, model, _ = open_pretrained(
        str(path), tmp_path / "cache", slots=1, context=64, threads=1, precision="int8"
    )
    prompt = shape.prompt
    model.prefill(0, 0, prompt[:-1])
    for at, logits in expected["logits"].items():
        exact = log_shares(np.array(logits))
        found = log_shares(model.decode([Row(0, int(at), prompt[int(at)])])[0])
        assert (np.exp(exact) * (exact - found)).sum() < 0.05
        first, second = np.sort(exact)[[-1, -2]]
        if first - second > 0.3:
            assert found.argmax() == exact.argmax()
