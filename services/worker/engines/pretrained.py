"""Opens a published model: finds its file, loads it, hands out decoder and tokenizer.

Decides the order of loading and how its progress is told. Knows nothing of
batches, sequences or gRPC.
"""

from collections.abc import Callable
from pathlib import Path

from services.worker.engines.engine import StepModel, Tokenizer


def open_pretrained(
    model: str,
    cache_dir: Path,
    *,
    slots: int = 8,
    context: int = 2048,
    threads: int = 0,
    prefill_chunk: int = 128,
    progress: Callable[[str, float], None] = lambda what, fraction: None,
) -> tuple[str, StepModel, Tokenizer]:
    """Open a model by its published name or the path of a .gguf file; blocks.

    Args:
        model: `smollm2-135m-instruct`, or the path of a Llama-family GGUF file.
        cache_dir: where published models are kept; see `models.default_cache_dir`.
        slots: sequences that the key-value cache holds.
        context: tokens that each slot holds.
        threads: threads for TensorFlow; 0 is one for each core.
        prefill_chunk: the most tokens of one prefill.
        progress: told what is being done and which fraction of the whole is done.
    """
    raise NotImplementedError
