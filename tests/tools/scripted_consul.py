"""A stand-in for a Consul agent that says what a test tells it to, over real HTTP.

For what a real agent does rarely: sudden empty answers, an index that goes
back, flapping, malformed bodies. Blocking queries block and registrations are
kept as by a real one, so that it passes the same conformance suite.
"""

import asyncio
import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web


class ScriptedConsul:
    """`address` is "host:port"; everything that was asked stands in `asked` and `registered`."""

    def __init__(self) -> None:
        self.address = ""
        self.asked: list[tuple[str | None, str | None]] = []
        """Index and wait of each health query."""
        self.tokens: list[str | None] = []
        self.registered: list[dict[str, Any]] = []
        self.deregistered: list[str] = []
        self.fails_with: int | None = None
        self.body: str | None = None
        """Raw text that health queries are answered with instead."""
        self.allows = True
        self.index = 1
        self._services: dict[str, dict[str, dict[str, Any]]] = {}
        self._news = asyncio.Condition()
        self._wakings = 0

    async def say(
        self, service: str, entries: Sequence[dict[str, Any]], index: int | None = None
    ) -> None:
        """Let these be the healthy instances from now on, at this index (default: the next)."""
        async with self._news:
            self._services[service] = {entry["Service"]["ID"]: entry for entry in entries}
            self.index = self.index + 1 if index is None else index
            self._news.notify_all()

    async def fail(self, status: int) -> None:
        """Answer every request with this status, those that are waiting too."""
        async with self._news:
            self.fails_with = status
            self._news.notify_all()

    async def wake(self) -> None:
        """Answer the queries that are waiting, as a real agent does when their wait is over."""
        async with self._news:
            self._wakings += 1
            self._news.notify_all()

    async def asked_again(self, times: int = 1) -> None:
        """Wait until that many health queries have arrived after this call."""
        before = len(self.asked)
        async with self._news:
            await self._news.wait_for(lambda: len(self.asked) >= before + times)

    async def registered_again(self) -> None:
        """Wait until a registration has arrived after this call."""
        before = len(self.registered)
        async with self._news:
            await self._news.wait_for(lambda: len(self.registered) > before)

    async def _health(self, request: web.Request) -> web.Response:
        index, wait = request.query.get("index"), request.query.get("wait")
        async with self._news:
            self.asked.append((index, wait))
            self.tokens.append(request.headers.get("X-Consul-Token"))
            self._news.notify_all()
            if index is not None and wait is not None:
                await self._changed_beyond(int(index), float(wait.removesuffix("ms")) / 1000)
        if self.fails_with is not None:
            return web.Response(status=self.fails_with, text="scripted failure")
        headers = {"X-Consul-Index": str(self.index)}
        if self.body is not None:
            return web.Response(text=self.body, headers=headers)
        entries = self._services.get(request.match_info["service"], {})
        return web.json_response(list(entries.values()), headers=headers)

    async def _changed_beyond(self, index: int, seconds: float) -> None:
        before = self._wakings

        def is_over() -> bool:
            return self.index > index or self._wakings > before or self.fails_with is not None

        try:
            async with asyncio.timeout(seconds):
                await self._news.wait_for(is_over)
        except TimeoutError:
            return

    async def _register(self, request: web.Request) -> web.Response:
        told = await request.json()
        async with self._news:
            self.registered.append(told)
            self._news.notify_all()
        if self.fails_with is not None:
            return web.Response(status=self.fails_with, text="scripted failure")
        entry = instance(told["id"], told["address"], told["port"], told.get("tags", []))
        known = self._services.get(told["name"], {})
        if known.get(told["id"]) != entry:
            await self.say(told["name"], [*known.values(), entry])
        return web.Response()

    async def _look(self, request: web.Request) -> web.Response:
        if self.fails_with is not None:
            return web.Response(status=self.fails_with, text="scripted failure")
        for known in self._services.values():
            if entry := known.get(request.match_info["id"]):
                return web.json_response(entry["Service"])
        return web.Response(status=404, text="unknown service ID")

    async def _deregister(self, request: web.Request) -> web.Response:
        gone = request.match_info["id"]
        self.deregistered.append(gone)
        for service, known in list(self._services.items()):
            if gone in known:
                await self.say(service, [e for e in known.values() if e["Service"]["ID"] != gone])
        return web.Response()

    async def _authorize(self, request: web.Request) -> web.Response:
        return web.json_response([{**one, "Allow": self.allows} for one in await request.json()])


def instance(
    id: str,  # noqa: A002 - Consul's word
    host: str,
    port: int,
    tags: Sequence[str] = (),
    modified: int = 1,
) -> dict[str, Any]:
    """An entry of a health query, as Consul writes it."""
    service = {"ID": id, "Address": host, "Port": port, "Tags": list(tags)}
    return {
        "Node": {"Address": "192.0.2.1"},
        "Service": {**service, "ModifyIndex": modified},
        "Checks": [],
    }


@asynccontextmanager
async def scripted_consul(tls: ssl.SSLContext | None = None) -> AsyncIterator[ScriptedConsul]:
    """A running stand-in."""
    scripted = ScriptedConsul()
    app = web.Application()
    app.add_routes(
        [
            web.get("/v1/health/service/{service}", scripted._health),
            web.get("/v1/agent/service/{id}", scripted._look),
            web.put("/v1/agent/service/register", scripted._register),
            web.put("/v1/agent/service/deregister/{id}", scripted._deregister),
            web.post("/v1/internal/acl/authorize", scripted._authorize),
        ]
    )
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls)
    await site.start()
    host, port = runner.addresses[0][:2]
    scripted.address = f"{host}:{port}"
    try:
        yield scripted
    finally:
        await runner.cleanup()
