"""An engine's model and tokenizer whose answers follow by arithmetic.

For tests and load: the same batched engine runs it, but every answer can be
computed beforehand, and a step takes as long as the settings say.

A prompt's tokens are its UTF-8 bytes, 0 to 255. An answer's tokens are the
words " w000" to " w999", tokens 256 to 1255. A sequence's checksum is 0 at
first; each token makes it `(checksum * 1_000_003 + token + 1) % (2**31 - 1)`,
and the next token is `256 + checksum % 1000`. So every word depends on the
whole prompt and on each word before it:

>>> expected_tokens("Hi", 3)
[581, 342, 640]
>>> expected_answer("Hi", 3)
' w325 w086 w384'

The scripted model never ends an answer by itself: it goes on until max_tokens,
a full context or a stop string. Its logits leave no doubt: no temperature and
no penalty within the limits changes what it says.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from services.worker.engines.engine import Logits, Message, Row, StepLimits

WORDS = 1000
FIRST_WORD = 256
VOCABULARY = FIRST_WORD + WORDS
UNLIKELY = -1e38  # finite, as logits are, and so whatever a penalty makes of it


def checksum_after(checksum: int, token: int) -> int:
    """The checksum once `token` has come."""
    return (checksum * 1_000_003 + token + 1) % (2**31 - 1)


def next_token(checksum: int) -> int:
    """The token that follows."""
    return FIRST_WORD + checksum % WORDS


def word(token: int) -> str:
    """An answer token's text."""
    return f" w{token - FIRST_WORD:03d}"


def expected_tokens(prompt: str, max_tokens: int) -> list[int]:
    """The tokens that answer `prompt`."""
    checksum = 0
    for byte in prompt.encode():
        checksum = checksum_after(checksum, byte)
    tokens: list[int] = []
    for _ in range(max_tokens):
        tokens.append(next_token(checksum))
        checksum = checksum_after(checksum, tokens[-1])
    return tokens


def expected_answer(prompt: str, max_tokens: int) -> str:
    """The text that answers `prompt`."""
    return "".join(map(word, expected_tokens(prompt, max_tokens)))


def chat_prompt(messages: Sequence[tuple[str, str]]) -> str:
    """The prompt that a dialogue of (role, content) becomes."""
    return "".join(f"{role}: {content}\n" for role, content in messages)


@dataclass(frozen=True, slots=True)
class Pace:
    """How long steps take: a decode of n rows `step + n * row` seconds, a prefill by its rate."""

    step_seconds: float = 0.0
    row_seconds: float = 0.0
    prefill_tokens_per_second: float = 0.0  # 0: at once


class ScriptedModel:
    """A StepModel; holds checksums where others hold a KV cache.

    It refuses a token that does not follow on those before it, so that it also
    finds faults in the engine that drives it.
    """

    def __init__(
        self, limits: StepLimits, pace: Pace, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        if limits.vocabulary != VOCABULARY:
            raise ValueError(f"the scripted vocabulary has {VOCABULARY} tokens")
        self._limits = limits
        self._pace = pace
        self._sleep = sleep
        self._checksums: list[list[int]] = [[0] for _ in range(limits.slots)]

    @property
    def limits(self) -> StepLimits:
        """Shapes."""
        return self._limits

    @property
    def revision(self) -> str:
        """One for all: the arithmetic above."""
        return "scripted-1"

    def prefill(self, slot: int, start: int, tokens: Sequence[int]) -> None:
        """Take in a chunk of a prompt."""
        if not 0 < len(tokens) <= self._limits.prefill_chunk:
            raise ValueError(f"a chunk of {len(tokens)} tokens")
        if self._pace.prefill_tokens_per_second:
            self._sleep(len(tokens) / self._pace.prefill_tokens_per_second)
        for position, token in enumerate(tokens, start):
            self._take(slot, position, token)

    def decode(self, rows: Sequence[Row]) -> Logits:
        """Logits that leave no doubt."""
        if len({row.slot for row in rows}) < len(rows):
            raise ValueError("two rows of one slot")
        self._sleep(self._pace.step_seconds + len(rows) * self._pace.row_seconds)
        logits = np.full((len(rows), VOCABULARY), UNLIKELY, dtype=np.float32)
        for index, row in enumerate(rows):
            logits[index, next_token(self._take(row.slot, row.position, row.token))] = 0.0
        return logits

    def release(self, slot: int, keep: int = 0) -> None:
        """Forget a sequence, but for its beginning."""
        del self._checksums[slot][keep + 1 :]

    def copy(self, source: int, target: int, count: int) -> None:
        """Share what a sequence begins with."""
        if source == target or not 0 < count < len(self._checksums[source]):
            held = len(self._checksums[source]) - 1
            raise ValueError(f"{count} of {held} tokens from slot {source} to {target}")
        self._checksums[target] = self._checksums[source][: count + 1]

    def _take(self, slot: int, position: int, token: int) -> int:
        checksums = self._checksums[slot]
        if not position < min(len(checksums), self._limits.context):
            raise ValueError(f"position {position} of slot {slot} after {len(checksums) - 1}")
        del checksums[position + 1 :]  # a step that failed is run again
        checksums.append(checksum_after(checksums[position], token))
        return checksums[-1]


class ScriptedTokenizer:
    """A Tokenizer of bytes and words."""

    @property
    def end_tokens(self) -> frozenset[int]:
        """None: answers end by their length or a stop string."""
        return frozenset()

    def encode(self, text: str) -> list[int]:
        """The bytes."""
        return list(text.encode())

    def encode_chat(self, messages: Sequence[Message]) -> list[int]:
        """The bytes of "role: content" lines."""
        return self.encode(chat_prompt([(m.role, m.content.reveal) for m in messages]))

    def token_bytes(self, token: int) -> bytes:
        """A byte, or a word's bytes."""
        return bytes([token]) if token < FIRST_WORD else word(token).encode()
