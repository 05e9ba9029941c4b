"""Opens a model: finds its file, loads it, hands out decoder and tokenizer.

Decides the order of loading and how its progress is told. Knows nothing of
batches, sequences or gRPC.
"""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from services.worker.engines.errors import ModelFileError
from services.worker.engines.gguf_file import GgufFile
from services.worker.engines.llama_config import llama_config
from services.worker.engines.llama_weights import LlamaWeights
from services.worker.engines.models import ModelFile, find_model
from services.worker.engines.tokenizer import GgufTokenizer

if TYPE_CHECKING:
    from services.worker.engines.decoder import TensorFlowModel

Progress: TypeAlias = Callable[[str, float], None]


def open_pretrained(
    model: str,
    cache_dir: Path,
    *,
    slots: int = 8,
    context: int = 2048,
    threads: int = 0,
    prefill_chunk: int = 128,
    progress: Progress = lambda what, fraction: None,
) -> "tuple[str, TensorFlowModel, GgufTokenizer]":
    """Open a model by its published name or the path of a .gguf file; blocks.

    Args:
        model: `smollm2-135m-instruct`, or the path of a Llama-family GGUF file.
        cache_dir: where published models are kept; see `models.default_cache_dir`.
        slots: sequences that the key-value cache holds.
        context: tokens that each slot holds.
        threads: threads for TensorFlow; 0 is one for each core.
        prefill_chunk: the most tokens of one prefill.
        progress: told what is being done, and which fraction of that is done.

    Raises:
        ModelUnavailableError: no such model, or it could not be fetched.
        ModelFileError: the file is not a model that can be run.
    """
    found = find_model(model, cache_dir, progress)
    try:
        with GgufFile(found.path) as file:
            tokenizer = GgufTokenizer(file.metadata)
            decoder = _loaded(file, found, slots, context, threads, prefill_chunk, progress)
    except ModelFileError as error:
        raise ModelFileError(f"{found.path}: {error}") from error
    decoder.warm_up(lambda fraction: progress("warming up", fraction))
    return found.name, decoder, tokenizer


def _loaded(
    file: GgufFile,
    found: ModelFile,
    slots: int,
    context: int,
    threads: int,
    prefill_chunk: int,
    progress: Progress,
) -> "TensorFlowModel":
    config = llama_config(file.metadata)
    if context > config.context:
        raise ModelFileError(f"the model holds {config.context} tokens, not {context}")
    progress("starting TensorFlow", 0.0)
    # Importing it takes seconds: only here, when the file is known to be good.
    from services.worker.engines.decoder import TensorFlowModel
    from services.worker.engines.tensorflow_quiet import set_threads

    set_threads(threads)
    return TensorFlowModel(
        config,
        LlamaWeights(file, config, lambda fraction: progress("loading weights", fraction)),
        weights_sha256=found.sha256,
        slots=slots,
        context=context,
        prefill_chunk=prefill_chunk,
    )
