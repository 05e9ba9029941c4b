"""Who is inside, of whatever kind: admission carried out.

Decides that whoever got in gets out again, however its request ends, that nobody
else does once it is closed, and tells when the last one has left. Knows no request.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from gateway.admission import Admission
from gateway.errors import Refusal, Refused
from gateway.metrics import GatewayMetrics
from gateway.tenants.tenant import Tenant

# What a text is taken for against its tenant's tokens a minute, until its length is known.
BYTES_PER_TOKEN = 4


class Inside:
    """Lets requests in and out."""

    def __init__(self, admission: Admission, metrics: GatewayMetrics) -> None:
        self._admission = admission
        self._metrics = metrics
        self._clock = asyncio.get_running_loop().time
        self._is_empty = asyncio.Event()
        self._is_empty.set()
        self._is_closed = False
        self.turned_away = 0  # since it was closed

    @asynccontextmanager
    async def admitted(
        self, tenant: Tenant, tokens: int, used: Callable[[], int]
    ) -> AsyncIterator[None]:
        """Be inside while the block runs, with so many tokens reserved; `used` tells the rest.

        Raises:
            Refused: there is no room, or nobody is let in any more.
        """
        if self._is_closed:
            self.turned_away += 1
            raise Refused(Refusal.DRAINING, "this gateway is going; another one takes the request")
        entry = self._admission.enter(tenant, tokens, self._clock())
        self._is_empty.clear()
        self._metrics.in_flight.inc()
        try:
            yield
        finally:
            self._metrics.in_flight.dec()
            self._admission.leave(entry, used(), self._clock())
            if not self._admission.in_flight:
                self._is_empty.set()

    def close(self) -> None:
        """Let nobody in from now on."""
        self._is_closed = True

    async def emptied(self) -> None:
        """Wait until nobody is inside."""
        await self._is_empty.wait()
