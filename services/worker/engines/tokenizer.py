"""Text to token ids and back, from a GGUF file's vocabulary and merges.

Decides how text is cut before merging, which tokens end an answer and what
bytes a token stands for. Knows byte-level BPE vocabularies; what a dialogue
looks like is the chat template's.
"""

from collections.abc import Mapping, Sequence

from tokenizers import Tokenizer as BpeTokenizer
from tokenizers import models, pre_tokenizers

from services.worker.engines.chat_template import ChatTemplate
from services.worker.engines.engine import Message
from services.worker.engines.errors import ModelFileError, TemplateError

_NORMAL = 1  # GGUF's token types; all others stand for no text
_ENDS = frozenset({"<|im_end|>", "<|endoftext|>", "<|eot_id|>", "</s>"})


class GgufTokenizer:
    """A Tokenizer. Thread-safe: nothing changes once it is made."""

    def __init__(self, metadata: Mapping[str, object]) -> None:
        """Build from a file's metadata; ModelFileError if it lacks or contradicts something."""
        read = _Vocabulary(metadata)
        normal = {token: index for index, token in enumerate(read.tokens) if read.is_text(index)}
        controls = {t: index for index, t in enumerate(read.tokens) if not read.is_text(index)}
        if len(normal) + len(controls) != len(read.tokens):
            raise ModelFileError("the vocabulary holds a token twice")
        # Control tokens are left out, so that no text can become one.
        self._bpe = _bpe(normal, read.merges)
        spoken = _byte_of_letter()
        self._bytes = [_spelled(token, spoken) if token in normal else b"" for token in read.tokens]
        self._begin = [read.token_id("bos")] if read.flag("add_bos_token") else []
        self._end_tokens = frozenset(
            {read.token_id("eos")} | {controls[name] for name in _ENDS & controls.keys()}
        )
        self._template = read.template(controls)

    @property
    def end_tokens(self) -> frozenset[int]:
        """Tokens that end an answer."""
        return self._end_tokens

    def encode(self, text: str) -> list[int]:
        """Ids of a text as it stands; control tokens in it are plain text."""
        return self._begin + self._plain(text)

    def encode_chat(self, messages: Sequence[Message]) -> list[int]:
        """Ids of a dialogue through the chat template, ready for the answer."""
        if self._template is None:
            raise TemplateError("the model has no chat template")
        ids: list[int] = []
        for part in self._template.render(messages):
            ids.extend([part] if isinstance(part, int) else self._plain(part))
        # A template may write the first token itself.
        return ids if ids[: len(self._begin)] == self._begin else self._begin + ids

    def token_bytes(self, token: int) -> bytes:
        """The bytes that a token stands for; empty for control tokens."""
        return self._bytes[token]

    def _plain(self, text: str) -> list[int]:
        return list(self._bpe.encode(text, add_special_tokens=False).ids)


def _bpe(vocabulary: Mapping[str, int], merges: Sequence[str]) -> BpeTokenizer:
    pairs = []
    for merge in merges:
        left, _, right = merge.partition(" ")
        if not {left, right, left + right} <= vocabulary.keys():
            raise ModelFileError("a merge does not fit the vocabulary")
        pairs.append((left, right))
    bpe = BpeTokenizer(models.BPE(vocab=dict(vocabulary), merges=pairs))
    bpe.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Digits(individual_digits=True),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True),
        ]
    )
    return bpe


def _byte_of_letter() -> dict[str, int]:
    """Which byte each letter of a byte-level vocabulary stands for.

    Bytes that print stand for themselves; the others, in order, for the
    characters from 256 on.
    """
    shown = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    rest = [byte for byte in range(256) if byte not in shown]
    return {chr(byte): byte for byte in shown} | {chr(256 + n): byte for n, byte in enumerate(rest)}


def _spelled(token: str, byte_of_letter: Mapping[str, int]) -> bytes:
    try:
        return bytes(byte_of_letter[letter] for letter in token)
    except KeyError as error:
        raise ModelFileError("the vocabulary is not byte-level") from error


class _Vocabulary:
    """The tokenizer's entries of the metadata, typed and checked."""

    def __init__(self, metadata: Mapping[str, object]) -> None:
        self._metadata = metadata
        for key, known in (("model", "gpt2"), ("pre", "smollm")):
            if self._entry(key) != known:
                raise ModelFileError(f"tokenizer.ggml.{key} {self._entry(key)!r:.40} is unknown")
        self.tokens = self._strings("tokens")
        self.merges = self._strings("merges")
        types = self._entry("token_type")
        if not isinstance(types, list) or len(types) != len(self.tokens):
            raise ModelFileError("the vocabulary's token types are missing")
        self._types = types

    def is_text(self, token: int) -> bool:
        return bool(self._types[token] == _NORMAL)

    def flag(self, key: str) -> bool:
        return self._entry(key) is True

    def token_id(self, which: str) -> int:
        value = self._entry(f"{which}_token_id")
        if not isinstance(value, int) or not 0 <= value < len(self.tokens):
            raise ModelFileError(f"the vocabulary's {which} token is missing")
        return value

    def template(self, controls: Mapping[str, int]) -> ChatTemplate | None:
        source = self._metadata.get("tokenizer.chat_template")
        if source is None:
            return None
        names = {"bos_token": "bos", "eos_token": "eos"}
        words = {
            word: self.tokens[self.token_id(which)]
            for word, which in names.items()
            if self._entry(f"{which}_token_id") is not None
        }
        try:
            return ChatTemplate(str(source), controls, words)
        except TemplateError as error:
            raise ModelFileError(str(error)) from error

    def _strings(self, key: str) -> list[str]:
        values = self._entry(key)
        if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
            raise ModelFileError(f"tokenizer.ggml.{key} is missing")
        return values

    def _entry(self, key: str) -> object:
        return self._metadata.get(f"tokenizer.ggml.{key}")
