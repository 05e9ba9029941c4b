"""BalancerService on the wire.

Decides what a stream's messages become; who gets what is the desk's matter.
"""

from collections.abc import AsyncIterator
from typing import Any

import grpc
from evenflow.v1 import balancer_pb2, balancer_pb2_grpc

from loadbalancer import wire
from loadbalancer.dispatcher import Dispatcher, Outlet
from loadbalancer.errors import bad_interval, no_gateway_id, stands_by
from services.runtime.lifecycle import background

LEAST_INTERVAL_MS = 100
MOST_INTERVAL_MS = 60_000
DEFAULT_INTERVAL_MS = 1_000


class BalancerService(balancer_pb2_grpc.BalancerServiceServicer):
    """Gateways' streams, and the fleet for onlookers."""

    def __init__(self, dispatcher: Dispatcher) -> None:
        self._dispatcher = dispatcher

    # A coroutine that writes by itself ends in its own task; the stubs know generators alone.
    async def Dispatch(  # type: ignore[override]
        self,
        request_iterator: AsyncIterator[balancer_pb2.DispatchRequest],
        context: "grpc.aio.ServicerContext[Any, Any]",
    ) -> None:
        """Tickets in, decisions out, all that is ready in one message."""
        self._require_active()
        first = await anext(request_iterator, None)
        if first is None or not first.gateway_id:
            raise no_gateway_id()
        with self._dispatcher.stream(first.gateway_id) as outlet:
            self._tell(first, outlet)
            async with background("dispatch", self._read(request_iterator, outlet)):
                while effects := await outlet.take():
                    await context.write(wire.dispatch_response(effects))
        self._require_active()

    async def WatchFleet(
        self,
        request: balancer_pb2.WatchFleetRequest,
        context: "grpc.aio.ServicerContext[Any, Any]",
    ) -> AsyncIterator[balancer_pb2.FleetSnapshot]:
        """A snapshot now, at each change of membership, and every interval."""
        interval = request.interval_ms or DEFAULT_INTERVAL_MS
        if not LEAST_INTERVAL_MS <= interval <= MOST_INTERVAL_MS:
            raise bad_interval(LEAST_INTERVAL_MS, MOST_INTERVAL_MS)
        while not self._dispatcher.is_closed:
            version = self._dispatcher.version
            yield wire.fleet_snapshot(self._dispatcher.view(), self._dispatcher.role)
            await self._dispatcher.moved_since(version, interval / 1000)

    def _require_active(self) -> None:
        role = self._dispatcher.role
        if not role.is_active and not self._dispatcher.is_closed:
            raise stands_by(role.active_address)

    async def _read(
        self, requests: AsyncIterator[balancer_pb2.DispatchRequest], outlet: Outlet
    ) -> None:
        async for request in requests:
            if outlet.is_closed:
                return
            self._tell(request, outlet)
        outlet.close()  # the gateway has said its last word

    def _tell(self, request: balancer_pb2.DispatchRequest, outlet: Outlet) -> None:
        self._dispatcher.tell(*wire.events(request, outlet.sender))
