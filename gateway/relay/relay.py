"""The interface of this folder: Relay, and how an attempt fails.

A relay carries one worker's stream to the caller, message by message and in
order, each unchanged. It knows no retries, no tickets and no journal.
"""

from collections.abc import Awaitable, Callable
from typing import Protocol, TypeAlias

from evenflow.v1.generation_pb2 import GenerateResponse

from gateway.runs.attempts import Failure
from gateway.tasks.plan import Step
from gateway.tickets import Grant

Deliver: TypeAlias = Callable[[GenerateResponse], Awaitable[None]]


class AttemptFailed(Exception):
    """The worker's stream ended with anything but OK."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(f"{failure.worker_id}: {failure.kind.value}")
        self.failure = failure


class Relay(Protocol):
    """Carries a worker's stream."""

    async def carry(
        self, grant: Grant, request_id: str, step: Step, timeout: float, deliver: Deliver
    ) -> None:
        """Run `step` on the granted worker and deliver each message.

        Returns when the worker's stream has ended well. Whichever way it ends,
        cancelled or by what `deliver` raises, the worker's call ends with it.
        The next message is read when `deliver` has returned.

        Args:
            grant: where to go.
            request_id: the request's name, told to the worker.
            step: what to run.
            timeout: seconds left; the worker's call has this deadline.
            deliver: takes the messages.

        Raises:
            AttemptFailed: the worker's stream ended otherwise.
        """
        ...
