"""Opens what litert_cache keeps as a model that runs; needs no TensorFlow."""

import os
from pathlib import Path

import numpy as np

from services.worker.engines.litert_cache import EMBEDDING, GRAPHS, PACKED, revision
from services.worker.engines.litert_model import LiteRtModel
from services.worker.engines.litert_runtime import LiteRtRuntime
from services.worker.engines.litert_shapes import Shapes
from services.worker.engines.llama_config import LlamaConfig


def open_converted(
    folder: Path,
    config: LlamaConfig,
    shapes: Shapes,
    *,
    weights_sha256: str,
    threads: int,
    prefill_chunk: int,
) -> LiteRtModel:
    """Open a folder of `litert_cache.converted`; `threads` 0 is one for each core."""
    cores = len(os.sched_getaffinity(0))
    return LiteRtModel(
        config,
        LiteRtRuntime(folder / GRAPHS, folder / PACKED, threads or cores),
        np.load(folder / EMBEDDING, mmap_mode="r"),
        revision=revision(weights_sha256),
        shapes=shapes,
        prefill_chunk=prefill_chunk,
    )
