"""The OpenAI-compatible API, as HTTP's callers see it.

Decides what of a call's headers matters, when an answer is a status and when it
has begun to stream, and how a stream that has begun tells a failure. What is
asked is read by `asking.py`, told by `telling.py` and done by the intake.
"""

import asyncio
import json
import secrets
import time
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import AsyncExitStack
from typing import Any

import grpc
import structlog
from evenflow.v1.generation_pb2 import GenerateResponse
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from gateway.calls.intake import Caller, Intake
from gateway.edge.asking import Asked, Json, read_chat, read_completion
from gateway.edge.conversation import Conversation, conversing
from gateway.edge.faults import body_of, headers_of, status_of
from gateway.edge.resuming import Place, read_place
from gateway.edge.telling import Teller
from gateway.errors import GatewayError, InvalidTask, Refusal, Refused
from gateway.fleet import Fleet
from gateway.statuses import fault_of
from gateway.tenants.door import TENANT_KEY, Door, Shown
from services.runtime.lifecycle import background
from services.runtime.status import RpcFault

log = structlog.get_logger(__name__)

# Where a request's state holds the SPIFFE identities of its caller's certificate.
IDENTITIES = "identities"
_HTTP_TIMEOUT = "x-request-timeout"  # seconds


class Edge:
    """The endpoints.

    Args:
        intake: takes requests in.
        fleet: gives the fleet as it is now.
        door: says whose a call is.
        peers: the SPIFFE identities that may call, if any are set.
        max_body: bytes of a body.
        default_deadline: seconds of a call that sets no limit.
        longest_deadline: seconds to which a longer limit is shortened.
    """

    def __init__(
        self,
        intake: Intake,
        fleet: Callable[[], Fleet],
        door: Door,
        *,
        peers: Collection[str],
        max_body: int,
        default_deadline: float,
        longest_deadline: float,
    ) -> None:
        self._intake = intake
        self._fleet = fleet
        self._door = door
        self._peers = frozenset(peers)
        self._max_body = max_body
        self._default_deadline = default_deadline
        self._longest_deadline = longest_deadline
        self._clock = asyncio.get_running_loop().time

    async def chat(self, request: Request) -> Response:
        """POST /v1/chat/completions."""
        return await self._complete(request, read_chat)

    async def completion(self, request: Request) -> Response:
        """POST /v1/completions."""
        return await self._complete(request, read_completion)

    async def models(self, request: Request) -> Response:
        """GET /v1/models."""
        try:
            allowed = self._caller(request).tenant.limits.models
        except RpcFault as fault:
            return _failed(fault)
        served = [m.name for m in self._fleet().models if allowed is None or m.name in allowed]
        models = [
            {"id": name, "object": "model", "created": 0, "owned_by": "evenflow"} for name in served
        ]
        return JSONResponse({"object": "list", "data": models})

    async def _complete(self, request: Request, read: Callable[[Json], Asked]) -> Response:
        try:
            caller = self._caller(request)
            asked = read(await self._body(request, caller.deadline))
            resumed = _resumed_at(request, asked)
            async with background("http caller", _leaving(request)):
                return await self._answer(asked, caller, resumed)
        except InvalidTask as error:
            return _failed(fault_of(error))
        except RpcFault as fault:
            return _failed(fault)
        except ClientDisconnect:
            return Response(status_code=499)
        except Exception:
            return _failed(_unknown())

    async def _answer(self, asked: Asked, caller: Caller, resumed: Place | None) -> Response:
        behind = None if resumed is None else resumed.told
        teller = Teller(asked.is_chat, created=int(time.time()), behind=behind)
        async with AsyncExitStack() as stack:
            answer = await stack.enter_async_context(
                conversing(self._intake, asked.request, caller)
            )
            if not asked.is_stream:
                async for message in answer:
                    teller.told(message)
                return JSONResponse(teller.whole())
            # Until here a failure is a status; from here on it is an event.
            first = await anext(answer)
            if resumed is not None and first.started.model_revision != resumed.revision:
                raise _cannot_go_on()
            ongoing = stack.pop_all()
        events = _events(asked, teller, first, answer, ongoing)
        headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
        return StreamingResponse(events, media_type="text/event-stream", headers=headers)

    def _caller(self, request: Request) -> Caller:
        headers = request.headers
        identities: tuple[str, ...] = request.scope.get("state", {}).get(IDENTITIES, ())
        if self._peers and self._peers.isdisjoint(identities):
            message = "the caller's certificate names none of the identities that may call"
            raise RpcFault(grpc.StatusCode.PERMISSION_DENIED, "NOT_A_PEER", message)
        shown = Shown(headers.getlist(TENANT_KEY), headers.getlist("authorization"), identities)
        try:
            tenant = self._door.tenant(shown)
        except GatewayError as error:
            raise fault_of(error) from None
        return Caller(tenant, self._clock() + self._seconds(headers.get(_HTTP_TIMEOUT)))

    def _seconds(self, told: str | None) -> float:
        try:
            seconds = self._default_deadline if told is None else float(told)
        except ValueError:
            seconds = 0.0
        if not 0 < seconds <= 1e6:
            raise _wrong(f"{_HTTP_TIMEOUT}: must be a number of seconds above 0")
        return min(seconds, self._longest_deadline)

    async def _body(self, request: Request, deadline: float) -> Json:
        content = bytearray()
        try:
            async with asyncio.timeout_at(deadline):
                async for part in request.stream():
                    content += part
                    if len(content) > self._max_body:
                        message = f"the body is larger than {self._max_body} bytes"
                        raise RpcFault(grpc.StatusCode.INVALID_ARGUMENT, "TOO_LARGE", message)
        except TimeoutError:
            message = "the deadline passed before the body was complete"
            raise fault_of(Refused(Refusal.DEADLINE, message)) from None
        try:
            body = json.loads(bytes(content))
        except (ValueError, RecursionError):
            raise _wrong("the body is not JSON") from None
        if not isinstance(body, dict):
            raise _wrong("the body is no JSON object")
        return body


