"""An answer in OpenAI's words: whole, or in chunks as it comes.

Pure but for protobuf. Decides the JSON of chat and text completions, and what of
an answer that is told again its caller has not had. Knows neither HTTP nor where
messages come from.
"""

from dataclasses import dataclass, field, replace
from typing import Any

from evenflow.v1 import generation_pb2

from gateway.edge.resuming import Told

_REASONS = {
    generation_pb2.FINISH_REASON_STOP: "stop",
    generation_pb2.FINISH_REASON_LENGTH: "length",
}


@dataclass(slots=True)
class Teller:
    """One answer; `created` is in Unix seconds. What is `behind` the caller makes no chunk."""

    is_chat: bool
    created: int
    behind: Told | None = None
    id: str = ""
    model: str = ""
    revision: str = ""
    seed: int = 0
    reached: Told = Told()
    _texts: list[str] = field(default_factory=list)
    _scores: list[Any] = field(default_factory=list)
    _reason: str | None = None
    _usage: dict[str, Any] | None = None

    def told(self, message: generation_pb2.GenerateResponse) -> dict[str, Any] | None:
        """The chunk that a message makes; None where it makes none."""
        match message.WhichOneof("event"):
            case "started":
                return self._started(message.started)
            case "delta":
                return self._delta(message.delta)
            case "finished":
                return self._finished(message.finished)
            case _:
                return None

    def usage_chunk(self) -> dict[str, Any] | None:
        """The chunk behind the last that tells what was used; None where it was told."""
        self.reached = replace(self.reached, ends=2)
        if self.behind is not None and self.behind.ends >= 2:
            return None
        return {**self._frame(is_chunk=True), "choices": [], "usage": self._usage}

    def whole(self) -> dict[str, Any]:
        """The answer in one object, after its last message."""
        text = "".join(self._texts)
        choice: dict[str, Any] = {"index": 0, "finish_reason": self._reason}
        if self.is_chat:
            choice["message"] = {"role": "assistant", "content": text, "refusal": None}
        else:
            choice["text"] = text
        choice["logprobs"] = self._logprobs(self._scores, text_at=0) if self._scores else None
        return {**self._frame(is_chunk=False), "choices": [choice], "usage": self._usage}

    def _started(self, started: generation_pb2.Started) -> dict[str, Any] | None:
        prefix = "chatcmpl" if self.is_chat else "cmpl"
        self.id = f"{prefix}-{started.request_id}"
        self.model, self.revision, self.seed = started.model, started.model_revision, started.seed
        if not self.is_chat or self.behind is not None:
            return None
        return self._chunk({"role": "assistant", "content": ""}, "", None, [])

    def _delta(self, delta: generation_pb2.Delta) -> dict[str, Any] | None:
        before = self.reached
        self.reached = Told(
            before.tokens + len(delta.token_ids), before.characters + len(delta.text)
        )
        self._texts.append(delta.text)
        self._scores += delta.logprobs
        text, scores, text_at = delta.text, list(delta.logprobs), before.characters
        if self.behind is not None:
            tokens = max(0, self.behind.tokens - before.tokens)
            text = text[max(0, self.behind.characters - before.characters) :]
            if not text and tokens >= len(delta.token_ids):
                return None
            text_at += sum(len(score.text) for score in scores[:tokens])
            scores = scores[tokens:]
        return self._chunk({"content": text}, text, None, scores, text_at)

    def _finished(self, finished: generation_pb2.Finished) -> dict[str, Any] | None:
        self.reached = replace(self.reached, ends=1)
        self._reason = _REASONS.get(finished.reason, "stop")
        usage = finished.usage
        self._usage = {
            "prompt_tokens": usage.prompt_tokens,
            "completion_tokens": usage.completion_tokens,
            "total_tokens": usage.prompt_tokens + usage.completion_tokens,
            "prompt_tokens_details": {"cached_tokens": usage.cached_tokens},
        }
        if self.behind is not None and self.behind.ends >= 1:
            return None
        return self._chunk({}, "", self._reason, [])

    def _chunk(
        self, delta: Any, text: str, reason: str | None, scores: Any, text_at: int = 0
    ) -> dict[str, Any]:
        choice = {"index": 0, **({"delta": delta} if self.is_chat else {"text": text})}
        choice["finish_reason"] = reason
        choice["logprobs"] = self._logprobs(scores, text_at) if scores else None
        return {**self._frame(is_chunk=True), "choices": [choice]}

    def _frame(self, *, is_chunk: bool) -> dict[str, Any]:
        kind = "text_completion"
        if self.is_chat:
            kind = "chat.completion.chunk" if is_chunk else "chat.completion"
        return {
            "id": self.id,
            "object": kind,
            "created": self.created,
            "model": self.model,
            # What OpenAI calls what must be equal for a seed to give the same answer.
            "system_fingerprint": self.revision,
        }

    def _logprobs(self, scores: Any, text_at: int) -> dict[str, Any]:
        if self.is_chat:
            return {"content": [_scored(score) for score in scores], "refusal": None}
        offsets = []
        for score in scores:
            offsets.append(text_at)
            text_at += len(score.text)
        return {
            "tokens": [score.text for score in scores],
            "token_logprobs": [score.logprob for score in scores],
            "top_logprobs": [{a.text: a.logprob for a in score.alternatives} for score in scores],
            "text_offset": offsets,
        }


def _scored(score: generation_pb2.TokenLogprob) -> dict[str, Any]:
    return {
        **_token(score),
        "top_logprobs": [_token(alternative) for alternative in score.alternatives],
    }


def _token(score: generation_pb2.TokenLogprob) -> dict[str, Any]:
    return {"token": score.text, "logprob": score.logprob, "bytes": list(score.text.encode())}
