"""Many tasks over one call.

Decides how many of them run at once (no more is read meanwhile: HTTP/2's
windows hold the caller back), and that each fails for itself. A doubled id
fails the call: an error under that id could not be told from the other's.
"""

import asyncio
import math
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable

import grpc
import structlog
from evenflow.v1 import inference_pb2
from evenflow.v1.generation_pb2 import GenerateResponse

from gateway.calls.intake import Caller, Intake
from gateway.relay.relay import Deliver
from services.runtime.lifecycle import background
from services.runtime.status import RpcFault, Violation

log = structlog.get_logger(__name__)

_MAX_ID = 64


class Batch:
    """One call.

    Args:
        intake: answers each task.
        caller: gives the caller of a task that arrives now.
        write: sends a response; waits while the caller does not read.
        limit: tasks in flight.
    """

    def __init__(
        self,
        intake: Intake,
        caller: Callable[[], Caller],
        write: Callable[[inference_pb2.BatchResponse], Awaitable[None]],
        limit: int,
    ) -> None:
        self._intake = intake
        self._caller = caller
        self._write = write
        # A task may end at its deadline while the caller does not read. A write that is
        # broken off goes on inside grpcio, which takes one at a time: so no task writes.
        self._responses: asyncio.Queue[inference_pb2.BatchResponse] = asyncio.Queue(1)
        self._room = asyncio.Semaphore(limit)
        self._ids: set[str] = set()

    async def answer(self, requests: AsyncIterator[inference_pb2.BatchRequest]) -> None:
        """Answer tasks until the caller has half-closed and the last has ended.

        Raises:
            RpcFault: the call itself is wrong; all its tasks are cancelled.
        """
        async with background("batch responses", self._write_all()):
            await self._answer_all(requests)
            await self._responses.join()

    async def _answer_all(self, requests: AsyncIterator[inference_pb2.BatchRequest]) -> None:
        wrong: BaseException | None = None
        try:
            async with asyncio.TaskGroup() as group:
                await self._room.acquire()
                async for request in requests:
                    self._claim(request.id)
                    group.create_task(self._one(request))
                    await self._room.acquire()
        except* RpcFault as faults:  # raised here it would come out in a group
            wrong = faults.exceptions[0]
        if wrong is not None:
            raise wrong

    def _claim(self, task_id: str) -> None:
        if task_id in self._ids:
            rule = "is the id of a task in flight on this call"
            code, violations = grpc.StatusCode.INVALID_ARGUMENT, [Violation("id", rule)]
            raise RpcFault(code, "INVALID_FIELD", f"id: {rule}", violations=violations)
        self._ids.add(task_id)

    async def _one(self, request: inference_pb2.BatchRequest) -> None:
        try:
            await self._intake.answer(_checked(request), self._caller(), self._deliver(request.id))
        except RpcFault as fault:
            await self._fail(request.id, fault)
        except Exception:
            ref = secrets.token_hex(4)
            log.exception("task failed", ref=ref)
            code, metadata = grpc.StatusCode.INTERNAL, {"ref": ref}
            unknown = RpcFault(code, "INTERNAL", f"internal error, ref={ref}", metadata=metadata)
            await self._fail(request.id, unknown)
        finally:
            self._room.release()

    def _deliver(self, task_id: str) -> Deliver:
        async def deliver(message: GenerateResponse) -> None:
            # The caller may use the id again as soon as it has seen the end.
            if message.HasField("finished"):
                self._ids.discard(task_id)
            await self._responses.put(inference_pb2.BatchResponse(id=task_id, response=message))

        return deliver

    async def _fail(self, task_id: str, fault: RpcFault) -> None:
        self._ids.discard(task_id)
        await self._responses.put(inference_pb2.BatchResponse(id=task_id, error=task_error(fault)))

    async def _write_all(self) -> None:
        while True:
            await self._write(await self._responses.get())
            self._responses.task_done()


def task_error(fault: RpcFault) -> inference_pb2.TaskError:
    """Render a fault as a message, with what its status would have carried."""
    return inference_pb2.TaskError(
        code=fault.code.value[0],
        message=fault.message,
        reason=fault.reason,
        retry_after_ms=math.ceil((fault.retry_after or 0) * 1000),
        violations=[
            inference_pb2.FieldViolation(field=v.field, description=v.description)
            for v in fault.violations
        ],
    )


def _checked(request: inference_pb2.BatchRequest) -> inference_pb2.GenerateRequest:
    if not 1 <= len(request.id) <= _MAX_ID:
        rule = f"{len(request.id)} characters; must be 1 to {_MAX_ID}"
        code, violations = grpc.StatusCode.INVALID_ARGUMENT, [Violation("id", rule)]
        raise RpcFault(code, "INVALID_FIELD", f"id: {rule}", violations=violations)
    return request.request
