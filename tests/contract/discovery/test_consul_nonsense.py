"""Whatever an agent answers, a call of ours ends with an answer or a RegistryFault."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress

import pytest
from aiohttp import web

from services.discovery.consul_client import ConsulClient, open_consul
from services.discovery.consul_locks import ConsulLocks
from services.discovery.errors import RegistryFault
from tests.contract.discovery.worlds import consul_settings

Call = Callable[[ConsulClient], Awaitable[object]]

CALLS: dict[str, Call] = {
    "healthy": lambda client: client.healthy("s", None, 1),
    "may_read": lambda client: client.may_read("s"),
    "register": lambda client: client.register("s", "s:1", ("h", 1), (), {"CheckID": "c"}),
    "registered_address": lambda client: client.registered_address("s:1"),
    "deregister": lambda client: client.deregister("s:1"),
    "node_that_checks": lambda client: ConsulLocks(client).node_that_checks("s", "c"),
    "open_session": lambda client: ConsulLocks(client).open_session("k", "n", "c"),
    "renew": lambda client: ConsulLocks(client).renew("id"),
    "close_session": lambda client: ConsulLocks(client).close_session("id"),
    "take": lambda client: ConsulLocks(client).take("k", "id", "h:1", 0),
    "look": lambda client: ConsulLocks(client).look("k"),
}
SERVICE = b'{"ID": "a", "Address": "h", "Port": 1e400}'
BODIES = {
    "no UTF-8": b"\xff\xfe",
    "too deep": b"[" * 100_000,
    "null": b"null",
    "a number": b"1e400",
    "a text": b'"s"',
    "a table": b"{}",
    "a list of nothing": b"[null]",
    "a list of texts": b'["s"]',
    "a list of tables": b"[{}]",
    "a port beyond all numbers": SERVICE,
    "an instance with such a port": b'[{"Service": %s, "Node": {"Address": "h"}}]' % SERVICE,
    "a lock taken that often": b'[{"Value": "e30=", "LockIndex": 1e400}]',
    "a lock's value too deep": b'[{"Value": "%s", "LockIndex": 1}]' % (b"W1tb" * 10_000),
}


@pytest.fixture
async def answering() -> AsyncIterator[tuple[str, list[web.Response]]]:
    """An agent that answers whatever it is asked with the last of a list; its address."""
    told: list[web.Response] = []

    async def answer(_request: web.Request) -> web.Response:
        return web.Response(body=told[-1].body, headers=told[-1].headers)

    app = web.Application()
    app.add_routes([web.route("*", "/{rest:.*}", answer)])
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    yield f"{host}:{port}", told
    await runner.cleanup()


@pytest.mark.parametrize("body", BODIES.values(), ids=list(BODIES))
async def test_nonsense_is_a_fault(answering: tuple[str, list[web.Response]], body: bytes) -> None:
    address, told = answering
    async with open_consul(consul_settings(address)) as client:
        for index in ("7", "", "-1", "\u00b2"):
            told.append(web.Response(body=body, headers={"X-Consul-Index": index}))
            for call in CALLS.values():
                with suppress(RegistryFault):
                    await call(client)
