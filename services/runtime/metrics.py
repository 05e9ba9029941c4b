"""Metrics: a Prometheus page on a port of its own, and those of every RPC.

Decides nothing about what rooms count: each has its own `metrics.py` over the
registry that its app makes. There is no global registry.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, start_http_server

from services.runtime.settings import split_address

SECONDS = (0.001, 0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300)


class RpcMetrics:
    """Calls of one server: how many, how they ended, how long they took."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.handled = Counter(
            "grpc_server_handled_total",
            "Calls that have ended",
            ["grpc_service", "grpc_method", "grpc_code"],
            registry=registry,
        )
        self.in_flight = Gauge(
            "grpc_server_in_flight",
            "Calls that run",
            ["grpc_service", "grpc_method"],
            registry=registry,
        )
        self.seconds = Histogram(
            "grpc_server_handling_seconds",
            "Seconds from a call's arrival to its end",
            ["grpc_service", "grpc_method"],
            buckets=SECONDS,
            registry=registry,
        )


@asynccontextmanager
async def serving_metrics(
    address: str | None, registry: CollectorRegistry
) -> AsyncIterator[str | None]:
    """Serve `registry` as a Prometheus page; yields the bound address, None where none is wanted.

    Raises:
        OSError: the address cannot be bound.
    """
    if address is None:
        yield None
        return
    host, port = split_address(address)
    server, thread = start_http_server(port, host, registry)
    try:
        yield f"{host}:{server.server_port}"
    finally:
        await asyncio.to_thread(server.shutdown)  # waits up to half a second for its loop
        server.server_close()
        thread.join()
