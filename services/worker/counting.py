"""CountTokens: how long texts are in the model's own tokens.

Decides what may be asked at once, and that one call after the other is counted:
it takes a processor away from those who decode. Knows no slots; the texts are
wrapped as soon as they are read.
"""

import asyncio
from collections.abc import Iterator, Sequence
from typing import Protocol, runtime_checkable

import grpc
from evenflow.v1 import worker_pb2

from services.runtime.status import RpcFault, Violation
from services.runtime.text import Text
from services.worker.engines.engine import Engine

TEXTS = 4096
TOTAL_BYTES = 1 << 20


@runtime_checkable
class TokenCounter(Protocol):
    """An Engine that can tell how long texts are in its model's tokens."""

    async def count_tokens(self, texts: Sequence[Text]) -> Sequence[int]:
        """Count each text as a prompt of its own; takes no slot."""
        ...


class Counting:
    """Counts for all who ask."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._turn = asyncio.Lock()

    async def count(self, request: worker_pb2.CountTokensRequest) -> worker_pb2.CountTokensResponse:
        """Count; raises RpcFault."""
        engine = self._engine
        if not isinstance(engine, TokenCounter):
            message = "this engine has no tokenizer of its own"
            raise RpcFault(grpc.StatusCode.UNIMPLEMENTED, "NO_TOKENIZER", message)
        if violations := list(_faults(request)):
            raise RpcFault(
                grpc.StatusCode.INVALID_ARGUMENT,
                "INVALID_FIELD",
                "; ".join(f"{fault.field}: {fault.description}" for fault in violations),
                violations=violations,
            )
        async with self._turn:
            tokens = await engine.count_tokens([Text(text) for text in request.texts])
        return worker_pb2.CountTokensResponse(
            tokens=tokens,
            model_revision=self._engine.info.revision,
            context_tokens=self._engine.info.context_tokens,
        )


def _faults(request: worker_pb2.CountTokensRequest) -> Iterator[Violation]:
    if len(request.texts) > TEXTS:
        yield Violation("texts", f"{len(request.texts)} texts; must be at most {TEXTS}")
        return
    size = sum(len(text.encode()) for text in request.texts)
    if size > TOTAL_BYTES:
        yield Violation("texts", f"{size} bytes together; must be at most {TOTAL_BYTES}")
