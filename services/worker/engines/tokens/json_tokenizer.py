"""The tokenizer of a published folder: tokenizer.json, and what stands beside it.

Decides which parts of a tokenizer.json are understood; every other is refused by
name, since what a token stands for would be guessed. Added tokens are taken out
of what cuts text, so that no text can become one.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer as Cutter

from services.worker.engines.errors import ModelFileError
from services.worker.engines.json_file import read_json, read_json_if_there, read_text
from services.worker.engines.tokens.spelling import byte_level, pieces
from services.worker.engines.tokens.tokenizer import (
    END_NAMES,
    ModelTokenizer,
    Vocabulary,
    chat_template,
)

FILE = "tokenizer.json"
_KNOWN = {
    "normalizer": {"NFC", "Prepend", "Replace", "Sequence"},
    "pre_tokenizer": {"ByteLevel", "Digits", "Metaspace", "Sequence", "Split"},
    "post_processor": {"ByteLevel", "Sequence", "TemplateProcessing"},
    "decoder": {"ByteFallback", "ByteLevel", "Fuse", "Metaspace", "Replace", "Sequence", "Strip"},
}
Part = dict[str, Any]


def json_tokenizer(folder: Path, config: Mapping[str, object]) -> ModelTokenizer:
    """Build from a folder whose config.json is `config`; ModelFileError says what is wrong."""
    spec = read_json(folder / FILE)
    about = read_json_if_there(folder / "tokenizer_config.json")
    generation = read_json_if_there(folder / "generation_config.json")
    try:
        parts = {kind: list(_parts(kind, spec.get(kind))) for kind in _KNOWN}
        names, controls, own = _vocabulary(spec)
        is_byte_level = "ByteLevel" in {p["type"] for p in parts["pre_tokenizer"]}
        spelled = byte_level(names) if is_byte_level else pieces(names)
        begin = tuple(controls[name] for name in _first(parts["post_processor"]))
        cutter = _cutter(spec, names)
        later = _cutter(spec, names) if _tell_later(parts["pre_tokenizer"]) else None
    except (
        LookupError,
        TypeError,
        AttributeError,
        ValueError,
        ArithmeticError,
        RuntimeError,
    ) as error:
        raise ModelFileError(f"{FILE} is not understood: {error!r:.100}") from error
    words = {
        key: name
        for key in ("bos_token", "eos_token")
        if (name := _name(about.get(key))) in controls
    }
    ends = {controls[name] for name in END_NAMES & controls.keys()}
    ends |= {controls[name] for key, name in words.items() if key == "eos_token"}
    for source in (config, generation):
        ends |= _ids(source.get("eos_token_id"))
    vocabulary = Vocabulary(spelled | own, controls, begin, frozenset(ends))
    template = chat_template(_template(folder, about), controls, words)
    return ModelTokenizer(cutter, vocabulary, template, later=later)


def _parts(kind: str, part: Any) -> Iterator[Part]:
    """A part, or those that it is a sequence of."""
    if part is None:
        return
    if part["type"] not in _KNOWN[kind]:
        raise ModelFileError(f"{FILE}: {kind} {part['type']!r:.40} is not understood")
    if part["type"] != "Sequence":
        yield part
        return
    for inner in part.get(f"{kind}s") or part.get("pretokenizers") or part.get("processors") or []:
        yield from _parts(kind, inner)


def _vocabulary(spec: Part) -> tuple[dict[str, int], dict[str, int], dict[int, bytes]]:
    """Plain tokens, all added ones, and the bytes of those that are shown."""
    model = spec["model"]
    if model["type"] != "BPE":
        raise ModelFileError(f"{FILE}: model {model['type']!r:.40} is not understood")
    for affix in ("continuing_subword_prefix", "end_of_word_suffix"):
        if model.get(affix):
            raise ModelFileError(f"{FILE}: {affix} {model[affix]!r:.40} is not understood")
    controls, own = {}, {}
    for added in spec.get("added_tokens") or []:
        controls[str(added["content"])] = token = int(added["id"])
        if not added.get("special"):
            own[token] = str(added["content"]).encode()
    names = {str(name): int(n) for name, n in model["vocab"].items() if name not in controls}
    tokens = [*names.values(), *controls.values()]
    if len(set(tokens)) < len(tokens) or min(tokens) < 0:
        raise ModelFileError(f"{FILE} gives two tokens one id")
    return names, controls, own


def _cutter(spec: Part, names: Mapping[str, int]) -> Cutter:
    """What cuts text, without any added token."""
    unknown = spec["model"].get("unk_token")
    model = {
        **spec["model"],
        "vocab": names,
        "unk_token": unknown if unknown in names else None,
        "dropout": None,  # for training: the same text would be cut in another way each time
    }
    bare = {
        **spec,
        "model": model,
        "added_tokens": [],
        "post_processor": None,
        "truncation": None,
        "padding": None,
    }
    try:
        return Cutter.from_str(json.dumps(bare))
    except BaseException as error:  # the library's panics are no Exceptions
        if isinstance(error, KeyboardInterrupt | SystemExit):
            raise
        raise ModelFileError(f"{FILE} is not understood: {error!s:.100}") from error


def _tell_later(pre_tokenizers: list[Part]) -> bool:
    """Change what only a text's beginning is given; False if nothing is."""
    first = [p for p in pre_tokenizers if p.get("prepend_scheme") == "first"]
    for part in first:
        part["prepend_scheme"] = "never"
    return bool(first)


def _first(post_processors: list[Part]) -> Iterator[str]:
    """Names of what is put before a text."""
    for part in post_processors:
        for item in part.get("single", ()):
            if "Sequence" in item:
                break
            yield str(item["SpecialToken"]["id"])


def _ids(value: object) -> set[int]:
    values = value if isinstance(value, list) else [value]
    return {token for token in values if isinstance(token, int)}


def _name(token: object) -> str:
    return str(token.get("content", "")) if isinstance(token, dict) else str(token)


def _template(folder: Path, about: Mapping[str, object]) -> str | None:
    alone = folder / "chat_template.jinja"
    if alone.is_file():
        return read_text(alone)
    found = about.get("chat_template")
    if isinstance(found, list):  # several by name
        named = [entry for entry in found if isinstance(entry, dict)]
        found = next((e.get("template") for e in named if e.get("name") == "default"), None)
    return found if isinstance(found, str) else None
