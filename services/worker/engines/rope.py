"""The angles by which positions turn queries and keys. Pure."""

import numpy as np
from numpy.typing import NDArray

from services.worker.engines.llama_config import LlamaConfig

Array = NDArray[np.float32]


def cosines_and_sines(config: LlamaConfig, length: int) -> tuple[Array, Array]:
    """Of positions 0 to `length`, `[length, head_size / 2]` each."""
    steps = np.arange(0, config.head_size, 2) / config.head_size
    angles = np.outer(np.arange(length), config.rope_base**-steps)
    return np.cos(angles).astype(np.float32), np.sin(angles).astype(np.float32)
