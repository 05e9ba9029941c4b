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

# Turns of the event loop, and seconds of each, in which a call that has come is looked at.
_TURNS = 20
_TURN_SECONDS = 0.0025
_LONGEST_SECONDS = 1.0


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
    inside.close()
    if http is not None:
        http.close(max(0.0, end - clock()))
    await _refused_who_wait(inside, min(end, clock() + _LONGEST_SECONDS))
    left = max(0.0, end - clock())
    async with background("closing", server.close(left)):
        with suppress(TimeoutError):
            async with asyncio.timeout_at(end):
                await inside.emptied()


async def _refused_who_wait(inside: Inside, end: float) -> None:
    """Let those be refused who have come and were not yet looked at: a busy process has some.

    A server that closes cancels them, and what is CANCELLED nobody tries elsewhere.
    """
    with suppress(TimeoutError):
        async with asyncio.timeout_at(end):
            before = -1
            while before != inside.turned_away:
                before = inside.turned_away
                for _ in range(_TURNS):
                    await asyncio.sleep(_TURN_SECONDS)
