"""Tokens one by one against all at once, for every kind of vocabulary and either format."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer as Cutter

from services.worker.engines.tokens.detokenize import Detokenizer
from services.worker.engines.tokens.gguf_tokenizer import gguf_tokenizer
from services.worker.engines.tokens.json_tokenizer import json_tokenizer
from services.worker.engines.tokens.spelling import SPACE
from services.worker.engines.tokens.tokenizer import ModelTokenizer
from tests.tools.vocabularies import Tiny, vocabularies

MANY = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def of_folder(tiny: Tiny, folder: Path) -> ModelTokenizer:
    (folder / "tokenizer.json").write_text(json.dumps(tiny.json()))
    (folder / "tokenizer_config.json").write_text(json.dumps(tiny.about()))
    return json_tokenizer(folder, {})


FORMS: dict[str, Callable[[Tiny, Path], ModelTokenizer]] = {
    "folder": of_folder,
    "gguf": lambda tiny, _: gguf_tokenizer(tiny.metadata()),
}


@pytest.fixture(scope="module", params=[(name, form) for name in vocabularies() for form in FORMS])
def kind(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Tiny, ModelTokenizer, Cutter]:
    """The vocabulary, our tokenizer of it, and the library's own."""
    name, form = request.param
    tiny = vocabularies()[name]
    ours = FORMS[form](tiny, tmp_path_factory.mktemp("tokenizer"))
    return tiny, ours, Cutter.from_str(json.dumps(tiny.json()))


def streamed(tokenizer: ModelTokenizer, tokens: list[int]) -> list[str]:
    detokenizer = Detokenizer()
    shown = [detokenizer.push(tokenizer.token_bytes(token)).text for token in tokens]
    return [*shown, detokenizer.finish().text]


@MANY
@given(data=st.data())
def test_what_is_streamed_is_the_whole(
    kind: tuple[Tiny, ModelTokenizer, Cutter], data: st.DataObject
) -> None:
    tiny, ours, library = kind
    numbers = st.integers(0, len(tiny.tokens) + 5)  # and some that no token has
    tokens = data.draw(st.lists(numbers, max_size=30))
    raw = b"".join(map(ours.token_bytes, tokens))
    parts = streamed(ours, tokens)
    assert "".join(parts) == raw.decode(errors="replace")
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        return
    assert not any("\ufffd" in part for part in parts) or "\ufffd" in text
    # The library drops the space that begins a text: here there is a word before.
    before = library.encode("x", add_special_tokens=False).ids
    known = [token for token in tokens if token < len(tiny.tokens)]
    assert library.decode([*before, *known]) == "x" + text


@MANY
@given(text=st.text(max_size=40))
@example(text=SPACE)
def test_a_text_comes_back_whatever_its_characters(
    kind: tuple[Tiny, ModelTokenizer, Cutter], text: str
) -> None:
    tiny, ours, library = kind
    tokens = ours.encode(text)
    begin = len(ours.encode(""))
    found = "".join(streamed(ours, tokens))
    normalizer = library.normalizer
    normal = normalizer.normalize_str(text) if normalizer else text
    # SentencePiece writes spaces as low lines, and reads low lines as spaces.
    has_low_lines = normalizer is not None and normalizer.normalize_str("a b") != "a b"
    assert found == (normal.replace(SPACE, " ") if has_low_lines else normal)
    assert not {*range(len(tiny.controls))} & set(tokens[begin:])
