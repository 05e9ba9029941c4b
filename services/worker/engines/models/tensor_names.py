"""What files call the tensors of a Llama-family model, and which of them there must be.

Pure. Decides names and shapes; knows no file.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from services.worker.engines.models.llama_config import LlamaConfig

Shape = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Names:
    """One format's names.

    `has_pairs`: the rows of query and key lie in rotated pairs, not in halves.
    """

    embedding: str
    norm: str
    output: str
    layer: str
    parts: Mapping[str, str]
    has_pairs: bool

    def of(self, layer: int, part: str) -> str:
        """The name of a part such as `query.bias`."""
        name, _, kind = part.partition(".")
        return f"{self.layer.format(layer)}.{self.parts[name]}.{kind}"

    def shapes(self, config: LlamaConfig, *, is_tied: bool) -> dict[str, Shape]:
        """Every tensor of a model, rows first."""
        table = (config.vocabulary, config.width)
        found: dict[str, Shape] = {self.embedding: table, self.norm: (config.width,)}
        if not is_tied:
            found[self.output] = table
        parts = self.layer_shapes(config)
        for layer in range(config.layers):
            found |= {self.of(layer, part): shape for part, shape in parts.items()}
        return found

    def layer_shapes(self, config: LlamaConfig) -> dict[str, Shape]:
        """Every part of a layer."""
        width, hidden = config.width, config.hidden
        query, cached = config.heads * config.head_size, config.kv_heads * config.head_size
        found: dict[str, Shape] = {
            "attention_norm.weight": (width,),
            "query.weight": (query, width),
            "key.weight": (cached, width),
            "value.weight": (cached, width),
            "attention_out.weight": (width, query),
            "feed_norm.weight": (width,),
            "gate.weight": (hidden, width),
            "up.weight": (hidden, width),
            "down.weight": (width, hidden),
        }
        if config.has_query_key_value_bias:
            found |= {"query.bias": (query,), "key.bias": (cached,), "value.bias": (cached,)}
        if config.has_attention_out_bias:
            found["attention_out.bias"] = (width,)
        if config.has_head_norms:
            found |= dict.fromkeys(("query_norm.weight", "key_norm.weight"), (config.head_size,))
        return found


def _gguf(*, has_pairs: bool) -> Names:
    return Names(
        embedding="token_embd.weight",
        norm="output_norm.weight",
        output="output.weight",
        layer="blk.{}",
        parts={
            "attention_norm": "attn_norm",
            "query": "attn_q",
            "key": "attn_k",
            "value": "attn_v",
            "query_norm": "attn_q_norm",
            "key_norm": "attn_k_norm",
            "attention_out": "attn_output",
            "feed_norm": "ffn_norm",
            "gate": "ffn_gate",
            "up": "ffn_up",
            "down": "ffn_down",
        },
        has_pairs=has_pairs,
    )


GGUF_LLAMA, GGUF_QWEN = _gguf(has_pairs=True), _gguf(has_pairs=False)
HUGGING_FACE = Names(
    embedding="model.embed_tokens.weight",
    norm="model.norm.weight",
    output="lm_head.weight",
    layer="model.layers.{}",
    parts={
        "attention_norm": "input_layernorm",
        "query": "self_attn.q_proj",
        "key": "self_attn.k_proj",
        "value": "self_attn.v_proj",
        "query_norm": "self_attn.q_norm",
        "key_norm": "self_attn.k_norm",
        "attention_out": "self_attn.o_proj",
        "feed_norm": "post_attention_layernorm",
        "gate": "mlp.gate_proj",
        "up": "mlp.up_proj",
        "down": "mlp.down_proj",
    },
    has_pairs=False,
)
