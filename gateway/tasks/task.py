"""What a caller asks, as values.

Pure. A Task has been checked: whoever holds one need not doubt its fields.
Private text is held as Text. Knows neither the wire nor how a model is asked.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Literal, TypeAlias, assert_never

from services.runtime.text import Text

RoleName: TypeAlias = Literal["system", "user", "assistant"]


class Priority(Enum):
    """Whom to serve first within a tenant's share."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a dialogue."""

    role: RoleName
    content: Text


@dataclass(frozen=True, slots=True)
class Sampling:
    """How tokens are chosen: evenflow.v1.Sampling with its defaults filled in.

    `seed` is None where the caller gave none, `top_k` and `logprobs` where they
    are off.
    """

    temperature: float = 0.0
    top_p: float = 1.0
    top_k: int | None = None
    repetition_penalty: float = 1.0
    presence_penalty: float = 0.0
    frequency_penalty: float = 0.0
    seed: int | None = None
    max_tokens: int = 256
    stop: tuple[Text, ...] = ()
    logprobs: int | None = None


@dataclass(frozen=True, slots=True)
class Prompt:
    """Continue a text as it stands."""

    text: Text


@dataclass(frozen=True, slots=True)
class Chat:
    """Answer in a dialogue, oldest message first."""

    messages: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """Answer a question, from `context` where it is not empty."""

    question: Text
    context: Text


@dataclass(frozen=True, slots=True)
class Translate:
    """Translate a text; languages are English names or BCP 47 tags, `source` may be empty."""

    text: Text
    target: Text
    source: Text


@dataclass(frozen=True, slots=True)
class Summarize:
    """Summarize a text in about `words` words; None: as the model likes."""

    text: Text
    words: int | None


Work: TypeAlias = Prompt | Chat | Answer | Translate | Summarize


@dataclass(frozen=True, slots=True)
class Task:
    """One request of one caller. `model` is empty where the only one served is meant.

    `explains`: the caller wants to know why it goes where it goes. `is_auto`: it
    came as a free text, to be interpreted; until it is, it is a chat of one message.
    """

    request_id: str
    tenant: str
    model: str
    priority: Priority
    sampling: Sampling
    work: Work
    explains: bool = False
    is_auto: bool = False

    @property
    def kind(self) -> str:
        """The task's name in metrics and logs: "prompt", "chat", …."""
        return type(self.work).__name__.lower()

    @property
    def length(self) -> int:
        """Characters of the text that it is about; of a dialogue, messages."""
        match self.work:
            case Chat(messages):
                return len(messages)
            case Answer(question, context):
                return len(context or question)
            case Prompt(text) | Translate(text) | Summarize(text):
                return len(text)
            case _:
                assert_never(self.work)

    @property
    def field(self) -> str:
        """The request's field that it came in."""
        return "auto" if self.is_auto else self.kind
