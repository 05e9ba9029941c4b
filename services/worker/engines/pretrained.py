"""Opens a model: finds its file, loads it, hands out decoder and tokenizer.

Decides the order of loading, which execution of the model a precision means, and
how progress is told. Knows nothing of batches, sequences or gRPC.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from services.worker.engines.errors import ModelFileError, ModelUnavailableError
from services.worker.engines.machine_memory import available_memory
from services.worker.engines.memory_need import MemoryNeed, float32_need, in_mb, int8_need
from services.worker.engines.models.finding import ModelFile, find_model
from services.worker.engines.models.llama_config import LlamaConfig
from services.worker.engines.models.source import ModelSource, open_source
from services.worker.engines.tokens.tokenizer import ModelTokenizer

if TYPE_CHECKING:
    from services.worker.engines.float32.decoder import TensorFlowModel
    from services.worker.engines.litert.model import LiteRtModel

Progress: TypeAlias = Callable[[str, float], None]
_FINDINGS = 3  # of one conversion, before it is told that it does not stay


@dataclass(frozen=True, slots=True)
class _Wanted:
    """How to open a model; see `open_pretrained`."""

    cache_dir: Path
    slots: int
    context: int
    threads: int
    prefill_chunk: int
    memory: int | None
    xla: str
    progress: Progress
    prepared_dir: Path | None


def open_pretrained(
    model: str,
    cache_dir: Path,
    *,
    slots: int = 8,
    context: int = 2048,
    threads: int = 0,
    prefill_chunk: int = 128,
    precision: str = "float32",
    memory_mb: int = 0,
    xla: str = "auto",
    progress: Progress = lambda what, fraction: None,
    prepared_dir: Path | None = None,
) -> "tuple[str, TensorFlowModel | LiteRtModel, ModelTokenizer]":
    """Open a model by its published name or the path of a .gguf file or a folder; blocks.

    Args:
        model: `smollm2-135m-instruct`, or the path of a Llama-family GGUF file, or of a
            folder of safetensors files with config.json and tokenizer.json.
        cache_dir: where published models are kept; see `models.default_cache_dir`.
        slots: sequences that the key-value cache holds.
        context: tokens that each slot holds.
        threads: threads of an operation; 0 is one for each core.
        prefill_chunk: the most tokens of one prefill.
        precision: `float32`, computed by TensorFlow, or `int8`, computed by LiteRT;
            a model is converted to that once, which takes about a minute.
        memory_mb: what the model may take in memory; 0 is what the machine has available.
        xla: `on`, `off`, or `auto`, which compiles the float32 graph by XLA where TensorFlow
            has a GPU: on CPUs it does not pay.
        progress: told what is being done, and which fraction of that is done.
        prepared_dir: where int8 conversions lie that were made ahead; only read.

    Raises:
        ModelUnavailableError: no such model, or it could not be fetched or converted.
        ModelFileError: the file is not a model that can be run.
    """
    memory = memory_mb << 20 or available_memory()
    wanted = _Wanted(
        cache_dir, slots, context, threads, prefill_chunk, memory, xla, progress, prepared_dir
    )
    found = find_model(model, cache_dir, progress)
    try:
        with open_source(found.path) as source:
            _check_context(source.config, context)
            decoder = _OPENERS[precision](source, found, wanted)
            tokenizer = source.tokenizer
    except ModelFileError as error:
        raise ModelFileError(f"{found.path}: {error}") from error
    decoder.warm_up(lambda fraction: progress("warming up", fraction))
    return found.name, decoder, tokenizer


def _check_context(config: LlamaConfig, context: int) -> None:
    if context > config.context:
        raise ModelFileError(f"the model holds {config.context} tokens, not {context}")
    if config.window is not None and context > config.window:
        raise ModelFileError(
            f"the model's attention sees {config.window} tokens (its sliding window):"
            f" a context of {context} is not supported, one of {config.window} is"
        )


def _check_memory(need: MemoryNeed, wanted: _Wanted) -> None:
    if wanted.memory is not None and need.total > wanted.memory:
        raise ModelFileError(
            f"{wanted.slots} slots of {wanted.context} tokens need about {need},"
            f" {in_mb(wanted.memory)} MB are allowed or available (memory_mb)"
        )


def _float32(source: ModelSource, found: ModelFile, wanted: _Wanted) -> "TensorFlowModel":
    need = float32_need(
        source.config,
        slots=wanted.slots,
        context=wanted.context,
        prefill_chunk=wanted.prefill_chunk,
        is_tied=source.weights().is_tied,
    )
    _check_memory(need, wanted)
    wanted.progress("starting TensorFlow", 0.0)
    # Importing it takes seconds: only here, when the file is known to be good.
    from services.worker.engines.float32.decoder import TensorFlowModel
    from services.worker.engines.tensorflow_quiet import has_gpu, set_threads

    set_threads(wanted.threads)
    return TensorFlowModel(
        source.config,
        source.weights(lambda fraction: wanted.progress("loading weights", fraction)),
        weights_sha256=found.sha256,
        slots=wanted.slots,
        context=wanted.context,
        prefill_chunk=wanted.prefill_chunk,
        xla=has_gpu() if wanted.xla == "auto" else wanted.xla == "on",
    )


def _int8(source: ModelSource, found: ModelFile, wanted: _Wanted) -> "LiteRtModel":
    from services.worker.engines.litert.cache import converted
    from services.worker.engines.litert.kept import LetGo
    from services.worker.engines.litert.shapes import Shapes

    try:
        from services.worker.engines.litert.open import open_converted
    except ImportError as error:
        raise ModelUnavailableError(f"int8 needs the package ai-edge-litert: {error}") from error

    need = int8_need(
        source.config,
        slots=wanted.slots,
        context=wanted.context,
        prefill_chunk=wanted.prefill_chunk,
    )
    _check_memory(need, wanted)
    shapes = Shapes(wanted.slots, wanted.context)
    for _ in range(_FINDINGS):
        folder = converted(found, wanted.cache_dir, shapes, wanted.progress, wanted.prepared_dir)
        # Between finding and using it another worker may have let it go.
        with suppress(LetGo):
            return open_converted(
                folder,
                source.config,
                shapes,
                threads=wanted.threads,
                prefill_chunk=wanted.prefill_chunk,
            )
    raise ModelUnavailableError(
        f"other workers delete {found.name} in int8 from {wanted.cache_dir} as soon as it is there"
    )


_OPENERS: "dict[str, Callable[..., TensorFlowModel | LiteRtModel]]" = {
    "float32": _float32,
    "int8": _int8,
}
