"""What a caller has been told of an explanation: enough to go on with it elsewhere.

Decides which of a worker's events are new to the caller: one worker after another
explains the same tokens, and says the same of them. Knows no leases and no calls.
"""

from evenflow.v1.explanation_pb2 import ExplainResponse, ExplanationProgress, ExplanationStarted

from gateway.errors import Garbled


class Differs(Exception):
    """This worker explains other tokens, or another revision, than the caller was told of."""


class Told:
    """The events of one explanation, as one worker after another sent them."""

    def __init__(self) -> None:
        self._worker_id = ""
        self._has_started = False  # in this attempt
        self.started: ExplanationStarted | None = None
        self.attributions = 0
        self.answered = 0
        self.passes = 0
        self.is_finished = False

    def given_to(self, worker_id: str) -> None:
        """This worker is to explain it, from the beginning."""
        self._worker_id = worker_id
        self._has_started = False

    @property
    def answer(self) -> tuple[int, ...]:
        """The tokens of the answer that the caller was told of."""
        return tuple(token.token_id for token in self.started.answer) if self.started else ()

    @property
    def tokens(self) -> int:
        """Tokens of prompt and answer; of the answer alone while no more is known."""
        if self.started is None:
            return self.answered
        return len(self.started.prompt) + len(self.started.answer)

    def is_new(self, response: ExplainResponse) -> bool:
        """Note an event; whether the caller is to hear it.

        Raises:
            Differs: it is of another explanation than the one that was begun.
            Garbled: it cannot follow what came before.
        """
        if self.is_finished:
            raise self._garbled("something after Finished")
        match response.WhichOneof("event"):
            case "progress":
                return self._progressed(response.progress)
            case "started":
                return self._began(response.started)
            case "attribution" if self._has_started:
                return self._attributed(response.attribution.position)
            case "finished" if self._has_started:
                self.is_finished = True
                return True
            case _:
                raise self._garbled("an event out of its order")

    def ended(self) -> None:
        """The worker's stream has ended well; raises Garbled where that was too soon."""
        if not self.is_finished:
            raise self._garbled("an end without Finished")

    def _progressed(self, progress: ExplanationProgress) -> bool:
        if progress.stage == ExplanationProgress.STAGE_ANSWERING:
            self.answered = max(self.answered, progress.done)
        if progress.stage == ExplanationProgress.STAGE_COMPUTING:
            self.passes += 1
        return True

    def _began(self, started: ExplanationStarted) -> bool:
        if self._has_started:
            raise self._garbled("a second Started")
        self._has_started = True
        if self.started is None:
            self.started = started
            return True
        if _explained(started) != _explained(self.started):
            raise Differs
        return False

    def _attributed(self, position: int) -> bool:
        if position > self.attributions:
            raise self._garbled("an attribution is missing")
        is_new = position == self.attributions
        self.attributions += is_new
        return is_new

    def _garbled(self, what: str) -> Garbled:
        return Garbled(self._worker_id, self.attributions, what)


def _explained(started: ExplanationStarted) -> tuple[object, ...]:
    prompt = tuple(token.token_id for token in started.prompt)
    answer = tuple(token.token_id for token in started.answer)
    return started.model, started.model_revision, prompt, answer
