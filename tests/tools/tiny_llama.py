"""A Llama model of a few thousand weights in a GGUF file, and its answers in NumPy.

`reference` is written from the architecture's definition and from GGUF's layout
(rotated pairs are neighbours), and shares nothing with the code under test.
"""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import gguf
import numpy as np
from numpy.typing import NDArray

TEMPLATE = (
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' + message['content']"
    " + '<|im_end|>\n' }}{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
CONTROLS = ("<|endoftext|>", "<|im_start|>", "<|im_end|>")
MERGES = ("h e", "l l", "he ll", "hell o", "Ġ t", "i m", "< |", "| >")


@dataclass(frozen=True)
class TinyLlama:
    """What to write; tests change single entries."""

    metadata: dict[str, Any]
    tensors: dict[str, NDArray[np.float32]]

    def without(self, name: str) -> "TinyLlama":
        """A copy that lacks an entry or a tensor."""
        return TinyLlama(
            {key: value for key, value in self.metadata.items() if key != name},
            {key: value for key, value in self.tensors.items() if key != name},
        )

    def having(self, name: str, value: Any) -> "TinyLlama":
        """A copy with another entry or tensor."""
        if isinstance(value, np.ndarray):
            return replace(self, tensors={**self.tensors, name: value})
        return replace(self, metadata={**self.metadata, name: value})

    def write(self, path: Path) -> Path:
        """Write the file."""
        metadata = dict(self.metadata)
        writer = gguf.GGUFWriter(path, metadata.pop("general.architecture"))
        for key, value in metadata.items():
            writer.add_key_value(key, value, *_types(value))
        for name, tensor in self.tensors.items():
            writer.add_tensor(name, tensor)
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()
        writer.close()
        return path


def vocabulary() -> list[str]:
    """Control tokens, a letter for each byte, and what the merges make."""
    shown = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    rest = [chr(256 + index) for index in range(256 - len(shown))]
    return [*CONTROLS, *map(chr, shown), *rest, *(merge.replace(" ", "") for merge in MERGES)]


def tiny_llama(*, tied: bool = True, seed: int = 0) -> TinyLlama:
    """Two layers, four heads of eight that share two key-value heads."""
    random = np.random.default_rng(seed)
    tokens = vocabulary()

    def weights(*shape: int) -> NDArray[np.float32]:
        return (random.standard_normal(shape) * 0.4).astype(np.float32)

    tensors = {"token_embd.weight": weights(len(tokens), 32), "output_norm.weight": weights(32)}
    if not tied:
        tensors["output.weight"] = weights(len(tokens), 32)
    shapes = {
        "attn_norm": (32,),
        "attn_q": (32, 32),
        "attn_k": (16, 32),
        "attn_v": (16, 32),
        "attn_output": (32, 32),
        "ffn_norm": (32,),
        "ffn_gate": (48, 32),
        "ffn_up": (48, 32),
        "ffn_down": (32, 48),
    }
    for layer in range(2):
        for part, shape in shapes.items():
            tensors[f"blk.{layer}.{part}.weight"] = weights(*shape)
    metadata = {
        "general.architecture": "llama",
        "llama.block_count": 2,
        "llama.context_length": 2048,
        "llama.embedding_length": 32,
        "llama.feed_forward_length": 48,
        "llama.attention.head_count": 4,
        "llama.attention.head_count_kv": 2,
        "llama.rope.freq_base": 1000.0,
        "llama.attention.layer_norm_rms_epsilon": 1e-5,
        "tokenizer.ggml.model": "gpt2",
        "tokenizer.ggml.pre": "smollm",
        "tokenizer.ggml.tokens": tokens,
        "tokenizer.ggml.token_type": [3] * len(CONTROLS) + [1] * (len(tokens) - len(CONTROLS)),
        "tokenizer.ggml.merges": list(MERGES),
        "tokenizer.ggml.bos_token_id": 1,
        "tokenizer.ggml.eos_token_id": 2,
        "tokenizer.ggml.add_bos_token": False,
        "tokenizer.chat_template": TEMPLATE,
    }
    return TinyLlama(metadata, tensors)


def reference(tiny: TinyLlama, tokens: list[int]) -> NDArray[np.float64]:
    """Logits `[len(tokens), vocabulary]` in float64."""
    weights = {name: tensor.astype(np.float64) for name, tensor in tiny.tensors.items()}
    count, heads, kv, size = len(tokens), 4, 2, 8
    angles = np.arange(count)[:, None] * 1000.0 ** (-np.arange(0, size, 2) / size)
    turn = np.exp(1j * angles)[:, None, :]

    def normed(state: NDArray[np.float64], name: str) -> NDArray[np.float64]:
        root = np.sqrt((state**2).mean(-1, keepdims=True) + 1e-5)
        return np.asarray(state / root * weights[name])

    def rotated(projected: NDArray[np.float64], many: int) -> NDArray[np.float64]:
        pairs = projected.reshape(count, many, size // 2, 2)
        turned = (pairs[..., 0] + 1j * pairs[..., 1]) * turn
        return np.stack([turned.real, turned.imag], -1).reshape(count, many, size)

    state = weights["token_embd.weight"][tokens]
    for layer in range(2):
        part = {
            key[6:-7]: value for key, value in weights.items() if key.startswith(f"blk.{layer}.")
        }
        inner = normed(state, f"blk.{layer}.attn_norm.weight")
        query, key = rotated(inner @ part["attn_q"].T, heads), rotated(inner @ part["attn_k"].T, kv)
        value = (inner @ part["attn_v"].T).reshape(count, kv, size)
        mixed = np.zeros((count, heads, size))
        for head in range(heads):
            scores = query[:, head] @ key[:, head // 2].T / np.sqrt(size)
            scores[np.triu_indices(count, 1)] = -np.inf
            shares = np.exp(scores - scores.max(-1, keepdims=True))
            mixed[:, head] = shares / shares.sum(-1, keepdims=True) @ value[:, head // 2]
        state = state + mixed.reshape(count, -1) @ part["attn_output"].T
        inner = normed(state, f"blk.{layer}.ffn_norm.weight")
        gate = inner @ part["ffn_gate"].T
        state = (
            state + (gate / (1 + np.exp(-gate)) * (inner @ part["ffn_up"].T)) @ part["ffn_down"].T
        )
    output = weights.get("output.weight", weights["token_embd.weight"])
    return np.asarray(normed(state, "output_norm.weight") @ output.T)


def _types(value: object) -> tuple[gguf.GGUFValueType, gguf.GGUFValueType | None]:
    scalars = {
        bool: gguf.GGUFValueType.BOOL,
        int: gguf.GGUFValueType.UINT32,
        float: gguf.GGUFValueType.FLOAT32,
        str: gguf.GGUFValueType.STRING,
    }
    if isinstance(value, list):
        # Lists of integers are token types, which are signed.
        scalars[int] = gguf.GGUFValueType.INT32
        return gguf.GGUFValueType.ARRAY, scalars[type(value[0])]
    return scalars[type(value)], None
