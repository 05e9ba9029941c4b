"""Rounds a model's matrices by what they meet as the model reads a text.

Decides that a matrix sees what the rounded ones before it make of it. Runs the
graph itself, operation by operation.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.worker.engines.litert.graph import LiteRtGraph
from services.worker.engines.litert.rounding import Rounded, rounded
from services.worker.engines.litert.shapes import HIDDEN, Shape
from services.worker.engines.models.llama_config import LlamaConfig
from services.worker.engines.models.rope import cosines_and_sines

LONGEST = 1024  # tokens


def calibrated(
    graph: LiteRtGraph,
    config: LlamaConfig,
    matrices: Mapping[str, NDArray[np.float32]],
    embedding: NDArray[np.float16],
    tokens: Sequence[int],
    progress: Callable[[float], None],
) -> dict[str, Rounded]:
    """Round all matrices while the model reads these tokens."""
    tokens = list(tokens[: min(LONGEST, config.context, config.window or LONGEST)])
    shape = Shape(1, len(tokens), (1,), logits=True)
    cosines, sines = cosines_and_sines(config, len(tokens))
    held = np.zeros((1, config.kv_heads, 1, config.head_size), np.float32)
    inputs: dict[str, Any] = {
        "states": embedding[tokens].astype(np.float32),
        "cosines": cosines[:, None],
        "sines": sines[:, None],
        "hidden": np.full((1, 1, 1, 1), HIDDEN, np.float32),
    }
    for layer in range(config.layers):
        inputs[f"keys_{layer}_0"] = inputs[f"values_{layer}_0"] = held
    found: dict[str, Rounded] = {}

    def times(value: Any, name: str) -> Any:
        vectors = np.asarray(value)
        found[name] = matrix = rounded(matrices[name], vectors)
        progress(len(found) / len(matrices))
        return vectors @ (matrix.steps * matrix.scales[:, None]).T

    graph.step(shape, inputs, times)
    return found
