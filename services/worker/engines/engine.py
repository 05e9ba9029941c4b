"""The interfaces of this room: Engine, StepModel and Tokenizer, and their values.

Pure. An Engine runs many sequences at once and knows nothing of gRPC. The
`batched` engine drives a StepModel, which knows slots, positions and token ids
and nothing of text; a Tokenizer turns text into ids and back.
"""

from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Literal, Never, Protocol, TypeAlias, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from services.runtime.text import Text

Logits: TypeAlias = NDArray[np.float32]
RoleName: TypeAlias = Literal["system", "user", "assistant"]


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a dialogue."""

    role: RoleName
    content: Text


@dataclass(frozen=True, slots=True)
class Sampling:
    """How the next token is chosen; evenflow.v1.Sampling with its defaults filled in."""

    temperature: float = 0.0
    top_p: float = 1.0
    top_k: int | None = None
    repetition_penalty: float = 1.0
    presence_penalty: float = 0.0
    frequency_penalty: float = 0.0
    seed: int = 0
    max_tokens: int = 256
    stop: tuple[Text, ...] = ()
    logprobs: int | None = None


@dataclass(frozen=True, slots=True)
class PrefixMark:
    """The name of a prompt's first bytes of text; see evenflow.v1.PrefixMark."""

    hash: int
    bytes: int


@dataclass(frozen=True, slots=True)
class Job:
    """One sequence to run: a prompt as it stands, or a dialogue for the chat template.

    Only jobs of one `cache_scope` share what their prompts begin with. `answered`
    are tokens of the answer that its reader has: it goes on behind them.
    """

    request_id: str
    input: Text | tuple[Message, ...]
    sampling: Sampling
    lease_id: int = 0
    cache_scope: str = ""
    prefix_marks: tuple[PrefixMark, ...] = ()
    answered: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Began:
    """The sequence has its first token. Lengths in tokens."""

    prompt_tokens: int
    cached_tokens: int


@dataclass(frozen=True, slots=True)
class TokenScore:
    """A token's natural log probability, and the likeliest tokens in its place."""

    token_id: int
    text: Text
    logprob: float
    alternatives: tuple["TokenScore", ...] = ()


@dataclass(frozen=True, slots=True)
class Piece:
    """More of the answer; `position` is the place of `token_ids[0]` in it, from 0."""

    text: Text
    token_ids: tuple[int, ...]
    position: int
    scores: tuple[TokenScore, ...] = ()


class Reason(Enum):
    """Why a sequence ended."""

    STOP = "stop"
    LENGTH = "length"


@dataclass(frozen=True, slots=True)
class Ended:
    """The sequence is complete. Tokens counted without the end token; times in seconds."""

    reason: Reason
    prompt_tokens: int
    completion_tokens: int
    cached_tokens: int
    wait_seconds: float
    prefill_seconds: float
    decode_seconds: float


Event: TypeAlias = Began | Piece | Ended


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """What an engine serves."""

    name: str
    revision: str
    context_tokens: int
    slots: int
    kv_tokens: int


@dataclass(frozen=True, slots=True)
class Load:
    """An engine's load at one moment; see evenflow.v1.LoadReport for the fields."""

    step_count: int = 0
    slots_used: int = 0
    slots_used_peak: int = 0
    kv_tokens_used: int = 0
    preemptions_total: int = 0
    prefill_backlog_tokens: int = 0
    prefill_tokens_per_second: float = 0.0
    decode_step_seconds: float = 0.0
    generated_tokens_total: int = 0
    bytes_per_token: float = 0.0
    lease_ids: tuple[int, ...] = field(default=())
    prefix_marks_held: tuple[int, ...] = field(default=())


