"""A deepened graph is the one that a conversion of all layers gives."""

from dataclasses import replace

import numpy as np
import pytest
from ai_edge_litert.interpreter import Interpreter

from services.worker.engines.litert.depth import SHALLOW, NotAlike, deepened
from services.worker.engines.litert.file import ModelFileBuilder
from services.worker.engines.litert.graph import LiteRtGraph
from services.worker.engines.litert.shapes import Shape, Shapes
from services.worker.engines.litert.templates import converted_graph
from services.worker.engines.models.gguf_model import GgufModel
from services.worker.engines.models.llama_config import LlamaConfig
from tests.tools.tiny_llama import tiny_llama

pytestmark = pytest.mark.timeout(300)

DEPTH = SHALLOW + 3


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> LlamaConfig:
    with GgufModel(tiny_llama().write(tmp_path_factory.mktemp("tiny") / "tiny.gguf")) as model:
        return model.config


def run(graph: bytes, inputs: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    builder = ModelFileBuilder({})
    builder.add(graph, {"step": 1})
    interpreter = Interpreter(model_content=builder.build())
    (name,) = interpreter.get_signature_list()
    runner = interpreter.get_signature_runner(name)
    assert set(runner.get_input_details()) == set(inputs)
    return dict(runner(**inputs))


@pytest.mark.parametrize("shape", [*Shapes(1, 600).decodes()[-1:], *Shapes(1, 600).prefills()[:1]])
def test_it_computes_the_same_bits(config: LlamaConfig, shape: Shape) -> None:
    whole = LiteRtGraph(replace(config, layers=DEPTH))
    shallow = LiteRtGraph(replace(config, layers=SHALLOW))
    random = np.random.default_rng(5)
    inputs = {
        name: random.standard_normal(spec.shape).astype(spec.dtype.as_numpy_dtype)
        for name, spec in whole.specs(shape, rows=1).items()
    }
    found = run(deepened(converted_graph(shallow, shape), DEPTH), inputs)
    expected = run(converted_graph(whole, shape), inputs)
    assert found.keys() == expected.keys()
    for name, value in expected.items():
        np.testing.assert_array_equal(found[name], value)


def test_layers_with_constants_of_their_own_are_not_alike(config: LlamaConfig) -> None:
    size = (config.heads + 2 * config.kv_heads) * config.head_size
    biases = {f"query_key_value_bias_{n}": np.full(size, n + 1, np.float32) for n in range(SHALLOW)}
    graph = LiteRtGraph(replace(config, layers=SHALLOW), biases)
    with pytest.raises(NotAlike):
        deepened(converted_graph(graph, Shapes(1, 200).decodes()[0]), DEPTH)
