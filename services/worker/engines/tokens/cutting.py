"""How text is cut before its pieces are merged, by the names that GGUF files give.

Decides the expressions alone. They are those of the models' own tokenizers, as
they were published; a name that is not here is refused.
"""

from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers

from services.worker.engines.errors import ModelFileError
from services.worker.engines.tokens.spelling import SPACE

# English contractions; words; numbers; marks with the lines that they end; space.
_WORDS = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|%s"
    r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
_LLAMA_3, _QWEN_2 = _WORDS % r"\p{N}{1,3}", _WORDS % r"\p{N}"
_OLD_WORDS = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)"
_DEFAULT = (r"[\p{P}\$\+<=>\^~\|]+", _OLD_WORDS, r"\p{N}+", "[0-9][0-9][0-9]")
IGNORES_MERGES = frozenset({"llama-bpe", "llama-v3", "llama3"})  # a word that is a token is one


def byte_level_cutter(pre: str, bpe: models.BPE) -> Tokenizer:
    """A tokenizer that cuts as `tokenizer.ggml.pre` says."""
    cutter = Tokenizer(bpe)
    letters = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    words = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
    match pre:
        case "smollm":
            cuts = [pre_tokenizers.Digits(individual_digits=True), words]
        case "gpt-2" | "gpt2":
            cuts = [words]
        case "llama-bpe" | "llama-v3" | "llama3":
            cuts = [_split(_LLAMA_3), letters]
        case "qwen2" | "deepseek-r1-qwen":
            cuts = [_split(_QWEN_2), letters]
            cutter.normalizer = normalizers.NFC()
        case "default":
            cuts = [*map(_split, _DEFAULT), letters]
        case _:
            raise ModelFileError(f"tokenizer.ggml.pre {pre!r:.40} is unknown")
    cutter.pre_tokenizer = pre_tokenizers.Sequence(cuts)
    return cutter


def sentencepiece_cutter(bpe: models.BPE, *, has_space_prefix: bool) -> Tokenizer:
    """A tokenizer that cuts nothing: all text is one piece, its spaces low lines."""
    cutter = Tokenizer(bpe)
    spaces = [normalizers.Replace(" ", SPACE)]
    cutter.normalizer = normalizers.Sequence(
        [normalizers.Prepend(SPACE), *spaces] if has_space_prefix else spaces
    )
    return cutter


def _split(expression: str) -> pre_tokenizers.Split:
    return pre_tokenizers.Split(Regex(expression), behavior="isolated")