async def _leaving(request: Request) -> None:
    """Raise once the caller is gone; nothing else would tell before an answer begins."""
    while (await request.receive())["type"] != "http.disconnect":
        pass
    raise ClientDisconnect


async def _events(
    asked: Asked,
    teller: Teller,
    first: GenerateResponse,
    answer: Conversation,
    ongoing: AsyncExitStack,
) -> AsyncIterator[bytes]:
    async with ongoing:
        started = first.started
        try:
            async for chunk in _chunks(asked, teller, first, answer):
                place = Place(
                    started.request_id, started.seed, started.model_revision, teller.reached
                )
                yield _event(json.dumps(chunk, ensure_ascii=False), place)
        except RpcFault as fault:
            yield _event(json.dumps(body_of(fault)), None)
            return
        except Exception:
            yield _event(json.dumps(body_of(_unknown())), None)
            return
        yield _event("[DONE]", None)


async def _chunks(
    asked: Asked, teller: Teller, first: GenerateResponse, answer: Conversation
) -> AsyncIterator[dict[str, Any]]:
    if chunk := teller.told(first):
        yield chunk
    async for message in answer:
        if chunk := teller.told(message):
            yield chunk
    if asked.wants_usage and (chunk := teller.usage_chunk()):
        yield chunk


def _event(data: str, place: Place | None) -> bytes:
    named = "" if place is None else f"id: {place}\n"
    return f"{named}data: {data}\n\n".encode()


def _resumed_at(request: Request, asked: Asked) -> Place | None:
    """Where a stream is to go on; its request gets the seed and the id that it had."""
    told = request.headers.get("last-event-id")
    if told is None or not asked.is_stream:
        return None
    place = read_place(told)
    if place is None:
        raise _wrong("Last-Event-ID: is no id of an event of ours")
    asked.request.request_id = place.request_id
    if not asked.request.sampling.HasField("seed") and asked.request.sampling.temperature > 0:
        asked.request.sampling.seed = place.seed
    return place


def _cannot_go_on() -> RpcFault:
    message = "Last-Event-ID: the model has changed since; this answer cannot go on"
    return RpcFault(grpc.StatusCode.FAILED_PRECONDITION, "OTHER_REVISION", message)


def _wrong(message: str) -> RpcFault:
    return RpcFault(grpc.StatusCode.INVALID_ARGUMENT, "INVALID_FIELD", message)


def _unknown() -> RpcFault:
    """Nothing but a reference: an exception's text may quote a prompt. Call while handling it."""
    ref = secrets.token_hex(4)
    log.exception("http call failed", ref=ref)
    code = grpc.StatusCode.INTERNAL
    return RpcFault(code, "INTERNAL", f"internal error, ref={ref}", metadata={"ref": ref})


def _failed(fault: RpcFault) -> Response:
    return JSONResponse(body_of(fault), status_of(fault), headers_of(fault))
