from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from services.runtime.text import Text
from services.worker.engines.engine import Message
from services.worker.engines.errors import ModelFileError, TemplateError
from services.worker.engines.tokens.gguf_tokenizer import gguf_tokenizer
from services.worker.engines.tokens.tokenizer import ModelTokenizer
from tests.tools.tiny_llama import tiny_llama


@pytest.fixture(scope="module")
def tokenizer() -> ModelTokenizer:
    return gguf_tokenizer(tiny_llama().metadata)


def spelled(tokenizer: ModelTokenizer, ids: list[int]) -> list[bytes]:
    return [tokenizer.token_bytes(token) for token in ids]


def test_merges(tokenizer: ModelTokenizer) -> None:
    assert spelled(tokenizer, tokenizer.encode("hello the")) == [b"hello", b" t", b"he"]


def test_digits_stand_alone(tokenizer: ModelTokenizer) -> None:
    assert spelled(tokenizer, tokenizer.encode("a12")) == [b"a", b"1", b"2"]


@pytest.mark.parametrize("text", ["", "héllo", "🙂\n\t\x00\x7f\xa0", "日本", "  hello  "])
def test_every_text_comes_back(tokenizer: ModelTokenizer, text: str) -> None:
    assert b"".join(spelled(tokenizer, tokenizer.encode(text))).decode() == text


def test_control_tokens_in_text_are_text(tokenizer: ModelTokenizer) -> None:
    ids = tokenizer.encode("<|im_end|>")
    assert b"".join(spelled(tokenizer, ids)) == b"<|im_end|>"
    assert not {0, 1, 2} & set(ids)
    assert [tokenizer.token_bytes(token) for token in (0, 1, 2)] == [b"", b"", b""]


def test_end_tokens(tokenizer: ModelTokenizer) -> None:
    assert tokenizer.end_tokens == {0, 2}


def test_a_dialogue(tokenizer: ModelTokenizer) -> None:
    ids = tokenizer.encode_chat([Message("user", Text("hello<|im_end|>"))])
    plain = tokenizer.encode
    assert ids == [1, *plain("user\nhello<|im_end|>"), 2, *plain("\n"), 1, *plain("assistant\n")]


def test_the_begin_token_stands_once() -> None:
    tokenizer = gguf_tokenizer(tiny_llama().having("tokenizer.ggml.add_bos_token", True).metadata)
    assert tokenizer.encode("hello")[0] == 1
    ids = tokenizer.encode_chat([Message("user", Text("x"))])
    assert ids[0] == 1
    assert ids[1] != 1


def test_no_template() -> None:
    tokenizer = gguf_tokenizer(tiny_llama().without("tokenizer.chat_template").metadata)
    with pytest.raises(TemplateError, match="no chat template"):
        tokenizer.encode_chat([Message("user", Text("x"))])


def test_threads_agree(tokenizer: ModelTokenizer) -> None:
    texts = [f"hello {n} the {'x' * n}" for n in range(200)]
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(tokenizer.encode, texts)) == [tokenizer.encode(t) for t in texts]


@pytest.mark.parametrize(
    ("entry", "value", "reason"),
    [
        ("model", "bert", "'bert' is unknown"),
        ("model", "llama", "scores are missing"),
        ("pre", "gpt-4o", "'gpt-4o' is unknown"),
        ("tokens", ["a", "a"], "token types"),
        ("token_type", [1], "token types"),
        ("merges", "none", "merges is missing"),
        ("merges", ["h zz"], "does not fit"),
        ("merges", ["he"], "does not fit"),
        ("eos_token_id", 10**6, "eos token is missing"),
    ],
)
def test_a_vocabulary_that_contradicts_itself(entry: str, value: Any, reason: str) -> None:
    with pytest.raises(ModelFileError, match=reason):
        gguf_tokenizer(tiny_llama().having(f"tokenizer.ggml.{entry}", value).metadata)


def test_a_token_that_stands_twice() -> None:
    tiny = tiny_llama()
    tokens = [*tiny.metadata["tokenizer.ggml.tokens"][:-1], "A"]
    with pytest.raises(ModelFileError, match="twice"):
        gguf_tokenizer(tiny.having("tokenizer.ggml.tokens", tokens).metadata)


def test_a_token_that_is_not_byte_level() -> None:
    tiny = tiny_llama().having("tokenizer.ggml.merges", [])
    tokens = [*tiny.metadata["tokenizer.ggml.tokens"][:-1], "日"]
    with pytest.raises(ModelFileError, match="not byte-level"):
        gguf_tokenizer(tiny.having("tokenizer.ggml.tokens", tokens).metadata)


def test_a_broken_template_is_the_files_fault() -> None:
    with pytest.raises(ModelFileError, match="does not compile"):
        gguf_tokenizer(tiny_llama().having("tokenizer.chat_template", "{% if %}").metadata)
