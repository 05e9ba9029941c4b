"""The outermost interceptor: what happens to a call whatever its handler does.

Decides that a fault becomes a rich status, that any other exception becomes
INTERNAL with a reference and nothing else, that bytes which are no message are
INVALID_ARGUMENT, that only peers who may call do, and that every call is
counted. Knows no service.
"""

import asyncio
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeAlias

import grpc
import structlog

from services.runtime.metrics import RpcMetrics
from services.runtime.status import RpcFault, to_status

log = structlog.get_logger(__name__)

_HEALTH = "grpc.health.v1.Health"

Handler: TypeAlias = "grpc.RpcMethodHandler[Any, Any]"
Context: TypeAlias = "grpc.aio.ServicerContext[Any, Any]"


@dataclass(frozen=True, slots=True)
class _Malformed:
    """Stands in for a request that could not be parsed; its text stays here."""

    size: int


class Guard(grpc.aio.ServerInterceptor):
    """Wraps every handler of a server; `peers` are the identities that may call, if any are."""

    def __init__(self, metrics: RpcMetrics, peers: Sequence[str] = ()) -> None:
        self._metrics = metrics
        self._peers = frozenset(peer.encode() for peer in peers)

    async def intercept_service(
        self,
        continuation: Callable[[grpc.HandlerCallDetails], Awaitable["Handler | None"]],
        handler_call_details: grpc.HandlerCallDetails,
    ) -> "Handler | None":
        """Return the method's handler, guarded; None stays UNIMPLEMENTED."""
        handler = await continuation(handler_call_details)
        if handler is None:
            return None
        _, service, method = handler_call_details.method.split("/")
        peers = None if service == _HEALTH or not self._peers else self._peers
        return _GuardedHandler(handler, (service, method), self._metrics, peers)


class _GuardedHandler(grpc.RpcMethodHandler):  # type: ignore[type-arg]
    """A handler of the same kind as the one it wraps."""

    def __init__(
        self,
        inner: Handler,
        labels: tuple[str, str],
        metrics: RpcMetrics,
        peers: frozenset[bytes] | None,
    ) -> None:
        self.request_streaming = inner.request_streaming
        self.response_streaming = inner.response_streaming
        self.request_deserializer = _tolerant(inner.request_deserializer)
        self.response_serializer = inner.response_serializer
        self.unary_unary = self._unary if inner.unary_unary else None  # type: ignore[assignment]
        self.stream_unary = self._unary if inner.stream_unary else None  # type: ignore[assignment]
        self.unary_stream = self._stream if inner.unary_stream else None  # type: ignore[assignment]
        self.stream_stream = self._stream if inner.stream_stream else None  # type: ignore[assignment]
        self._inner: Any = (
            inner.unary_unary or inner.stream_unary or inner.unary_stream or inner.stream_stream
        )
        self._labels = labels
        self._metrics = metrics
        self._peers = peers

    async def _unary(self, request: Any, context: Context) -> Any:
        async with self._watched(context):
            return await self._inner(self._read(request), context)

    async def _stream(self, request: Any, context: Context) -> AsyncIterator[Any]:
        async with self._watched(context):
            responses = self._inner(self._read(request), context)
            if not hasattr(responses, "__aiter__"):  # a coroutine that writes by itself
                await responses
                return
            try:
                async for response in responses:
                    yield response
            finally:
                await responses.aclose()

    def _read(self, request: Any) -> Any:
        if self.request_streaming:
            return _checked_stream(request)
        return _checked(request)

    @asynccontextmanager
    async def _watched(self, context: Context) -> AsyncIterator[None]:
        began = time.monotonic()
        code = grpc.StatusCode.OK
        self._metrics.in_flight.labels(*self._labels).inc()
        try:
            _check_peer(context, self._peers)
            yield
        except RpcFault as fault:
            code = fault.code
            await _abort(context, fault)
        except (asyncio.CancelledError, GeneratorExit):
            code = grpc.StatusCode.CANCELLED
            raise
        except grpc.aio.AbortError:
            code = grpc.StatusCode(context.code()) if context.code() else grpc.StatusCode.UNKNOWN
            raise
        except Exception as error:
            code = grpc.StatusCode.INTERNAL
            ref = secrets.token_hex(4)
            service, method = self._labels
            log.exception("call failed", ref=ref, service=service, method=method, exc_info=error)
            message = f"internal error, ref={ref}"
            await _abort(context, RpcFault(code, "INTERNAL", message, metadata={"ref": ref}))
        finally:
            self._metrics.in_flight.labels(*self._labels).dec()
            self._metrics.handled.labels(*self._labels, code.name).inc()
            self._metrics.seconds.labels(*self._labels).observe(time.monotonic() - began)


def _check_peer(context: Context, peers: frozenset[bytes] | None) -> None:
    """Fail closed: a certificate with two identities, or none, is nobody's."""
    if peers is None:
        return
    identities = tuple(context.auth_context().get("peer_spiffe_id", ()))
    if len(identities) != 1 or identities[0] not in peers:
        message = "the caller's certificate names none of the identities that may call"
        raise RpcFault(grpc.StatusCode.PERMISSION_DENIED, "NOT_A_PEER", message)


async def _abort(context: Context, fault: RpcFault) -> None:
    status = to_status(fault)
    await context.abort(status.code, status.details, tuple(status.trailing_metadata))


def _tolerant(parse: Callable[[bytes], Any] | None) -> Callable[[bytes], Any] | None:
    """Wrap a deserializer: grpcio would tell its exception's text to the caller."""
    if parse is None:
        return None

    def parse_or_mark(data: bytes) -> Any:
        try:
            return parse(data)
        except Exception:  # whatever a hostile message makes a parser raise
            return _Malformed(len(data))

    return parse_or_mark


def _checked(request: Any) -> Any:
    if isinstance(request, _Malformed):
        message = f"the request's {request.size} bytes are no message of this method"
        raise RpcFault(grpc.StatusCode.INVALID_ARGUMENT, "MALFORMED", message)
    return request


async def _checked_stream(requests: AsyncIterator[Any]) -> AsyncIterator[Any]:
    async for request in requests:
        yield _checked(request)
