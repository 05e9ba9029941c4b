"""Opens what `cache.py` keeps as a model that runs; needs no TensorFlow.

Decides the revision's name, and where the matrices lie that LiteRT has packed for
this processor: a file beside the graphs for each class of processors, made when
it is missing. Where it can be neither found nor made they are packed in memory.
"""

import hashlib
import os
import weakref
from pathlib import Path

import numpy as np
import structlog

from services.worker.engines.litert.cache import CONTENT, EMBEDDING, GRAPHS, runtime
from services.worker.engines.litert.kept import alone, make_file, used
from services.worker.engines.litert.model import LiteRtModel
from services.worker.engines.litert.pack import pack
from services.worker.engines.litert.processor import this_kernel_class
from services.worker.engines.litert.runtime import LiteRtRuntime
from services.worker.engines.litert.shapes import INT8_VERSION, Shapes
from services.worker.engines.models.llama_config import LlamaConfig

log = structlog.get_logger(__name__)


def open_converted(
    folder: Path,
    config: LlamaConfig,
    shapes: Shapes,
    *,
    threads: int,
    prefill_chunk: int,
) -> LiteRtModel:
    """Open a folder of `cache.converted`; `threads` 0 is one for each core.

    The folder is in use, and so not let go, as long as the model is.

    Raises:
        LetGo: it has been let go since it was found.
    """
    handle = used(folder)
    model = LiteRtModel(
        config,
        runtime_of(folder, threads or len(os.sched_getaffinity(0))),
        np.load(folder / EMBEDDING, mmap_mode="r"),
        revision=revision(folder),
        shapes=shapes,
        prefill_chunk=prefill_chunk,
    )
    weakref.finalize(model, os.close, handle)
    return model


def revision(folder: Path) -> str:
    """What decides a bit, in one name: matrices, graph, runtime, precision, processor.

    The matrices as they were rounded, and not the weights they came from: two
    machines' rounding may differ in places.
    """
    content = (folder / CONTENT).read_text()
    parts = f"{content} graph {INT8_VERSION} litert {runtime()} on {this_kernel_class()}"
    return hashlib.sha256(parts.encode()).hexdigest()[:12] + "-int8"


def runtime_of(folder: Path, threads: int) -> LiteRtRuntime:
    """The graphs of a folder, with matrices packed as this processor wants them."""
    packed = folder / f"packed-{runtime()}-{this_kernel_class()}.xnnpack"
    if not packed.is_file():
        try:
            with alone(folder / "packing.lock", lambda: None):
                if not packed.is_file():
                    make_file(packed, lambda made: pack(folder / GRAPHS, made))
        except OSError as error:  # a folder that cannot be written, or is full
            log.info("matrices are packed in memory", reason=error.strerror or str(error))
    return LiteRtRuntime(folder / GRAPHS, packed if packed.is_file() else None, threads)
