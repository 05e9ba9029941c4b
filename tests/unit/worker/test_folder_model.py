"""Folders that are not what they say: each is refused with a reason, and never run."""

import json
import random
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ml_dtypes
import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from services.worker.engines.errors import ModelFileError, ModelUnavailableError
from services.worker.engines.models.finding import find_model
from services.worker.engines.models.folder_model import FolderModel
from services.worker.engines.models.gguf_model import GgufModel
from services.worker.engines.pretrained import open_pretrained
from tests.tools.shapes import shapes

WEIGHTS, INDEX = "model.safetensors", "model.safetensors.index.json"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return shapes()["qwen3"].write_folder(tmp_path / "Tiny")


def read_all(path: Path) -> None:
    with FolderModel(path) as model:
        weights = model.weights()
        weights.outer()
        for layer in range(model.config.layers):
            weights.layer(layer)
        model.tokenizer.encode("hello")


def edit(path: Path, change: Callable[[Any], Any]) -> None:
    """Change a JSON file: in place, or by what is returned."""
    entries = json.loads(path.read_text())
    changed = change(entries)
    path.write_text(json.dumps(entries if changed is None else changed))


@pytest.mark.parametrize("kind", [np.float16, ml_dtypes.bfloat16])
def test_half_floats(folder: Path, kind: Any) -> None:
    tensors = {name: t.astype(kind) for name, t in load_file(folder / WEIGHTS).items()}
    save_file(tensors, folder / WEIGHTS)
    with FolderModel(folder) as model:
        found = model.weights().outer().embedding
    assert found.dtype == np.float32
    np.testing.assert_array_equal(found, tensors["model.embed_tokens.weight"].astype(np.float32))


def test_the_hash_is_of_every_part(folder: Path) -> None:
    before = find_model(str(folder), folder / "unused")
    assert (before.name, before.path) == ("tiny", folder)
    (folder / "README.md").write_text("no part of the model")
    assert find_model(str(folder), folder / "unused") == before
    hashes = {before.sha256}
    for name in ("config.json", "tokenizer.json", "generation_config.json"):
        path = folder / name
        path.write_text(path.read_text() + "\n")
        hashes.add(find_model(str(folder), folder / "unused").sha256)
    assert len(hashes) == 4


def test_tokens_that_end_an_answer(folder: Path) -> None:
    edit(folder / "generation_config.json", lambda e: e.update(eos_token_id=[2, 9]))
    edit(folder / "config.json", lambda e: e.update(eos_token_id=7))
    with FolderModel(folder) as model:
        assert model.tokenizer.end_tokens == {0, 2, 7, 9}


def test_a_template_in_a_file_of_its_own_comes_first(folder: Path) -> None:
    (folder / "chat_template.jinja").write_text("<|im_end|>")
    with FolderModel(folder) as model:
        assert model.tokenizer.encode_chat([]) == [2]


def test_added_tokens_that_are_shown(folder: Path) -> None:
    """Such as <think>: text when they are generated, and never made from a user's text."""

    def shown(entries: Any) -> None:
        entries["added_tokens"][0]["special"] = False

    edit(folder / "tokenizer.json", shown)
    with FolderModel(folder) as model:
        assert model.tokenizer.token_bytes(0) == b"<|endoftext|>"
        assert 0 not in model.tokenizer.encode("<|endoftext|>")


def test_dropout_is_for_training_alone(folder: Path) -> None:
    with FolderModel(folder) as model:
        whole = model.tokenizer.encode("the river rose and the old bridge gave way")
    edit(folder / "tokenizer.json", lambda e: e["model"].update(dropout=0.5))
    with FolderModel(folder) as model:
        for _ in range(5):
            assert model.tokenizer.encode("the river rose and the old bridge gave way") == whole


def test_a_window_bounds_the_context(tmp_path: Path) -> None:
    path = shapes()["mistral"].write_folder(tmp_path / "mistral")
    with pytest.raises(ModelFileError, match=r"mistral: .* sees 64 tokens \(its sliding window\)"):
        open_pretrained(str(path), tmp_path, slots=1, context=100)


def test_weights_that_are_pickled(folder: Path) -> None:
    (folder / WEIGHTS).rename(folder / "pytorch_model.bin")
    with pytest.raises(ModelFileError, match=r"pytorch_model\.bin is pickled"):
        read_all(folder)


@pytest.mark.parametrize(
    "outside", ["../other.safetensors", "/etc/passwd", "a/b.safetensors", "model.bin", 7, "..", ""]
)
def test_an_index_that_leaves_the_folder(folder: Path, outside: Any) -> None:
    (folder / WEIGHTS).unlink()
    (folder / INDEX).write_text(json.dumps({"weight_map": {"w": outside}}))
    with pytest.raises(ModelFileError, match="no safetensors file beside it"):
        read_all(folder)


def test_an_index_that_does_not_agree(tmp_path: Path) -> None:
    path = shapes()["qwen3"].write_folder(tmp_path / "sharded", shards=2)
    edit(path / INDEX, lambda e: e["weight_map"].pop("model.norm.weight") and None)
    with pytest.raises(ModelFileError, match=r"do not agree on tensor model\.norm\.weight"):
        read_all(path)
    (path / INDEX).write_text("{}")
    with pytest.raises(ModelFileError, match="weight_map is missing"):
        read_all(path)


