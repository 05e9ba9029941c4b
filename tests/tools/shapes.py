"""Tiny models with random weights in the shapes of published ones, in both formats.

The weights follow from a seed by NumPy alone, so that whoever has `transformers`
can build the same model; see tests/real/make_expected_shapes.py. Written from the
formats' definitions, and shares nothing with the code under test.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file

from tests.tools.tiny_llama import TinyLlama
from tests.tools.vocabularies import Tiny, vocabularies

Array = NDArray[np.float32]
PROMPT = 40  # tokens
SLIDING = 64
LLAMA_3 = {
    "rope_type": "llama3",
    "factor": 8.0,
    "low_freq_factor": 1.0,
    "high_freq_factor": 4.0,
    "original_max_position_embeddings": 256,
}
YARN = {"rope_type": "yarn", "factor": 4.0, "original_max_position_embeddings": 64}
_NAMES = {
    "model.embed_tokens": "token_embd",
    "model.norm": "output_norm",
    "lm_head": "output",
    "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output",
    "self_attn.q_norm": "attn_q_norm",
    "self_attn.k_norm": "attn_k_norm",
    "mlp.gate_proj": "ffn_gate",
    "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
    "input_layernorm": "attn_norm",
    "post_attention_layernorm": "ffn_norm",
    "model.layers": "blk",
}


@dataclass(frozen=True)
class Shape:
    """A model: its config.json, and its vocabulary by name."""

    name: str
    vocabulary: str
    config: dict[str, Any]

    @property
    def tiny(self) -> Tiny:
        return vocabularies()[self.vocabulary]

    @property
    def prompt(self) -> list[int]:
        """Tokens of no meaning."""
        numbers = np.random.default_rng(len(self.name))
        return [int(n) for n in numbers.integers(3, self.config["vocab_size"], PROMPT)]

    def tensors(self, seed: int = 0) -> dict[str, Array]:
        """All weights by their published names."""
        numbers, config = np.random.default_rng(seed), self.config
        width, hidden = config["hidden_size"], config["intermediate_size"]
        size = config.get("head_dim") or width // config["num_attention_heads"]
        query, cached = (config[f"num_{kind}_heads"] * size for kind in ("attention", "key_value"))

        def matrix(*shape: int) -> Array:
            return (numbers.standard_normal(shape) * 1.5 / shape[-1] ** 0.5).astype(np.float32)

        def gain(count: int) -> Array:
            return (1 + 0.2 * numbers.standard_normal(count)).astype(np.float32)

        found = {"model.embed_tokens.weight": matrix(config["vocab_size"], width)}
        for layer in range(config["num_hidden_layers"]):
            at = f"model.layers.{layer}."
            rows = {"q_proj": query, "k_proj": cached, "v_proj": cached}
            for name, count in rows.items():
                found[f"{at}self_attn.{name}.weight"] = matrix(count, width)
            found[f"{at}self_attn.o_proj.weight"] = matrix(width, query)
            rows["o_proj"] = width
            for name in self._biased():
                found[f"{at}self_attn.{name}.bias"] = gain(rows[name]) - 1
            if config["model_type"] == "qwen3":
                for name in ("q_norm", "k_norm"):
                    found[f"{at}self_attn.{name}.weight"] = gain(size)
            found[f"{at}mlp.gate_proj.weight"] = matrix(hidden, width)
            found[f"{at}mlp.up_proj.weight"] = matrix(hidden, width)
            found[f"{at}mlp.down_proj.weight"] = matrix(width, hidden)
            for name in ("input_layernorm", "post_attention_layernorm"):
                found[f"{at}{name}.weight"] = gain(width)
        found["model.norm.weight"] = gain(width)
        if not config["tie_word_embeddings"]:
            found["lm_head.weight"] = matrix(config["vocab_size"], width)
        return found

    def _biased(self) -> tuple[str, ...]:
        if self.config["model_type"] == "qwen2":
            return ("q_proj", "k_proj", "v_proj")
        all_four = ("q_proj", "k_proj", "v_proj", "o_proj")
        return all_four if self.config.get("attention_bias") else ()

    def write_folder(self, folder: Path, *, shards: int = 1) -> Path:
        """Write what would be published."""
        folder.mkdir()
        tensors = self.tensors()
        if shards == 1:
            save_file(tensors, folder / "model.safetensors")
        else:
            names = sorted(tensors)
            placed = {n: f"model-{i % shards:05}.safetensors" for i, n in enumerate(names)}
            for file in set(placed.values()):
                save_file({n: tensors[n] for n in names if placed[n] == file}, folder / file)
            index = {"metadata": {}, "weight_map": placed}
            (folder / "model.safetensors.index.json").write_text(json.dumps(index))
        for name, entries in {
            "config.json": self.config,
            "tokenizer.json": self.tiny.json(),
            "tokenizer_config.json": self.tiny.about(),
            "generation_config.json": {"eos_token_id": [self.tiny.tokens.index(self.tiny.end)]},
        }.items():
            (folder / name).write_text(json.dumps(entries))
        return folder

    def gguf(self) -> TinyLlama:
        """The same as a GGUF file has it."""
        config = self.config
        kind = config["model_type"] if config["model_type"].startswith("qwen") else "llama"
        width, heads = config["hidden_size"], config["num_attention_heads"]
        size = config.get("head_dim") or width // heads
        metadata: dict[str, Any] = {
            "general.architecture": kind,
            f"{kind}.block_count": config["num_hidden_layers"],
            f"{kind}.context_length": config["max_position_embeddings"],
            f"{kind}.embedding_length": width,
            f"{kind}.feed_forward_length": config["intermediate_size"],
            f"{kind}.attention.head_count": heads,
            f"{kind}.attention.head_count_kv": config["num_key_value_heads"],
            f"{kind}.attention.key_length": size,
            f"{kind}.attention.value_length": size,
            f"{kind}.rope.dimension_count": size,
            f"{kind}.rope.freq_base": float(config.get("rope_theta", 10000.0)),
            f"{kind}.attention.layer_norm_rms_epsilon": config["rms_norm_eps"],
            **self.tiny.metadata(),
        }
        tensors = {_gguf_name(name): tensor for name, tensor in self.tensors().items()}
        if kind == "llama":
            for name, tensor in tensors.items():
                if ".attn_q." in name or ".attn_k." in name:
                    tensors[name] = _paired(tensor, size)
        scaling = config.get("rope_scaling") or {}
        if scaling.get("rope_type") == "llama3":
            tensors["rope_freqs.weight"] = _divisors(size, config["rope_theta"], scaling)
        elif scaling:
            metadata[f"{kind}.rope.scaling.type"] = scaling["rope_type"]
            metadata[f"{kind}.rope.scaling.factor"] = scaling["factor"]
            if "original_max_position_embeddings" in scaling:
                trained = scaling["original_max_position_embeddings"]
                metadata[f"{kind}.rope.scaling.original_context_length"] = trained
        return TinyLlama(metadata, tensors)


def shapes() -> Mapping[str, Shape]:
    """By name; the names are those of the models whose shape it is."""
    llama, mistral = ("llama", "LlamaForCausalLM"), ("mistral", "MistralForCausalLM")
    qwen2, qwen3 = ("qwen2", "Qwen2ForCausalLM"), ("qwen3", "Qwen3ForCausalLM")
    found = [
        _shape("smollm2", "smollm", llama, (36, 3, 1, None), tied=True, rope_theta=100000.0),
        _shape("llama-2", "llama", llama, (32, 4, 4, None), tied=False),
        _shape("tinyllama", "llama", llama, (64, 8, 2, None), tied=False, rope_theta=10000.0),
        _shape(
            "llama-3",
            "llama-bpe",
            llama,
            (48, 6, 2, 16),
            tied=True,
            rope_theta=500000.0,
            rope_scaling=LLAMA_3,
        ),
        _shape("mistral", "llama", mistral, (40, 4, 2, 24), tied=False, sliding_window=SLIDING),
        _shape("qwen2", "qwen2", qwen2, (32, 4, 2, None), tied=True, rope_theta=1e6),
        _shape("qwen3", "qwen2", qwen3, (48, 4, 2, 16), tied=True, rope_theta=1e6),
        _shape("llama-bias", "gpt-2", llama, (32, 4, 2, None), tied=True, attention_bias=True),
        _shape(
            "llama-linear",
            "default",
            llama,
            (32, 4, 4, None),
            tied=False,
            rope_scaling={"rope_type": "linear", "factor": 2.0},
        ),
        _shape("qwen2-yarn", "qwen2", qwen2, (32, 2, 1, None), tied=False, rope_scaling=YARN),
    ]
    return {shape.name: shape for shape in found}


def _shape(
    name: str,
    vocabulary: str,
    kind: tuple[str, str],
    sizes: tuple[int, int, int, int | None],
    *,
    tied: bool,
    **more: Any,
) -> Shape:
    width, heads, kv_heads, head_size = sizes
    tiny = vocabularies()[vocabulary]
    config = {
        "architectures": [kind[1]],
        "model_type": kind[0],
        "vocab_size": len(tiny.tokens),
        "hidden_size": width,
        "intermediate_size": 56,
        "num_hidden_layers": 3,
        "num_attention_heads": heads,
        "num_key_value_heads": kv_heads,
        "max_position_embeddings": 512,
        "rms_norm_eps": 1e-5,
        "hidden_act": "silu",
        "tie_word_embeddings": tied,
        **more,
    }
    return Shape(name, vocabulary, config | ({"head_dim": head_size} if head_size else {}))


def _gguf_name(name: str) -> str:
    for published, other in _NAMES.items():
        name = name.replace(published, other)
    return name


def _paired(rows: Array, size: int) -> Array:
    """GGUF's order for a Llama: what is rotated together lies together."""
    heads = rows.reshape(len(rows) // size, 2, size // 2, -1)
    return np.ascontiguousarray(heads.swapaxes(1, 2).reshape(rows.shape))


def _divisors(size: int, base: float, scaling: Mapping[str, Any]) -> Array:
    """By wavelength, as the scaling is defined."""
    trained, factor = scaling["original_max_position_embeddings"], scaling["factor"]
    low, high = scaling["low_freq_factor"], scaling["high_freq_factor"]
    found = []
    for pair in range(size // 2):
        wavelength = 2 * np.pi * base ** (2 * pair / size)
        if wavelength < trained / high:
            found.append(1.0)
        elif wavelength > trained / low:
            found.append(factor)
        else:
            smooth = (trained / wavelength - low) / (high - low)
            found.append(1 / ((1 - smooth) / factor + smooth))
    return np.array(found, np.float32)
