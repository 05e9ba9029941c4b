"""KerasHub's and Transformers' `generate`, in their own environment.

    PYTHON benchmarks/engines/generate.py kerashub|transformers MODEL.gguf BATCH PROMPT ANSWER TURNS

Imports nothing of evenflow. Decides the form that is fastest for each on a CPU:
Transformers in bfloat16 with its cache, KerasHub as its compiled float32 graph.
Prints, for each turn after one that warms up, the seconds of one batch: JSON
lines. Both models are of the GGUF file's shape with weights as they are
initialized: at fixed lengths that takes as long as with its own.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

THREADS = 2
SIZES = (
    "vocab_size",
    "block_count",
    "attention.head_count",
    "attention.head_count_kv",
    "embedding_length",
    "feed_forward_length",
)
Shape = dict[str, int]


def transformers(shape: Shape, batch: int, prompt: int, answer: int) -> Callable[[], object]:
    """One batch through Transformers."""
    import torch  # type: ignore[import-not-found]
    from transformers import (  # type: ignore[import-not-found]
        LlamaConfig,
        LlamaForCausalLM,
    )

    torch.set_num_threads(THREADS)
    config = LlamaConfig(
        vocab_size=shape["vocab_size"],
        num_hidden_layers=shape["block_count"],
        num_attention_heads=shape["attention.head_count"],
        num_key_value_heads=shape["attention.head_count_kv"],
        hidden_size=shape["embedding_length"],
        intermediate_size=shape["feed_forward_length"],
        tie_word_embeddings=True,
    )
    model: Any = LlamaForCausalLM(config).to(torch.bfloat16).eval()
    ids = torch.randint(1000, 40000, (batch, prompt), generator=torch.Generator().manual_seed(1))

    def once() -> object:
        return model.generate(
            ids,
            attention_mask=torch.ones_like(ids),
            min_new_tokens=answer,
            max_new_tokens=answer,
            do_sample=False,
            pad_token_id=0,
        )

    return once


def kerashub(shape: Shape, batch: int, prompt: int, answer: int) -> Callable[[], object]:
    """One batch through KerasHub."""
    os.environ["KERAS_BACKEND"] = "tensorflow"
    import keras_hub  # type: ignore[import-not-found]
    import numpy as np
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(THREADS)
    backbone = keras_hub.models.LlamaBackbone(
        vocabulary_size=shape["vocab_size"],
        num_layers=shape["block_count"],
        num_query_heads=shape["attention.head_count"],
        num_key_value_heads=shape["attention.head_count_kv"],
        hidden_dim=shape["embedding_length"],
        intermediate_dim=shape["feed_forward_length"],
        rope_max_wavelength=100_000,
        tie_word_embeddings=True,
    )
    model = keras_hub.models.LlamaCausalLM(backbone, preprocessor=None)
    model.compile(sampler="greedy")
    ids = np.zeros((batch, prompt + answer), "int32")
    ids[:, :prompt] = np.random.default_rng(1).integers(1000, 40000, (batch, prompt))
    mask = np.zeros_like(ids)
    mask[:, :prompt] = 1
    return lambda: model.generate({"token_ids": ids, "padding_mask": mask}, stop_token_ids=None)


def shape_of(path: Path) -> Shape:
    """The sizes that a GGUF file tells of its model."""
    import gguf

    fields = gguf.GGUFReader(path).fields
    return {name: int(fields[f"llama.{name}"].contents()) for name in SIZES}


def main() -> None:
    """Warm up, then turn after turn."""
    kind, path, *numbers = sys.argv[1:]
    batch, prompt, answer, turns = map(int, numbers)
    once = {"transformers": transformers, "kerashub": kerashub}[kind](
        shape_of(Path(path)), batch, prompt, answer
    )
    for turn in range(turns + 1):
        began = time.perf_counter()
        once()
        if turn:
            print(json.dumps({"seconds": time.perf_counter() - began}), flush=True)


if __name__ == "__main__":
    main()
