"""The HTTP server around the edge: uvicorn in this process's event loop.

Decides routes and limits, that each request tells who its connection's certificate
names, how many connections there may be, what those beyond are told, and how long one
may stay silent whose request has not come yet.
"""

import asyncio
import contextlib
import math
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import h11
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from gateway.edge.identity import identities_of
from gateway.edge.renewing import renewed_context
from gateway.edge.service import IDENTITIES, Edge
from gateway.settings import GatewaySettings
from services.runtime.lifecycle import background
from services.runtime.settings import split_address

_CLOSE_SECONDS = 1
# For a request's head, from the connection or its first byte on; uvicorn waits for ever.
_HEAD_SECONDS = 5.0
# Connections beyond the limit that are told so; further ones are closed without a word.
_TOLD = 64


class _Server(uvicorn.Server):
    """Signals are the process's matter."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class _Protocol(H11Protocol):
    """A connection, which knows its peer's identities, and waits for heads of requests."""

    most_connections: int
    _overdue: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        identities = identities_of(transport.get_extra_info("peercert"))
        # Every request of this connection gets a copy.
        self.app_state = {**self.app_state, IDENTITIES: identities}
        self._await_head()
        beyond = len(self.connections) - self.most_connections
        if beyond > _TOLD:
            transport.abort()
        elif beyond > 0:
            self.app = _too_many

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._look_for_head()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._look_for_head()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._await_no_head()

    def _look_for_head(self) -> None:
        begun, _ = self.conn.trailing_data
        if self.conn.their_state is not h11.IDLE or not begun:
            self._await_no_head()
        elif self._overdue is None and not self.transport.is_closing():
            self._await_head()

    def _await_head(self) -> None:
        self._overdue = self.loop.call_later(_HEAD_SECONDS, self.transport.close)

    def _await_no_head(self) -> None:
        if self._overdue is not None:
            self._overdue.cancel()
            self._overdue = None


def _protocol(most: int) -> type[_Protocol]:
    """Connections of a server that takes so many."""

    class Limited(_Protocol):
        most_connections = most

    return Limited


class HttpServer:
    """A running server; `address` is where it was bound."""

    def __init__(self, address: str, server: uvicorn.Server) -> None:
        self.address = address
        self._server = server

    def send_away(self) -> None:
        """Close every connection behind its next answer, which says so."""
        config, state = self._server.config, self._server.server_state
        config.encoded_headers = [*config.encoded_headers, (b"connection", b"close")]
        # Made from the former once a second.
        state.default_headers = config.encoded_headers

    def close(self, seconds: float) -> None:
        """Take no new connections and requests; what runs may go on for so long."""
        self._server.config.timeout_graceful_shutdown = math.ceil(seconds)
        self._server.should_exit = True


@asynccontextmanager
async def serving_http(
    edge: Edge, listen: str, settings: GatewaySettings
) -> AsyncIterator[HttpServer]:
    """Serve until the block ends; whoever drains closes the server before.

    Raises:
        OSError: it cannot be bound, or the TLS files cannot be used.
    """
    host, port = split_address(listen)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, port), family=family, backlog=1024) as bound:
        config = uvicorn.Config(
            _application(edge),
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            date_header=False,
            http=_protocol(settings.http_connections),
        )
        config.load()
        config.ssl = renewed_context(settings)
        server = _Server(config)
        async with background("http", server.serve([bound])) as serving:
            name = f"[{host}]" if ":" in host else host
            running = HttpServer(f"{name}:{bound.getsockname()[1]}", server)
            yield running
            if not server.should_exit:
                running.close(_CLOSE_SECONDS)
            await asyncio.wait((serving,))


def _application(edge: Edge) -> Starlette:
    return Starlette(
        routes=[
            Route("/v1/chat/completions", edge.chat, methods=["POST"]),
            Route("/v1/completions", edge.completion, methods=["POST"]),
            Route("/v1/models", edge.models, methods=["GET"]),
            Route("/healthz", _alive, methods=["GET"]),
        ],
        exception_handlers={404: _no_such_path, 405: _no_such_path},
    )


async def _alive(_request: Request) -> Response:
    return Response("ok\n", media_type="text/plain")


async def _too_many(scope: Scope, receive: Receive, send: Send) -> None:
    error = {"message": "this gateway has its limit of HTTP connections", "param": None}
    error |= {"type": "server_error", "code": "TOO_MANY_CONNECTIONS"}
    headers = {"retry-after": "1", "connection": "close"}
    await JSONResponse({"error": error}, 503, headers)(scope, receive, send)


async def _no_such_path(request: Request, _error: Exception) -> Response:
    message = f"there is no {request.method} here; see /v1/chat/completions, /v1/completions, "
    error = {"message": f"{message}/v1/models", "type": "not_found_error", "param": None}
    return JSONResponse({"error": {**error, "code": "NO_SUCH_PATH"}}, status_code=404)
