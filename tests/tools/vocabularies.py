"""Small vocabularies of the kinds that published models have, learned from a text here.

Each can be written as a tokenizer.json and as a GGUF file's metadata. Shares
nothing with the code under test.
"""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any

TEXT = """The river rose for three days and the old bridge gave way. The town was cut in two,
and the people on the other side waited for the ferry. "What is the time?" said the captain; the
other one laughed. There were 12 of them then, and 345 in the end. The sun and the sea, the sand
and the wind. it's we'll they've I'm don't. Hello hello user assistant system INST world."""
CHATML = (
    "{% for m in messages %}{{ '<|im_start|>' + m['role'] + '\n' + m['content'] + '<|im_end|>\n' }}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)
HEADERS = (
    "{{- bos_token }}{%- for m in messages %}{{- '<|start_header_id|>' + m['role'] +"
    " '<|end_header_id|>\n\n' + m['content'] + '<|eot_id|>' }}{%- endfor %}"
    "{%- if add_generation_prompt %}{{- '<|start_header_id|>assistant<|end_header_id|>\n\n' }}"
    "{%- endif %}"
)
INST = (
    "{{ bos_token }}{% for m in messages %}{% if m['role'] == 'user' %}"
    "{{ '[INST] ' + m['content'] + ' [/INST]' }}"
    "{% else %}{{ ' ' + m['content'] + ' ' + eos_token }}{% endif %}{% endfor %}"
)
_WORDS = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}DIGITS| ?[^\s\p{L}\p{N}]+[\r\n]*"
    r"|\s*[\r\n]+|\s+(?!\S)|\s+"
)
_DEFAULT = (
    r"[\p{P}\$\+<=>\^~\|]+",
    r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)",
    r"\p{N}+",
    "[0-9][0-9][0-9]",
)
_LETTERS = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True}


@dataclass(frozen=True)
class Tiny:
    """One vocabulary: control tokens first, then all others; ids are places."""

    kind: str
    pre: str
    controls: tuple[str, ...]
    plain: tuple[str, ...]
    merges: tuple[tuple[str, str], ...]
    begin: str | None
    end: str
    template: str

    @property
    def tokens(self) -> tuple[str, ...]:
        return (*self.controls, *self.plain)

    def json(self, **changed: Any) -> dict[str, Any]:
        """A tokenizer.json."""
        ids = {token: index for index, token in enumerate(self.tokens)}
        model = {
            "type": "BPE",
            "dropout": None,
            "unk_token": "<unk>" if "<unk>" in ids else None,
            "continuing_subword_prefix": None,
            "end_of_word_suffix": None,
            "fuse_unk": self.kind == "llama",
            "byte_fallback": self.kind == "llama",
            "ignore_merges": self.pre == "llama-bpe",
            "vocab": ids,
            "merges": [f"{left} {right}" for left, right in self.merges],
        }
        added = [
            {"id": n, "content": token, "special": True}
            | dict.fromkeys(("single_word", "lstrip", "rstrip", "normalized"), False)
            for n, token in enumerate(self.controls)
        ]
        post = None
        if self.begin is not None:
            first = [{"SpecialToken": {"id": self.begin, "type_id": 0}}]
            special = {"id": self.begin, "ids": [ids[self.begin]], "tokens": [self.begin]}
            post = {
                "type": "TemplateProcessing",
                "single": [*first, {"Sequence": {"id": "A", "type_id": 0}}],
                "pair": [*first, {"Sequence": {"id": "A", "type_id": 0}}],
                "special_tokens": {self.begin: special},
            }
        return {
            "version": "1.0",
            "truncation": None,
            "padding": None,
            "added_tokens": added,
            "post_processor": post,
            "model": model,
            **self._cuts(),
            **changed,
        }

    def about(self) -> dict[str, Any]:
        """A tokenizer_config.json."""
        return {
            "bos_token": self.begin,
            "eos_token": {"content": self.end, "lstrip": False},
            "chat_template": self.template,
        }

    def metadata(self) -> dict[str, Any]:
        """A GGUF file's entries."""
        plain = [6 if self.kind == "llama" and _is_byte(token) else 1 for token in self.plain]
        found: dict[str, Any] = {
            "tokenizer.ggml.model": self.kind,
            "tokenizer.ggml.pre": self.pre,
            "tokenizer.ggml.tokens": list(self.tokens),
            "tokenizer.ggml.token_type": [
                *(2 if token == "<unk>" else 3 for token in self.controls),
                *plain,
            ],
            "tokenizer.ggml.eos_token_id": self.tokens.index(self.end),
            "tokenizer.ggml.add_bos_token": self.begin is not None,
            "tokenizer.chat_template": self.template,
        }
        if self.begin is not None:
            found["tokenizer.ggml.bos_token_id"] = self.tokens.index(self.begin)
        if self.kind == "gpt2":
            return found | {"tokenizer.ggml.merges": [" ".join(pair) for pair in self.merges]}
        rank = {left + right: -1.0 * n for n, (left, right) in enumerate(self.merges)}
        scores = [rank.get(token, -1e3) for token in self.tokens]
        return found | {"tokenizer.ggml.scores": scores}

    def _cuts(self) -> dict[str, Any]:
        if self.kind == "llama":
            spaces = {"type": "Replace", "pattern": {"String": " "}, "content": "▁"}
            back = {"type": "Replace", "pattern": {"String": "▁"}, "content": " "}
            return {
                "normalizer": {
                    "type": "Sequence",
                    "normalizers": [{"type": "Prepend", "prepend": "▁"}, spaces],
                },
                "pre_tokenizer": None,
                "decoder": {
                    "type": "Sequence",
                    "decoders": [
                        back,
                        {"type": "ByteFallback"},
                        {"type": "Fuse"},
                        {"type": "Strip", "content": " ", "start": 1, "stop": 0},
                    ],
                },
            }
        cuts: list[dict[str, Any]] = []
        if self.pre == "smollm":
            cuts = [{"type": "Digits", "individual_digits": True}]
        if self.pre in ("llama-bpe", "qwen2"):
            cuts = [_split(_WORDS.replace("DIGITS", "{1,3}" if self.pre == "llama-bpe" else ""))]
        if self.pre == "default":
            cuts = [_split(expression) for expression in _DEFAULT]
        cuts.append({**_LETTERS, "use_regex": self.pre in ("smollm", "gpt-2")})
        return {
            "normalizer": {"type": "NFC"} if self.pre == "qwen2" else None,
            "pre_tokenizer": {"type": "Sequence", "pretokenizers": cuts},
            "decoder": {**_LETTERS, "use_regex": True},
        }


