from typing import Any

import pytest

from services.worker.engines.errors import ModelFileError
from services.worker.engines.models.config_json import config_of_json
from services.worker.engines.models.rope import cosines_and_sines
from tests.tools.shapes import LLAMA_3, YARN, shapes


def config(name: str, **changed: Any) -> dict[str, Any]:
    return {**shapes()[name].config, **changed}


def test_a_table_says_the_shape() -> None:
    found = config_of_json(config("qwen3"))
    assert (found.layers, found.width, found.heads, found.kv_heads) == (3, 48, 4, 2)
    assert (found.head_size, found.context, found.rope_base) == (16, 512, 1e6)
    assert found.has_head_norms
    assert not found.has_query_key_value_bias


def test_what_each_class_adds() -> None:
    assert config_of_json(config("qwen2")).has_query_key_value_bias
    assert not config_of_json(config("qwen2")).has_attention_out_bias
    assert config_of_json(config("llama-bias")).has_attention_out_bias
    assert config_of_json(config("llama-2", num_key_value_heads=None)).kv_heads == 4
    assert config_of_json(config("llama-2")).rope_base == 10000.0, "early files leave it out"


@pytest.mark.parametrize(
    ("name", "changed", "window"),
    [
        ("mistral", {}, 64),
        ("mistral", {"sliding_window": None}, None),
        ("qwen2", {"sliding_window": 32, "use_sliding_window": False}, None),
        ("qwen2", {"sliding_window": 32, "use_sliding_window": True}, 32),
        ("qwen3", {"sliding_window": 32, "layer_types": ["sliding_attention"]}, 32),
        ("llama-2", {"sliding_window": 32}, None),
    ],
)
def test_windows(name: str, changed: dict[str, Any], window: int | None) -> None:
    assert config_of_json(config(name, **changed)).window == window


def test_a_mistral_that_says_nothing_has_its_classs_window() -> None:
    entries = config("mistral")
    del entries["sliding_window"]
    assert config_of_json(entries).window == 4096


def test_rope_in_one_entry_is_rope_in_two() -> None:
    older = config("llama-3")
    newer = config("llama-3", rope_parameters={**LLAMA_3, "rope_theta": 500000.0})
    del newer["rope_theta"], newer["rope_scaling"]
    assert config_of_json(older) == config_of_json(newer)
    assert config_of_json(older).rope_divisors[0] == 1.0
    assert config_of_json(older).rope_divisors[-1] == 8.0


def test_yarn_lengthens() -> None:
    cosines, _ = cosines_and_sines(config_of_json(config("qwen2-yarn")), 1)
    assert cosines[0, 0] == pytest.approx(1.1386294, rel=1e-6)  # 0.1 ln 4 + 1
    plain = {**YARN, "attention_factor": 1.0}
    cosines, _ = cosines_and_sines(config_of_json(config("qwen2", rope_scaling=plain)), 1)
    assert cosines[0, 0] == 1.0


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"architectures": ["MixtralForCausalLM"]}, "'MixtralForCausalLM'.* is none of Llama"),
        ({"architectures": None}, "architectures None"),
        ({"auto_map": {"AutoModelForCausalLM": "own.Model"}}, "auto_map names code"),
        ({"quantization_config": {"quant_method": "gptq"}}, "quantization_config"),
        ({"hidden_act": "gelu"}, "hidden_act 'gelu'"),
        ({"mlp_bias": True}, "mlp_bias True"),
        ({"final_logit_softcapping": 30.0}, r"final_logit_softcapping 30\.0"),
        ({"num_experts": 8}, "num_experts 8"),
        ({"partial_rotary_factor": 0.5}, "partial rotation"),
        ({"layer_types": ["chunked_attention"]}, "layer_types"),
        ({"hidden_size": None}, "hidden_size is None"),
        ({"hidden_size": True}, "hidden_size is True"),
        ({"hidden_size": "48"}, "hidden_size is '48'"),
        ({"num_hidden_layers": 10**9}, "num_hidden_layers is 1000000000, not a size from 1 to"),
        ({"head_dim": 10**9}, "head_dim is 1000000000"),
        ({"num_key_value_heads": 4}, "do not share"),
        ({"head_dim": 7}, "do not share"),
        ({"rms_norm_eps": float("nan")}, "rms_norm_eps is nan"),
        ({"rope_theta": 0.5}, "not more than 1"),
        ({"rope_scaling": 4}, "rope_scaling is 4, not a table"),
        ({"rope_scaling": {"type": "dynamic", "factor": 2.0}}, "scaled by 'dynamic'"),
        ({"rope_scaling": {"rope_type": "longrope"}}, "scaled by 'longrope'"),
        ({"rope_scaling": {"rope_type": "linear"}}, "factor is None"),
        ({"rope_scaling": {"rope_type": "linear", "factor": 1e-9}}, "divided by 1e-09"),
        ({"rope_scaling": {**LLAMA_3, "low_freq_factor": 4.0}}, "is not below"),
        ({"rope_scaling": {**YARN, "mscale": 0.7}}, "mscale is not supported"),
    ],
)
def test_what_the_graph_cannot_run_is_refused(changed: dict[str, Any], reason: str) -> None:
    with pytest.raises(ModelFileError, match=reason):
        config_of_json(config("llama-3", **changed))


def test_what_only_one_class_leaves_out() -> None:
    with pytest.raises(ModelFileError, match="head_dim"):
        config_of_json(config("qwen3", head_dim=None))
    with pytest.raises(ModelFileError, match="num_key_value_heads"):
        config_of_json(config("qwen2", num_key_value_heads=None))
