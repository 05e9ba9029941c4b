"""As many connections to the HTTP edge as it may have, and more."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import pytest

from gateway.edge import server
from tests.rooms.gateway.conftest import PATIENCE

ASKED = b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n"
MOST = 2


class Connection:
    """One, that asks whether the edge is alive."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    async def ask(self) -> bytes:
        """Ask, and return the head of the answer."""
        async with asyncio.timeout(PATIENCE):
            self._writer.write(ASKED)
            head = await self._reader.readuntil(b"\r\n\r\n")
            length = int(head.partition(b"content-length: ")[2].partition(b"\r\n")[0])
            await self._reader.readexactly(length)
            return head

    async def is_closed(self) -> None:
        """Wait until the other side has closed it."""
        async with asyncio.timeout(PATIENCE):
            try:
                assert await self._reader.read() == b""
            except ConnectionResetError:
                return

    async def close(self) -> None:
        self._writer.close()


@pytest.fixture
async def connect(start_mesh):
    async with start_mesh(http_listen="127.0.0.1:0", http_connections=MOST) as mesh:
        host, _, port = mesh.http_address.rpartition(":")

        @asynccontextmanager
        async def opened() -> AsyncIterator[Connection]:
            connection = Connection(*await asyncio.open_connection(host, int(port)))
            try:
                yield connection
            finally:
                await connection.close()

        yield opened


async def test_one_beyond_the_limit_is_told_to_come_back(connect):
    async with AsyncExitStack() as stack:
        first, second, third = [await stack.enter_async_context(connect()) for _ in range(3)]
        assert (await first.ask()).startswith(b"HTTP/1.1 200")
        assert (await second.ask()).startswith(b"HTTP/1.1 200")
        refused = await third.ask()
        assert refused.startswith(b"HTTP/1.1 503")
        assert b"retry-after: 1\r\n" in refused
        await third.is_closed()
        # Those who were there before do not suffer from it.
        assert (await first.ask()).startswith(b"HTTP/1.1 200")
        await second.close()
        async with asyncio.timeout(PATIENCE):
            while True:  # the server may hear of the one that left after the one that comes
                async with connect() as fourth:
                    if (await fourth.ask()).startswith(b"HTTP/1.1 200"):
                        return


async def test_a_flood_is_closed_without_a_word(connect, monkeypatch):
    monkeypatch.setattr(server, "_TOLD", 1)
    async with AsyncExitStack() as stack:
        first, *_, flood = [await stack.enter_async_context(connect()) for _ in range(MOST + 2)]
        await flood.is_closed()
        assert (await first.ask()).startswith(b"HTTP/1.1 200")