class Engine(Protocol):
    """Runs sequences. All members are called on the event loop."""

    on_change: Callable[[], None]
    """Called whenever `load` may differ. Whoever wants to know puts itself here."""

    @property
    def info(self) -> ModelInfo:
        """What is served."""
        ...

    def generate(self, job: Job) -> AsyncGenerator[Event, None]:
        """Yield one Began, Pieces, one Ended.

        Takes a slot when it is first awaited and gives it back when it ends or
        is closed (`aclose`), within one decode step. Raises `NoSlot`,
        `EmptyPrompt`, `PromptTooLong` or `EngineFailed` (services.worker.errors),
        all but the last before any event.
        """
        ...

    def load(self) -> Load:
        """The load now. Cheap."""
        ...

    async def until_dead(self) -> Never:
        """Wait; raises `EngineDied` once the engine can serve nobody any more."""
        ...

    async def aclose(self) -> None:
        """End all sequences and free the model. Idempotent."""
        ...


@dataclass(frozen=True, slots=True)
class Row:
    """One sequence's place in a decode step: `token` stands at `position` of `slot`."""

    slot: int
    position: int
    token: int


@dataclass(frozen=True, slots=True)
class StepLimits:
    """What a StepModel can hold: `slots` sequences of `context` tokens each."""

    slots: int
    context: int
    vocabulary: int
    prefill_chunk: int


@dataclass(frozen=True, slots=True)
class Serving:
    """How an engine uses its model; 0: as far as the model goes.

    `kv_tokens` bounds the tokens that all slots hold together, what is kept for
    sharing included; `prefill_beside` the prompt tokens computed between two
    steps of those who decode.
    """

    prefix_reuse: bool = True
    kv_tokens: int = 0
    prefill_beside: int = 0

    def room_in(self, limits: StepLimits) -> int:
        """Tokens that may be held at once."""
        whole = limits.slots * limits.context
        return min(self.kv_tokens or whole, whole)


class StepModel(Protocol):
    """A model that runs one step at a time. Called on the engine's thread only."""

    @property
    def limits(self) -> StepLimits:
        """Shapes, fixed for the model's life."""
        ...

    @property
    def revision(self) -> str:
        """Weights, graph and precision in one name."""
        ...

    def prefill(self, slot: int, start: int, tokens: Sequence[int]) -> None:
        """Compute and keep the cache of `tokens` at positions `start`… of `slot`.

        At most `limits.prefill_chunk` tokens. The last token of a prompt is not
        prefilled: it is the first row that `decode` sees.
        """
        ...

    def decode(self, rows: Sequence[Row]) -> Logits:
        """Logits `[len(rows), vocabulary]` of what follows each row's token.

        Rows bear different slots; at most `limits.slots` of them. Keeps the
        rows' tokens in the cache.
        """
        ...

    def release(self, slot: int, keep: int = 0) -> None:
        """Forget what `slot` holds behind its first `keep` positions.

        What is forgotten shall take no memory, where that can be had by pages.
        """
        ...


@runtime_checkable
class SlotCopier(Protocol):
    """A StepModel that can also copy between slots: prompts then share what they begin with.

    Such a model's `prefill` and `decode` may go on from any position within what a
    slot holds, released or not; what lay there and behind is overwritten.
    """

    def copy(self, source: int, target: int, count: int) -> None:
        """Let the first `count` positions of `target` hold what those of `source` hold.

        Bit by bit; at least one position. Whatever else `target` held is forgotten.
        """
        ...


class Tokenizer(Protocol):
    """Text to token ids and back. Thread-safe."""

    @property
    def end_tokens(self) -> frozenset[int]:
        """Tokens that end an answer."""
        ...

    def encode(self, text: str) -> list[int]:
        """Ids of a text as it stands; control tokens in it are plain text."""
        ...

    def encode_chat(self, messages: Sequence[Message]) -> list[int]:
        """Ids of a dialogue through the chat template, ready for the answer.

        Control tokens come from the template alone, never from a message.
        """
        ...

    def token_bytes(self, token: int) -> bytes:
        """The bytes that a token stands for; empty for control tokens."""
        ...
