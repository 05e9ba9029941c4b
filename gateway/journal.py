"""What has been passed on for a stream: enough to tell garbage, and to go on elsewhere.

Pure. Decides whether a worker's events keep their order. Knows neither
messages nor texts: tokens alone say where a stream stands.
"""

from array import array
from collections.abc import Iterable
from dataclasses import dataclass

from gateway.errors import Garbled


@dataclass(frozen=True, slots=True)
class Origin:
    """Who runs a stream, and what must stay equal wherever it goes on."""

    worker_id: str
    worker_epoch: int
    model_revision: str
    seed: int
    prompt_tokens: int


class Journal:
    """The events of one stream, as a worker sent them."""

    def __init__(self, worker_id: str, max_tokens: int) -> None:
        self._worker_id = worker_id
        self._max_tokens = max_tokens
        self._tokens = array("I")
        self.origin: Origin | None = None
        self.is_finished = False

    @property
    def has_begun(self) -> bool:
        """Whether the caller has seen anything of this stream."""
        return self.origin is not None

    @property
    def position(self) -> int:
        """Place of the next token in the answer."""
        return len(self._tokens)

    @property
    def tokens(self) -> tuple[int, ...]:
        """The answer so far."""
        return tuple(self._tokens)

    def began(self, origin: Origin) -> None:
        """The first event."""
        if self.origin is not None:
            raise self._garbled("a second Started")
        self.origin = origin

    def added(self, position: int, tokens: Iterable[int]) -> None:
        """More of the answer; `position` is the place of the first of `tokens`."""
        self._expect_running("Delta")
        tokens = tuple(tokens)
        # A Delta of text alone has no place of its own.
        if tokens and position != self.position:
            raise self._garbled(f"a Delta at position {position}")
        if self.position + len(tokens) > self._max_tokens:
            raise self._garbled(f"more than max_tokens {self._max_tokens}")
        self._tokens.extend(tokens)

    def progressed(self) -> None:
        """How far a task of many steps has come."""
        self._expect_running("Progress")

    def finished(self, completion_tokens: int) -> None:
        """The last event."""
        self._expect_running("Finished")
        if self.position < completion_tokens:
            raise self._garbled(f"Finished counts {completion_tokens}")
        self.is_finished = True

    def closed(self) -> None:
        """The worker's stream has ended well; so must the answer have."""
        if not self.is_finished:
            raise self._garbled("the stream ended without Finished")

    def garbled(self) -> None:
        """An event that is none."""
        raise self._garbled("an empty event")

    def _expect_running(self, event: str) -> None:
        if self.is_finished:
            raise self._garbled(f"{event} after Finished")
        if self.origin is None:
            raise self._garbled(f"{event} before Started")

    def _garbled(self, what: str) -> Garbled:
        return Garbled(self._worker_id, self.position, what)

    def __repr__(self) -> str:
        state = "finished" if self.is_finished else "running" if self.has_begun else "not begun"
        return f"<Journal {self._worker_id} {state}, {self.position} tokens>"
