"""How a gateway leaves without a caller losing by it.

Decides the order: say so while calls are still answered, so that whoever spreads
callers hears of it; then take no new ones, which others do; then let those who are
inside end. All of it within the time that a drain may take.
"""

import asyncio
from contextlib import suppress

from gateway.calls.inside import Inside
from gateway.edge.server import HttpServer
from gateway.settings import GatewaySettings
from services.runtime.lifecycle import background
from services.runtime.server import Server


async def leave(
    server: Server, http: HttpServer | None, inside: Inside, settings: GatewaySettings
) -> None:
    """Leave; returns when nobody is inside any more, or the time is over."""
    clock = asyncio.get_running_loop().time
    end = clock() + settings.drain_seconds
    with suppress(TimeoutError):
        async with asyncio.timeout_at(end):
            if http is not None:
                http.send_away()
            await server.set_serving(False)
            await asyncio.sleep(settings.lame_duck_seconds)
    left = max(0.0, end - clock())
    inside.close()
    if http is not None:
        http.close(left)
    async with background("closing", server.close(left)):
        with suppress(TimeoutError):
            async with asyncio.timeout_at(end):
                await inside.emptied()
