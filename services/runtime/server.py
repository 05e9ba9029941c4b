"""A gRPC server as every room runs it: guarded, with health and reflection.

Decides what stands around a room's services, and the order of a graceful stop.
Knows no room.
"""

from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

import grpc
from grpc_health.v1 import health, health_pb2_grpc
from prometheus_client import CollectorRegistry

from services.runtime.credentials import server_credentials
from services.runtime.guard import Guard
from services.runtime.health import NOT_SERVING, SERVING, Health
from services.runtime.metrics import RpcMetrics
from services.runtime.reflection import add_reflection
from services.runtime.settings import ServerSettings, split_address
from services.runtime.transport import MIB, server_options


@dataclass(frozen=True, slots=True)
class Hosted:
    """A service to host: its full name, the servicer, the stubs' `add_…_to_server`."""

    name: str
    servicer: Any
    add: Callable[[Any, grpc.aio.Server], None]


class Server:
    """A running server. `address` is the one to tell others."""

    def __init__(
        self,
        address: str,
        health_address: str,
        names: Iterable[str],
        servicer: Health,
        server: grpc.aio.Server,
    ) -> None:
        self.address = address
        self.health_address = health_address
        self._names = ("", *names)
        self._health = servicer
        self._server = server

    async def set_serving(self, serving: bool, *names: str) -> None:
        """Tell every health watcher whether the services take calls; all of them, or those named.

        The name "" is the process as a whole.
        """
        for name in names or self._names:
            self._health.set(name, SERVING if serving else NOT_SERVING)

    async def close(self, seconds: float) -> None:
        """Take no new calls; those that run may go on for so long. Returns when all have ended.

        Peers are told to go elsewhere (GOAWAY).
        """
        self._health.end()
        await self._server.stop(seconds)


@asynccontextmanager
async def serving(
    settings: ServerSettings,
    hosted: Sequence[Hosted],
    *,
    public: bool,
    registry: CollectorRegistry,
    max_receive_bytes: int = 8 * MIB,
    connection_age: float = 0.0,
) -> AsyncIterator[Server]:
    """Serve `hosted` until the block ends; then let running calls end within a second.

    Health says NOT_SERVING until `set_serving(True)`. A room that drains does so
    before it leaves the block.

    Raises:
        OSError: an address cannot be bound.
    """
    servicer = Health()
    guard = Guard(RpcMetrics(registry), settings.tls_peers)
    options = server_options(
        public=public, max_receive_bytes=max_receive_bytes, connection_age=connection_age
    )
    async with AsyncExitStack() as stack:
        server = grpc.aio.server(interceptors=[guard], options=options)
        for each in hosted:
            each.add(each.servicer, server)
        health_pb2_grpc.add_HealthServicer_to_server(servicer, server)
        names = [each.name for each in hosted]
        if settings.reflection:
            add_reflection([*names, health.SERVICE_NAME], server)
        bound = _bind(server, settings.listen, server_credentials(settings))
        told = settings.advertise or bound
        running = Server(told, told, names, servicer, server)
        await running.set_serving(False)
        if settings.health_listen is not None:
            probed = await stack.enter_async_context(
                _probes(settings.health_listen, servicer, options)
            )
            running.health_address = _as_told(probed, told) if settings.advertise else probed
        await server.start()
        stack.push_async_callback(running.close, 1.0)
        yield running


@asynccontextmanager
async def _probes(
    address: str, servicer: Health, options: tuple[tuple[str, int | str], ...]
) -> AsyncIterator[str]:
    """Serve health alone, in plaintext: Kubernetes' and Consul's probes know no mTLS."""
    server = grpc.aio.server(options=options)
    health_pb2_grpc.add_HealthServicer_to_server(servicer, server)
    bound = _bind(server, address, None)
    await server.start()
    try:
        yield bound
    finally:
        await server.stop(0)


def _as_told(bound: str, told: str) -> str:
    """The port that was bound, at the host that others are told."""
    return f"{told.rpartition(':')[0]}:{bound.rpartition(':')[2]}"


def _bind(server: grpc.aio.Server, address: str, credentials: grpc.ServerCredentials | None) -> str:
    host, _ = split_address(address)
    try:
        if credentials is None:
            port = server.add_insecure_port(address)
        else:
            port = server.add_secure_port(address, credentials)
    except RuntimeError:
        raise OSError(
            f"{address} cannot be bound: it is taken, or not an address of this machine"
        ) from None
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
