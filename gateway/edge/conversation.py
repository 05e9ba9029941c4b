"""One answer on its way to one HTTP caller.

Carries out: the intake answers in a task of its own, this side takes message by
message. Decides that the intake waits while the caller does not read, and that a
caller who leaves cancels. Knows no JSON.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from evenflow.v1.generation_pb2 import GenerateResponse
from evenflow.v1.inference_pb2 import GenerateRequest

from gateway.calls.intake import Caller, Intake
from services.runtime.lifecycle import background

_AHEAD = 16  # messages that the answer may be ahead of its reader


class Conversation:
    """Messages, then the end; `__anext__` raises what the intake raised."""

    def __init__(self) -> None:
        self._messages: asyncio.Queue[GenerateResponse | None] = asyncio.Queue(_AHEAD)
        self._failure: BaseException | None = None

    def __aiter__(self) -> AsyncIterator[GenerateResponse]:
        return self

    async def __anext__(self) -> GenerateResponse:
        message = await self._messages.get()
        if message is not None:
            return message
        if self._failure is not None:
            raise self._failure
        raise StopAsyncIteration

    async def _run(self, intake: Intake, request: GenerateRequest, caller: Caller) -> None:
        try:
            await intake.answer(request, caller, self._messages.put)
        except Exception as error:
            self._failure = error
        await self._messages.put(None)


@asynccontextmanager
async def conversing(
    intake: Intake, request: GenerateRequest, caller: Caller
) -> AsyncIterator[Conversation]:
    """Have a request answered; leaving the block before the end cancels it."""
    conversation = Conversation()
    async with background("http answer", conversation._run(intake, request, caller)):
        yield conversation
