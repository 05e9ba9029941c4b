"""Text to token ids and back.

Decides where the first token of a text comes from, and that control tokens come
from a chat template alone. Knows neither files nor how text is cut: whoever
builds it gives it a `tokenizers.Tokenizer` that has no control tokens.

What a token stands for does not depend on its neighbours. So a word that begins
an answer keeps its space, as in any other place: the answer goes on from a prompt.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tokenizers import Tokenizer as Cutter

from services.worker.engines.engine import Message
from services.worker.engines.errors import ModelFileError, TemplateError
from services.worker.engines.tokens.chat_template import ChatTemplate

END_NAMES = frozenset("<|im_end|> <|endoftext|> <|eot_id|> <|eom_id|> <|end_of_text|> </s>".split())


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What is known of the tokens.

    Attributes:
        spelled: the bytes that each token stands for; those that are not in it stand for none.
        controls: ids of what only a template may write, by name.
        begin: what every prompt begins with.
        end: what ends an answer.
    """

    spelled: Mapping[int, bytes]
    controls: Mapping[str, int]
    begin: tuple[int, ...]
    end: frozenset[int]


class ModelTokenizer:
    """A Tokenizer. Thread-safe: nothing changes once it is made."""

    def __init__(
        self,
        cutter: Cutter,
        vocabulary: Vocabulary,
        template: ChatTemplate | None,
        *,
        later: Cutter | None = None,
    ) -> None:
        """Take the parts.

        Args:
            cutter: cuts text into tokens.
            vocabulary: what the tokens are.
            template: how a dialogue becomes a prompt; None if the model has no way.
            later: cuts what stands behind a control token, if that is done differently.
        """
        self._cutter = cutter
        self._later = cutter if later is None else later
        self._spelled = vocabulary.spelled
        self._largest = max(*vocabulary.spelled, *vocabulary.controls.values(), -1, -1)
        self._begin = list(vocabulary.begin)
        self._end_tokens = vocabulary.end
        self._template = template

    @property
    def end_tokens(self) -> frozenset[int]:
        """Tokens that end an answer."""
        return self._end_tokens

    @property
    def largest_token(self) -> int:
        """The largest id that a text or a dialogue can have."""
        return self._largest

    def encode(self, text: str) -> list[int]:
        """Ids of a text as it stands; control tokens in it are plain text."""
        return self._begin + _cut(self._cutter, text)

    def encode_chat(self, messages: Sequence[Message]) -> list[int]:
        """Ids of a dialogue through the chat template, ready for the answer."""
        if self._template is None:
            raise TemplateError("the model has no chat template")
        ids: list[int] = []
        cutter = self._cutter
        for part in self._template.render(messages):
            ids.extend([part] if isinstance(part, int) else _cut(cutter, part))
            cutter = self._later
        # A template may write the first token itself.
        return ids if ids[: len(self._begin)] == self._begin else self._begin + ids

    def token_bytes(self, token: int) -> bytes:
        """The bytes that a token stands for; empty for control tokens."""
        return self._spelled.get(token, b"")


def chat_template(
    source: str | None, controls: Mapping[str, int], words: Mapping[str, str]
) -> ChatTemplate | None:
    """A file's template, compiled; ModelFileError if it is none."""
    if source is None:
        return None
    try:
        return ChatTemplate(source, controls, words)
    except TemplateError as error:
        raise ModelFileError(str(error)) from error


def _cut(cutter: Cutter, text: str) -> list[int]:
    return list(cutter.encode(text, add_special_tokens=False).ids)
