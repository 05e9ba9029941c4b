"""A real Redis of a test's own, on a free port of the loopback.

Decides with what settings it is started. It keeps nothing on a disk.
"""

import os
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from tests.tools.own_process import OwnProcess, free_ports
from tests.tools.redis import redis_server

READY = "Ready to accept connections"


class RedisInstance(OwnProcess):
    """One server; `address` is "host:port" and stays the same."""

    def __init__(self, folder: str, options: Sequence[str], *, is_tls: bool) -> None:
        (port,) = free_ports(1)
        self.address = f"127.0.0.1:{port}"
        server = redis_server()
        ports = ["--port", "0", "--tls-port", str(port)] if is_tls else ["--port", str(port)]
        command = [
            *(str(server.path), "--bind", "127.0.0.1", *ports),
            *("--dir", folder, "--save", "", "--appendonly", "no", *options),
        ]
        super().__init__("Redis", command, [READY], {**os.environ, **server.environ})


@asynccontextmanager
async def redis_instance(*options: str, is_tls: bool = False) -> AsyncIterator[RedisInstance]:
    """A started Redis, killed at the end; `options` are those of its command line."""
    with tempfile.TemporaryDirectory(prefix="evenflow-redis-") as folder:
        instance = RedisInstance(folder, options, is_tls=is_tls)
        try:
            await instance.start()
            yield instance
        finally:
            await instance.kill()
