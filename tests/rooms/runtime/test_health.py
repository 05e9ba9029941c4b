"""Health is told to all who read, whatever another watcher does."""

import asyncio
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from prometheus_client import CollectorRegistry

from services.runtime.server import Server, serving
from services.runtime.settings import ServerSettings

PATIENCE = 20
SERVING = health_pb2.HealthCheckResponse.SERVING
NOT_SERVING = health_pb2.HealthCheckResponse.NOT_SERVING
UNKNOWN = health_pb2.HealthCheckResponse.SERVICE_UNKNOWN
# HTTP/2: kinds of frames, a flag, and the setting of the window that every stream begins with.
DATA, HEADERS, SETTINGS, PING = 0, 1, 4, 6
END_STREAM = ACK = 1
END_HEADERS = 4
INITIAL_WINDOW = 4
WATCH = {
    ":method": "POST",
    ":scheme": "http",
    ":path": "/grpc.health.v1.Health/Watch",
    ":authority": "x",
    "content-type": "application/grpc",
    "te": "trailers",
}


@asynccontextmanager
async def served(**settings: str) -> AsyncIterator[Server]:
    told, registry = ServerSettings(**settings), CollectorRegistry()
    async with serving(told, [], public=True, registry=registry) as server:
        yield server


def frame(kind: int, flags: int, stream: int, payload: bytes = b"") -> bytes:
    return len(payload).to_bytes(3, "big") + struct.pack(">BBI", kind, flags, stream) + payload


def literal(text: str) -> bytes:
    return bytes([len(text)]) + text.encode()


@asynccontextmanager
async def a_watcher_who_takes_nothing(address: str) -> AsyncIterator[None]:
    """Watch, with a window of no bytes; returns when the server has begun to answer."""
    host, _, port = address.rpartition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    heads = asyncio.Event()

    async def read() -> None:
        while True:
            head = await reader.readexactly(9)
            kind, flags = head[3], head[4]
            payload = await reader.readexactly(int.from_bytes(head[:3], "big"))
            if kind in (SETTINGS, PING) and not flags & ACK:
                writer.write(frame(kind, ACK, 0, payload if kind == PING else b""))
            elif kind == HEADERS:
                heads.set()

    block = b"".join(b"\0" + literal(name) + literal(value) for name, value in WATCH.items())
    writer.write(
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
        + frame(SETTINGS, 0, 0, struct.pack(">HI", INITIAL_WINDOW, 0))
        + frame(HEADERS, END_HEADERS, 1, block)
        + frame(DATA, END_STREAM, 1, bytes(5))  # an empty message: the process as a whole
    )
    reading = asyncio.create_task(read())
    try:
        async with asyncio.timeout(PATIENCE):
            await heads.wait()
        yield
    finally:
        reading.cancel()
        writer.close()


def watched(channel: grpc.aio.Channel, service: str = "") -> AsyncIterator:
    request = health_pb2.HealthCheckRequest(service=service)
    return aiter(health_pb2_grpc.HealthStub(channel).Watch(request))


async def test_a_watcher_who_takes_nothing_keeps_nobody_waiting():
    async with (
        asyncio.timeout(PATIENCE),
        served() as server,
        a_watcher_who_takes_nothing(server.address),
        grpc.aio.insecure_channel(server.address) as channel,
    ):
        watch = watched(channel)
        assert (await anext(watch)).status == NOT_SERVING
        await server.set_serving(True)
        assert (await anext(watch)).status == SERVING


async def test_who_watches_hears_the_end_and_is_let_go():
    async with served() as server, asyncio.timeout(PATIENCE):
        await server.set_serving(True)
        async with grpc.aio.insecure_channel(server.address) as channel:
            watch, unknown = watched(channel), watched(channel, "no.such.Service")
            assert (await anext(watch)).status == SERVING
            assert (await anext(unknown)).status == UNKNOWN
            leaving = asyncio.create_task(server.close(10 * PATIENCE))
            assert [told.status async for told in watch] == [NOT_SERVING]
            assert [told.status async for told in unknown] == []
            await leaving


async def test_a_server_that_closes_is_not_ready_yet_alive():
    async with served(health_listen="127.0.0.1:0") as server:
        await server.set_serving(True)
        await server.close(1.0)
        async with grpc.aio.insecure_channel(server.health_address) as channel:
            health = health_pb2_grpc.HealthStub(channel)
            for service, state in (("", NOT_SERVING), ("grpc.health.v1.Health", SERVING)):
                told = await health.Check(health_pb2.HealthCheckRequest(service=service))
                assert told.status == state


async def test_a_service_that_is_none_is_not_found():
    async with served() as server, grpc.aio.insecure_channel(server.address) as channel:
        with pytest.raises(grpc.aio.AioRpcError) as error:
            request = health_pb2.HealthCheckRequest(service="no.such.Service")
            await health_pb2_grpc.HealthStub(channel).Check(request)
        assert error.value.code() is grpc.StatusCode.NOT_FOUND
