"""The least that Consul takes for a worker: a gRPC server with a health service."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import grpc
from grpc_health.v1 import health, health_pb2, health_pb2_grpc

from services.discovery.endpoint import WORKER, Endpoint, Registration


class Worker:
    """A gRPC server with a health service, and its registration."""

    def __init__(self, name: str, address: str, servicer: health.aio.HealthServicer) -> None:
        self.endpoint = Endpoint(name, address, ("model=m", "zone=z"))
        self.registration = Registration(WORKER, self.endpoint, health_address=address)
        self._servicer = servicer

    async def set_serving(self, serving: bool) -> None:
        status = health_pb2.HealthCheckResponse
        await self._servicer.set("", status.SERVING if serving else status.NOT_SERVING)


@asynccontextmanager
async def worker(name: str) -> AsyncIterator[Worker]:
    server = grpc.aio.server()
    servicer = health.aio.HealthServicer()
    health_pb2_grpc.add_HealthServicer_to_server(servicer, server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    try:
        yield Worker(name, f"127.0.0.1:{port}", servicer)
    finally:
        await server.stop(None)
