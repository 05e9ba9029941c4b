"""The tokenizer that a GGUF file's metadata describe.

Decides what the entries mean: byte-level merges, or SentencePiece's scores. What a
dialogue looks like is the chat template's.
"""

from collections.abc import Mapping, Sequence

from tokenizers import models

from services.worker.engines.errors import ModelFileError
from services.worker.engines.tokens.chat_template import ChatTemplate
from services.worker.engines.tokens.cutting import (
    IGNORES_MERGES,
    byte_level_cutter,
    sentencepiece_cutter,
)
from services.worker.engines.tokens.spelling import byte_level, pieces
from services.worker.engines.tokens.tokenizer import (
    END_NAMES,
    ModelTokenizer,
    Vocabulary,
    chat_template,
)

_NORMAL, _CONTROL, _OWN, _BYTE = 1, 3, 4, 6  # GGUF's token types that matter here
_LONGEST_PIECE = 256
_MOST_LETTERS = 1 << 22  # of all pieces together: each place in them may be where two were merged


def gguf_tokenizer(metadata: Mapping[str, object]) -> ModelTokenizer:
    """Build from a file's metadata; ModelFileError if it lacks or contradicts something."""
    read = _Entries(metadata)
    if read.kind == "gpt2":
        return _byte_level(read)
    if read.kind == "llama":
        return _sentencepiece(read)
    raise ModelFileError(f"tokenizer.ggml.model {read.kind!r:.40} is unknown")


def _byte_level(read: "_Entries") -> ModelTokenizer:
    pre = read.text("pre", "default")
    names = read.of_types(_NORMAL)
    # Control tokens are left out, so that no text can become one.
    bpe = _bpe(names, _pairs(names, read.strings("merges")), ignore_merges=pre in IGNORES_MERGES)
    begins = read.flag("add_bos_token", default=pre in IGNORES_MERGES)
    vocabulary = read.vocabulary(byte_level(names), begins=begins)
    return ModelTokenizer(byte_level_cutter(pre, bpe), vocabulary, read.template(vocabulary))


def _sentencepiece(read: "_Entries") -> ModelTokenizer:
    names = read.of_types(_NORMAL, _BYTE)
    merges = _merges(read.of_types(_NORMAL), read.scores())
    bpe = _bpe(names, merges, byte_fallback=True)
    prefix = read.flag("add_space_prefix", default=True)
    vocabulary = read.vocabulary(pieces(names), begins=read.flag("add_bos_token", default=True))
    cutter = sentencepiece_cutter(bpe, has_space_prefix=prefix)
    return ModelTokenizer(cutter, vocabulary, read.template(vocabulary))


def _bpe(
    names: Mapping[str, int], merges: Sequence[tuple[str, str]], **options: bool
) -> models.BPE:
    try:
        return models.BPE(vocab=dict(names), merges=list(merges), **options)
    except Exception as error:  # the library has no class of its own
        raise ModelFileError(f"the vocabulary cannot be used: {error!s:.100}") from error


def _pairs(names: Mapping[str, int], merges: Sequence[str]) -> list[tuple[str, str]]:
    pairs = []
    for merge in merges:
        left, _, right = merge.partition(" ")
        if not {left, right, left + right} <= names.keys():
            raise ModelFileError("a merge does not fit the vocabulary")
        pairs.append((left, right))
    return pairs


def _merges(names: Mapping[str, int], scores: Sequence[float]) -> list[tuple[str, str]]:
    """The merges that scores stand for: what scores best is merged first."""
    if sum(map(len, names)) > _MOST_LETTERS or any(len(name) > _LONGEST_PIECE for name in names):
        raise ModelFileError("the vocabulary's pieces are too long")
    found = [
        (-scores[token], names[name[:cut]], names[name[cut:]], name, cut)
        for name, token in names.items()
        for cut in range(1, len(name))
        if name[:cut] in names and name[cut:] in names
    ]
    return [(name[:cut], name[cut:]) for *_, name, cut in sorted(found)]


class _Entries:
    """The tokenizer's entries of the metadata, typed and checked."""

    def __init__(self, metadata: Mapping[str, object]) -> None:
        self._metadata = metadata
        self.kind = self._entry("model")
        self.tokens = self.strings("tokens")
        types = self._entry("token_type")
        if not isinstance(types, list) or len(types) != len(self.tokens):
            raise ModelFileError("the vocabulary's token types are missing")
        if len(set(self.tokens)) < len(self.tokens):
            raise ModelFileError("the vocabulary holds a token twice")
        self._types = types

    def of_types(self, *types: int) -> dict[str, int]:
        """Ids by name."""
        return {t: n for n, t in enumerate(self.tokens) if self._types[n] in types}

    def vocabulary(self, spelled: dict[int, bytes], *, begins: bool) -> Vocabulary:
        """All that is known of the tokens, if the plain ones spell this."""
        own = self.of_types(_OWN)
        controls = self.of_types(_CONTROL) | own
        ends = {self.token_id("eos"), *(controls[name] for name in END_NAMES & controls.keys())}
        ends |= {self.token_id(w) for w in ("eot", "eom") if self._has(f"{w}_token_id")}
        return Vocabulary(
            spelled | {token: name.encode() for name, token in own.items()},
            controls,
            begin=(self.token_id("bos"),) if begins else (),
            end=frozenset(ends),
        )

    def scores(self) -> list[float]:
        scores = self._entry("scores")
        if not isinstance(scores, list) or len(scores) != len(self.tokens):
            raise ModelFileError("the vocabulary's scores are missing")
        if not all(isinstance(score, float) and abs(score) < 1e30 for score in scores):
            raise ModelFileError("the vocabulary's scores are no numbers")
        return scores

    def flag(self, key: str, *, default: bool) -> bool:
        return self._entry(key) is True if self._has(key) else default

    def text(self, key: str, default: str) -> str:
        return str(self._entry(key)) if self._has(key) else default

    def token_id(self, which: str) -> int:
        value = self._entry(f"{which}_token_id")
        if not isinstance(value, int) or not 0 <= value < len(self.tokens):
            raise ModelFileError(f"the vocabulary's {which} token is missing")
        return value

    def template(self, vocabulary: Vocabulary) -> ChatTemplate | None:
        source = self._metadata.get("tokenizer.chat_template")
        words = {
            f"{which}_token": self.tokens[self.token_id(which)]
            for which in ("bos", "eos")
            if self._has(f"{which}_token_id")
        }
        return chat_template(None if source is None else str(source), vocabulary.controls, words)

    def strings(self, key: str) -> list[str]:
        values = self._entry(key)
        if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
            raise ModelFileError(f"tokenizer.ggml.{key} is missing")
        return values

    def _has(self, key: str) -> bool:
        return self._entry(key) is not None

    def _entry(self, key: str) -> object:
        return self._metadata.get(f"tokenizer.ggml.{key}")
