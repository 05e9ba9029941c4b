"""Opens a model: finds its file, loads it, hands out decoder and tokenizer.

Decides the order of loading, which execution of the model a precision means, and
how progress is told. Knows nothing of batches, sequences or gRPC.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from services.worker.engines.errors import ModelFileError, ModelUnavailableError
from services.worker.engines.llama_config import LlamaConfig
from services.worker.engines.model_source import ModelSource, open_source
from services.worker.engines.models import ModelFile, find_model
from services.worker.engines.tokenizer import ModelTokenizer

if TYPE_CHECKING:
    from services.worker.engines.decoder import TensorFlowModel
    from services.worker.engines.litert_model import LiteRtModel

Progress: TypeAlias = Callable[[str, float], None]


@dataclass(frozen=True, slots=True)
class _Wanted:
    """How to open a model; see `open_pretrained`."""

    cache_dir: Path
    slots: int
    context: int
    threads: int
    prefill_chunk: int
    progress: Progress


def open_pretrained(
    model: str,
    cache_dir: Path,
    *,
    slots: int = 8,
    context: int = 2048,
    threads: int = 0,
    prefill_chunk: int = 128,
    precision: str = "float32",
    progress: Progress = lambda what, fraction: None,
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
        progress: told what is being done, and which fraction of that is done.

    Raises:
        ModelUnavailableError: no such model, or it could not be fetched or converted.
        ModelFileError: the file is not a model that can be run.
    """
    wanted = _Wanted(cache_dir, slots, context, threads, prefill_chunk, progress)
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


def _float32(source: ModelSource, found: ModelFile, wanted: _Wanted) -> "TensorFlowModel":
    wanted.progress("starting TensorFlow", 0.0)
    # Importing it takes seconds: only here, when the file is known to be good.
    from services.worker.engines.decoder import TensorFlowModel
    from services.worker.engines.tensorflow_quiet import set_threads

    set_threads(wanted.threads)
    return TensorFlowModel(
        source.config,
        source.weights(lambda fraction: wanted.progress("loading weights", fraction)),
        weights_sha256=found.sha256,
        slots=wanted.slots,
        context=wanted.context,
        prefill_chunk=wanted.prefill_chunk,
    )


def _int8(source: ModelSource, found: ModelFile, wanted: _Wanted) -> "LiteRtModel":
    from services.worker.engines.litert_cache import converted
    from services.worker.engines.litert_shapes import Shapes

    try:
        from services.worker.engines.litert_open import open_converted
    except ImportError as error:
        raise ModelUnavailableError(f"int8 needs the package ai-edge-litert: {error}") from error

    shapes = Shapes(wanted.slots, wanted.context)
    folder = converted(found, wanted.cache_dir, shapes, wanted.progress)
    return open_converted(
        folder,
        source.config,
        shapes,
        weights_sha256=found.sha256,
        threads=wanted.threads,
        prefill_chunk=wanted.prefill_chunk,
    )


_OPENERS: "dict[str, Callable[..., TensorFlowModel | LiteRtModel]]" = {
    "float32": _float32,
    "int8": _int8,
}
