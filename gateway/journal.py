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
    """The events of one stream, as one worker after another sent them."""

    def __init__(self, max_tokens: int) -> None:
        self._worker_id = ""
        self._max_tokens = max_tokens
        self._tokens = array("I")
        self._expects_started = False
        self._has_tail = False
        self.origin: Origin | None = None
        self.is_finished = False

    def given_to(self, worker_id: str) -> None:
        """This worker is to go on from here; it begins with a Started of its own."""
        self._worker_id = worker_id
        self._expects_started = True

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

    def began(self, origin: Origin) -> bool:
        """A worker's first event; whether it is the caller's first too."""
        if not self._expects_started:
            raise self._garbled("a second Started")
        self._expects_started = False
        if self.origin is None:
            self.origin = origin
            return True
        before = (self.origin.model_revision, self.origin.seed, self.origin.prompt_tokens)
        if (origin.model_revision, origin.seed, origin.prompt_tokens) != before:
            raise self._garbled("another revision, seed or prompt than the stream began with")
        return False

    def added(self, position: int, tokens: Iterable[int]) -> bool:
        """More of the answer; `position` is the place of the first of `tokens`.

        Returns whether it is new to the caller: text without tokens belongs to
        the end, and comes again from who goes on behind it.
        """
        self._expect_running("Delta")
        tokens = tuple(tokens)
        if not tokens:
            is_new, self._has_tail = not self._has_tail, True
            return is_new
        if position != self.position:
            raise self._garbled(f"a Delta at position {position}")
        if self.position + len(tokens) > self._max_tokens:
            raise self._garbled(f"more than max_tokens {self._max_tokens}")
        self._tokens.extend(tokens)
        return True

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
        if self._expects_started or self.origin is None:
            raise self._garbled(f"{event} before Started")

    def _garbled(self, what: str) -> Garbled:
        return Garbled(self._worker_id, self.position, what)

    def __repr__(self) -> str:
        state = "finished" if self.is_finished else "running" if self.has_begun else "not begun"
        return f"<Journal {self._worker_id} {state}, {self.position} tokens>"