@cache
def vocabularies() -> Mapping[str, Tiny]:
    """By name."""
    letters = _letters()
    words = re.findall(r" ?\w+| ?[^\s\w]+|\s+", TEXT)
    merges = _learned(["".join(letters[byte] for byte in word.encode()) for word in words], 90)
    plain = (*letters, *(left + right for left, right in merges))
    low = _learned(["▁" + word for word in TEXT.split()], 90)
    single = dict.fromkeys("▁" + "".join(TEXT.split()))
    spm = (*(f"<0x{n:02X}>" for n in range(256)), *(a + b for a, b in low), *single)
    chatml = ("<|endoftext|>", "<|im_start|>", "<|im_end|>")
    headers = ("<|begin_of_text|>", "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>")
    im_end = "<|im_end|>"
    return {
        "smollm": Tiny("gpt2", "smollm", chatml, plain, merges, None, im_end, CHATML),
        "gpt-2": Tiny("gpt2", "gpt-2", chatml, plain, merges, None, im_end, CHATML),
        "default": Tiny("gpt2", "default", chatml, plain, merges, None, im_end, CHATML),
        "qwen2": Tiny("gpt2", "qwen2", chatml, plain, merges, None, im_end, CHATML),
        "llama-bpe": Tiny(
            "gpt2", "llama-bpe", headers, plain, merges, headers[0], headers[3], HEADERS
        ),
        "llama": Tiny("llama", "default", ("<unk>", "<s>", "</s>"), spm, low, "<s>", "</s>", INST),
    }


def _letters() -> list[str]:
    """The letter of each byte in a byte-level vocabulary."""
    shown = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = iter(range(256, 512))
    return [chr(byte) if byte in shown else chr(next(others)) for byte in range(256)]


def _split(expression: str) -> dict[str, Any]:
    return {
        "type": "Split",
        "pattern": {"Regex": expression},
        "behavior": "Isolated",
        "invert": False,
    }


def _is_byte(token: str) -> bool:
    return re.fullmatch("<0x[0-9A-F]{2}>", token) is not None


def _learned(words: list[str], count: int) -> tuple[tuple[str, str], ...]:
    """The `count` merges that byte-pair encoding learns from these words."""
    split, found = [list(word) for word in words], []
    for _ in range(count):
        pairs = Counter(pair for word in split for pair in pairwise(word))
        best = max(pairs, key=lambda pair: (pairs[pair], pair))
        found.append(best)
        for word in split:
            at = 0
            while at < len(word) - 1:
                if (word[at], word[at + 1]) == best:
                    word[at : at + 2] = ["".join(best)]
                at += 1
    return tuple(dict.fromkeys(found))