def tensors_changed(folder: Path, **changed: Any) -> None:
    tensors = load_file(folder / WEIGHTS) | changed
    save_file({name: t for name, t in tensors.items() if t is not None}, folder / WEIGHTS)


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("model.norm.weight", None, r"model\.norm\.weight is missing"),
        ("model.norm.weight", np.ones(3, np.float32), r"model\.norm\.weight is \(3,\), not \(48"),
        ("model.norm.weight", np.ones(48, np.int32), r"model\.norm\.weight is I32"),
        ("model.norm.weight", np.full(48, np.nan, np.float32), "not finite"),
        ("model.layers.0.mlp.experts.w", np.ones(3, np.float32), "experts.w is not understood"),
        ("model.layers.0.self_attn.q_proj.bias", np.ones(64, np.float32), "not understood"),
    ],
)
def test_tensors_that_do_not_fit(folder: Path, name: str, value: Any, reason: str) -> None:
    tensors_changed(folder, **{name: value})
    with pytest.raises(ModelFileError, match=reason):
        read_all(folder)


@pytest.mark.parametrize(
    ("file", "text", "reason"),
    [
        ("config.json", "{", r"config\.json is not JSON"),
        ("config.json", "[" * 100_000, r"config\.json is not JSON"),
        ("config.json", "[]", r"config\.json holds no table"),
        ("config.json", "\udcff", r"config\.json is not UTF-8"),
        ("tokenizer.json", "{}", r"tokenizer\.json is not understood"),
        ("tokenizer.json", '{"model": {"type": "Unigram"}}', "'Unigram' is not understood"),
        ("tokenizer.json", '{"normalizer": {"type": "Lua"}}', "normalizer 'Lua'"),
        (
            "tokenizer.json",
            '{"model": {"type": "BPE", "end_of_word_suffix": "</w>"}}',
            "end_of_word_suffix '</w>' is not understood",
        ),
        (
            "tokenizer.json",
            '{"model": {"type": "BPE", "continuing_subword_prefix": "##"}}',
            "continuing_subword_prefix '##'",
        ),
        (
            "tokenizer.json",
            '{"normalizer": ' + '{"type": "Sequence", "normalizers": [' * 400 + "]}" * 400 + "}",
            r"tokenizer\.json is not",
        ),
        ("chat_template.jinja", "{% if %}", "does not compile"),
    ],
)
def test_files_that_are_something_else(folder: Path, file: str, text: str, reason: str) -> None:
    (folder / file).write_text(text, errors="surrogateescape")
    with pytest.raises(ModelFileError, match=reason):
        read_all(folder)


@pytest.mark.parametrize("file", ["config.json", "tokenizer.json", WEIGHTS])
def test_files_that_are_missing(folder: Path, file: str) -> None:
    (folder / file).unlink()
    with pytest.raises(ModelFileError, match=file.replace(".", r"\.")):
        read_all(folder)


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailableError, match="No such file"):
        find_model(str(tmp_path / "none"), tmp_path)


def test_more_tokens_than_the_embedding_has(folder: Path) -> None:
    edit(folder / "tokenizer.json", lambda e: e["model"]["vocab"].update(zz=10_000))
    with pytest.raises(ModelFileError, match="has token 10000"):
        read_all(folder)


def damaged(text: bytes, numbers: random.Random) -> bytes:
    """A few bytes changed, cut out or doubled."""
    found = bytearray(text)
    for _ in range(numbers.randint(1, 3)):
        at = numbers.randrange(len(found))
        match numbers.randrange(4):
            case 0:
                found[at] = numbers.randrange(256)
            case 1:
                found[at : at + 1] = numbers.choice([b"9", b"-", b"[", b"{", b'"', b"null", b"1e9"])
            case 2:
                del found[at : at + numbers.randint(1, 40)]
            case _:
                found[at:at] = found[at : at + 20]
    return bytes(found)


@pytest.mark.parametrize("file", ["config.json", "tokenizer.json", WEIGHTS])
def test_damaged_files_are_read_or_refused(folder: Path, file: str) -> None:
    numbers, path, refused = random.Random(file), folder / file, 0
    whole = path.read_bytes()
    length = 8 + struct.unpack("<Q", whole[:8])[0] if file == WEIGHTS else len(whole)
    for _ in range(150):
        path.write_bytes(damaged(whole[:length], numbers) + whole[length:])
        try:
            read_all(folder)
        except ModelFileError:
            refused += 1
    assert refused > 30


def test_divisors_of_rope_that_divide_nothing(tmp_path: Path) -> None:
    divisors = np.array([1, 1, 1, 1, 1, 1, 1, 0], np.float32)
    tiny = shapes()["llama-3"].gguf().having("rope_freqs.weight", divisors)
    with pytest.raises(ModelFileError, match=r"divided by 0\.0"):
        GgufModel(tiny.write(tmp_path / "zero.gguf"))


def test_a_gguf_file_with_a_tensor_too_many(tmp_path: Path) -> None:
    tiny = shapes()["qwen3"].gguf().having("blk.0.ffn_gate_inp.weight", np.ones((4, 48), "f4"))
    with pytest.raises(ModelFileError, match=r"blk\.0\.ffn_gate_inp\.weight is not understood"):
        GgufModel(tiny.write(tmp_path / "experts.gguf"))


def test_damaged_metadata_are_read_or_refused(tmp_path: Path) -> None:
    """The entries of a GGUF file, which decide shapes and vocabulary."""
    numbers, refused = random.Random(5), 0
    tiny = shapes()["tinyllama"].gguf()
    odd: list[Any] = [0, 1, 3, 2**31 - 1, -1.0, 1e-30, 1e30, "", "x", True, ["a"], [1], [1.5]]
    for round_ in range(150):
        entry = numbers.choice(sorted(tiny.metadata)[1:])  # the first is the architecture
        path = tiny.having(entry, numbers.choice(odd)).write(tmp_path / f"{round_ % 2}.gguf")
        try:
            with GgufModel(path) as model:
                model.weights().layer(0)
        except ModelFileError:
            refused += 1
    assert refused > 50
