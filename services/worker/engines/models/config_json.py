"""The shape of a Llama-family model, from the config.json of a published folder.

Pure. Decides whether this worker's graph can run the model; what the published
classes do not read is not read here either, and what they read and the graph
cannot run is refused by name. Knows neither tensors nor tokenizers.
"""

from collections.abc import Mapping
from typing import cast

from services.worker.engines.errors import ModelFileError
from services.worker.engines.models.llama_config import (
    LARGEST_HEAD,
    MOST_HEADS,
    MOST_LAYERS,
    Entries,
    LlamaConfig,
    check_sizes,
)
from services.worker.engines.models.rope import Divisors, linear, llama3, yarn, yarn_magnitude

_LLAMA, _MISTRAL, _QWEN2, _QWEN3 = ARCHITECTURES = (
    "LlamaForCausalLM",
    "MistralForCausalLM",
    "Qwen2ForCausalLM",
    "Qwen3ForCausalLM",
)
_OTHER_ARITHMETIC = (
    "mlp_bias attn_logit_softcapping final_logit_softcapping logits_scaling logit_scale"
    " embedding_multiplier residual_multiplier attention_multiplier num_experts"
    " num_local_experts n_routed_experts"
).split()


def config_of_json(config: Mapping[str, object]) -> LlamaConfig:
    """Read and check a parsed config.json.

    Raises:
        ModelFileError: another architecture, a missing or impossible size, or a
            variant that the graph does not run.
    """
    architecture = _architecture(config)
    _refuse(config)
    read = Entries({key: value for key, value in config.items() if value is not None})
    width, heads = read.size("hidden_size"), read.size("num_attention_heads", at_most=MOST_HEADS)
    # Without an entry each class has a default of its own; only Llama's follow from the rest.
    kv_heads = read.size("num_key_value_heads", heads if architecture == _LLAMA else None)
    usual_head = None if architecture == _QWEN3 else width // heads
    head_size = read.size("head_dim", usual_head, at_most=LARGEST_HEAD)
    has_bias = config.get("attention_bias") is True and architecture in (_LLAMA, _QWEN3)
    base, divisors, magnitude = _rope(config, read, head_size)
    found = LlamaConfig(
        vocabulary=read.size("vocab_size"),
        layers=read.size("num_hidden_layers", at_most=MOST_LAYERS),
        width=width,
        hidden=read.size("intermediate_size"),
        heads=heads,
        kv_heads=kv_heads,
        head_size=head_size,
        context=read.size("max_position_embeddings"),
        rope_base=base,
        norm_epsilon=read.positive("rms_norm_eps"),
        rope_divisors=divisors,
        rope_magnitude=magnitude,
        window=_window(architecture, config, read),
        has_query_key_value_bias=has_bias or architecture == _QWEN2,
        has_attention_out_bias=has_bias,
        has_head_norms=architecture == _QWEN3,
    )
    check_sizes(found)
    return found


def _architecture(config: Mapping[str, object]) -> str:
    named = config.get("architectures")
    if not isinstance(named, list) or len(named) != 1 or named[0] not in ARCHITECTURES:
        raise ModelFileError(f"architectures {named!r:.60} is none of {', '.join(ARCHITECTURES)}")
    return str(named[0])


def _refuse(config: Mapping[str, object]) -> None:
    if config.get("auto_map") is not None:
        raise ModelFileError("auto_map names code of the model's own, which is never run")
    if config.get("quantization_config") is not None:
        raise ModelFileError("quantization_config: weights quantized in this way are not read")
    if (activation := config.get("hidden_act", "silu")) not in ("silu", "swish"):
        raise ModelFileError(f"hidden_act {activation!r:.40} is not supported")
    for key in _OTHER_ARITHMETIC:
        if config.get(key) not in (None, False, 0):
            raise ModelFileError(f"{key} {config[key]!r:.40} is not supported")


def _window(architecture: str, config: Mapping[str, object], read: Entries) -> int | None:
    kinds = config.get("layer_types") or ["full_attention"]
    if not isinstance(kinds, list) or not {*map(str, kinds)} <= {
        "full_attention",
        "sliding_attention",
    }:
        raise ModelFileError("layer_types holds kinds of attention that are not supported")
    if architecture == _MISTRAL:
        default = 4096 if "sliding_window" not in config else 0
        return read.size("sliding_window", default, at_least=0) or None
    slides = config.get("use_sliding_window") is True or "sliding_attention" in kinds
    return read.size("sliding_window") if slides and architecture != _LLAMA else None


def _rope(
    config: Mapping[str, object], read: Entries, head_size: int
) -> tuple[float, Divisors, float]:
    """Base, divisors and magnitude. Newer files keep them in one entry, older ones in two."""
    found: dict[str, object] = {"rope_theta": read.get("rope_theta", 10000.0)}
    for key in ("rope_scaling", "rope_parameters"):
        given = config.get(key)
        if given is not None and not isinstance(given, dict):
            raise ModelFileError(f"{key} is {given!r:.40}, not a table")
        found |= cast("dict[str, object]", given or {})
    scaling = Entries({key: value for key, value in found.items() if value is not None})
    rotated = read.get("partial_rotary_factor", scaling.get("partial_rotary_factor", 1.0))
    if rotated != 1.0:
        raise ModelFileError("partial_rotary_factor: partial rotation is not supported")
    base = scaling.base("rope_theta")
    kind = scaling.get("rope_type", scaling.get("type", "default"))
    match kind:
        case "default":
            return base, (), 1.0
        case "linear":
            return base, linear(head_size, scaling.positive("factor")), 1.0
        case "llama3":
            return base, _llama3(read, scaling, head_size, base), 1.0
        case "yarn":
            return base, *_yarn(scaling, head_size, base)
        case _:
            raise ModelFileError(f"rope scaled by {kind!r:.40} is not supported")


def _llama3(read: Entries, scaling: Entries, head_size: int, base: float) -> Divisors:
    low, high = scaling.positive("low_freq_factor"), scaling.positive("high_freq_factor")
    if low >= high:
        raise ModelFileError(f"low_freq_factor {low} is not below high_freq_factor {high}")
    trained = read.size("max_position_embeddings")
    return llama3(
        head_size,
        base,
        factor=scaling.positive("factor"),
        low=low,
        high=high,
        trained=scaling.size("original_max_position_embeddings", trained),
    )


def _yarn(scaling: Entries, head_size: int, base: float) -> tuple[Divisors, float]:
    for key in ("mscale", "mscale_all_dim"):
        if scaling.get(key, 0) != 0:
            raise ModelFileError(f"rope_scaling's {key} is not supported")
    factor = scaling.positive("factor")
    divisors = yarn(
        head_size,
        base,
        factor=factor,
        trained=scaling.size("original_max_position_embeddings"),
        fast=scaling.positive("beta_fast", 32.0),
        slow=scaling.positive("beta_slow", 1.0),
        whole=scaling.get("truncate", default=True) is not False,
    )
    return divisors, scaling.positive("attention_factor", yarn_magnitude(factor))
