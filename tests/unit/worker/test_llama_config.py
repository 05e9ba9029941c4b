from pathlib import Path
from typing import Any

import numpy as np
import pytest

from services.worker.engines.errors import ModelFileError
from services.worker.engines.models.gguf_file import GgufFile
from services.worker.engines.models.llama_config import llama_config
from services.worker.engines.models.llama_weights import LlamaWeights, halves
from tests.tools.tiny_llama import TinyLlama, tiny_llama


def test_the_metadata_say_the_shape() -> None:
    config = llama_config(tiny_llama().metadata)
    assert (config.layers, config.width, config.hidden) == (2, 32, 48)
    assert (config.heads, config.kv_heads, config.head_size, config.heads_per_kv) == (4, 2, 8, 2)
    assert (config.context, config.rope_base, config.norm_epsilon) == (2048, 1000.0, 1e-5)


def test_missing_kv_heads_mean_one_for_each_head() -> None:
    assert (
        llama_config(tiny_llama().without("llama.attention.head_count_kv").metadata).kv_heads == 4
    )


@pytest.mark.parametrize(
    ("entry", "value", "reason"),
    [
        ("general.architecture", "gemma2", "'gemma2' is not one of llama, qwen2, qwen3"),
        ("general.architecture", 7, "is not one of"),
        ("split.count", 3, "one part of several"),
        ("llama.logit_scale", 0.5, r"llama\.logit_scale is not understood"),
        ("llama.block_count", 2**30, "not a size from 1 to 4096"),
        ("llama.attention.key_length", 2**30, "not a size from 1 to 4096"),
        ("llama.rope.freq_base", 1.0, "not more than 1"),
        ("llama.block_count", 0, r"llama\.block_count is 0"),
        ("llama.block_count", "30", r"llama\.block_count is '30'"),
        ("llama.embedding_length", 2**40, r"llama\.embedding_length is"),
        ("llama.attention.head_count", 3, "do not share"),
        ("llama.attention.key_length", 7, "do not share"),
        ("llama.attention.value_length", 16, "different lengths"),
        ("llama.rope.dimension_count", 4, "partial rotation"),
        ("llama.rope.scaling.type", "yarn", "original_context_length"),
        ("llama.rope.scaling.type", "longrope", "scaled by 'longrope'"),
        ("llama.rope.freq_base", -1.0, r"rope\.freq_base is -1\.0"),
        ("llama.rope.freq_base", float("nan"), r"rope\.freq_base is nan"),
        ("llama.expert_count", 8, "mixtures of experts"),
        ("tokenizer.ggml.tokens", "none", "vocabulary is missing"),
    ],
)
def test_what_the_graph_cannot_run_is_refused(entry: str, value: Any, reason: str) -> None:
    with pytest.raises(ModelFileError, match=reason):
        llama_config(tiny_llama().having(entry, value).metadata)


@pytest.mark.parametrize(
    "entry",
    ["block_count", "context_length", "feed_forward_length", "attention.layer_norm_rms_epsilon"],
)
def test_a_missing_size_is_refused(entry: str) -> None:
    with pytest.raises(ModelFileError, match=entry):
        llama_config(tiny_llama().without(f"llama.{entry}").metadata)


def read(tiny: TinyLlama, path: Path) -> None:
    with GgufFile(tiny.write(path)) as file:
        weights = LlamaWeights(file, llama_config(file.metadata))
        weights.outer()
        for index in range(2):
            weights.layer(index)


@pytest.mark.parametrize(
    "name",
    ["token_embd.weight", "output_norm.weight", "blk.1.attn_k.weight", "blk.0.ffn_up.weight"],
)
def test_a_missing_or_wrongly_shaped_tensor_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ModelFileError, match=f"{name} is missing"):
        read(tiny_llama().without(name), tmp_path / "missing.gguf")
    wrong = np.zeros((3, 32), np.float32)
    with pytest.raises(ModelFileError, match=rf"{name} is \(3, 32\), not"):
        read(tiny_llama().having(name, wrong), tmp_path / "wrong.gguf")


def test_rotated_pairs_become_halves() -> None:
    # Two heads of four: row 10 * head + place, in GGUF's order of pairs.
    stored = np.array([[0], [2], [1], [3], [10], [12], [11], [13]], np.float32)
    assert halves(stored, 4).ravel().tolist() == [0, 1, 2, 3, 10, 11, 12, 13]


def test_reading_layers_tells_how_far_it_is(tmp_path: Path) -> None:
    told: list[float] = []
    with GgufFile(tiny_llama().write(tmp_path / "t.gguf")) as file:
        weights = LlamaWeights(file, llama_config(file.metadata), told.append)
        assert weights.layer(0).query_key_value.shape == (32, 64)
        assert weights.layer(1).gate_up.shape == (32, 96)
    assert told == [0.5, 1.0]
