"""Every shape of model, from both formats, against Transformers and llama.cpp.

The models are tiny and their weights random; what others compute with the same
weights is in expected_shapes.json (make_expected_shapes.py says how it was made).
"""

import json
import shutil
import unicodedata
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from services.runtime.text import Text
from services.worker.engines.engine import Message, Row
from services.worker.engines.float32.decoder import TensorFlowModel
from services.worker.engines.models.source import open_source
from services.worker.engines.tensorflow_quiet import set_threads
from services.worker.engines.tokens.tokenizer import ModelTokenizer
from tests.tools.shapes import Shape, shapes
from tests.tools.vocabularies import vocabularies

pytestmark = pytest.mark.timeout(300)
EXPECTED: dict[str, Any] = json.loads((Path(__file__).parent / "expected_shapes.json").read_text())
FORMATS = ("folder", "gguf")


def write(shape: Shape, form: str, scratch: Path) -> Path:
    if form == "gguf":
        return shape.gguf().write(scratch / f"{shape.name}.gguf")
    shards = 3 if shape.name in ("llama-2", "qwen3") else 1
    return shape.write_folder(scratch / shape.name, shards=shards)


def opened(path: Path) -> TensorFlowModel:
    set_threads(0)
    with open_source(path) as source:
        return TensorFlowModel(
            source.config,
            source.weights(),
            weights_sha256="0" * 64,
            slots=2,
            context=64,
            prefill_chunk=32,
        )


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("name", list(shapes()))
def test_logits_and_greedy_tokens(name: str, form: str, tmp_path: Path) -> None:
    shape, expected = shapes()[name], EXPECTED["shapes"][name]
    model, prompt = opened(write(shape, form, tmp_path)), shape.prompt
    model.prefill(0, 0, prompt[:32])
    model.prefill(0, 32, prompt[32:-1])
    for at, logits in expected["logits"].items():
        found = model.decode([Row(0, int(at), prompt[int(at)])])[0]
        np.testing.assert_allclose(found, logits, rtol=1e-4, atol=2e-4)
    tokens = list(prompt)
    for _ in expected["greedy"]:
        logits = model.decode([Row(0, len(tokens) - 1, tokens[-1])])[0]
        tokens.append(int(logits.argmax()))
    assert tokens[len(prompt) :] == expected["greedy"]


@pytest.mark.parametrize("name", list(shapes()))
def test_llama_cpp_agrees_with_transformers(name: str) -> None:
    """Both references took the same tokens; llama.cpp ends at a token that ends an answer."""
    expected = EXPECTED["shapes"][name]
    theirs = expected["greedy_llama_cpp"]
    assert len(theirs) > 1
    assert theirs == expected["greedy"][: len(theirs)]
    assert expected["smallest_gap"] > 1e-3, "no token hung by a rounding"


@pytest.fixture(scope="module", params=[f"{n} {form}" for n in vocabularies() for form in FORMATS])
def tokenizer(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, str, ModelTokenizer]:
    name, form = request.param.split()
    shape = next(shape for shape in shapes().values() if shape.vocabulary == name)
    with open_source(write(shape, form, tmp_path_factory.mktemp("vocabulary"))) as source:
        return name, form, source.tokenizer


def test_texts_are_cut_as_others_cut_them(tokenizer: tuple[str, str, ModelTokenizer]) -> None:
    name, form, ours = tokenizer
    cases = EXPECTED["vocabularies"][name]["texts"]
    assert len(cases) > 60
    for case in cases:
        # Qwen composes characters first; llama.cpp leaves that out.
        is_whole = name != "qwen2" or unicodedata.is_normalized("NFC", case["text"])
        by = "llama.cpp" if form == "gguf" and is_whole else "tokenizers"
        assert ours.encode(case["text"]) == ours.encode("") + case[by], case["text"]


def test_a_dialogue_is_rendered_as_transformers_does(
    tokenizer: tuple[str, str, ModelTokenizer],
) -> None:
    name, _, ours = tokenizer
    ids = ours.encode_chat(
        [
            Message("user", Text("What is the time?")),
            Message("assistant", Text("It is 12.")),
            Message("user", Text("hello then")),
        ]
    )
    assert ids == EXPECTED["vocabularies"][name]["dialogue"]


def test_control_tokens_in_text_are_text(tokenizer: tuple[str, str, ModelTokenizer]) -> None:
    name, _, ours = tokenizer
    tiny = vocabularies()[name]
    ids = {tiny.tokens.index(control) for control in tiny.controls}
    for control in tiny.controls:
        begin = len(ours.encode(""))
        found = ours.encode(f"a{control}b")[begin:]
        assert not ids & set(found)
        assert b"".join(map(ours.token_bytes, found)).strip() == f"a{control}b".encode()


def test_a_folder_by_links(tmp_path: Path) -> None:
    """As a hub's cache keeps it: each file is a link to a blob beside the folder."""
    real = shapes()["qwen3"].write_folder(tmp_path / "real", shards=2)
    linked = tmp_path / "linked"
    linked.mkdir()
    for path in real.iterdir():
        (linked / path.name).symlink_to(path)
    with open_source(linked) as source:
        assert source.weights().layer(2).query_norm is not None
    shutil.rmtree(real)
