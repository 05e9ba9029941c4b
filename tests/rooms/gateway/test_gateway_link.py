"""The gateway's link to balancers, apart from what is said over it."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import grpc
from evenflow.v1 import balancer_pb2, balancer_pb2_grpc

from gateway.balancers.link import BalancerLink
from gateway.fleet import Fleet
from tests.rooms.gateway.conftest import PATIENCE


class Watched(balancer_pb2_grpc.BalancerServiceServicer):
    """Tells one empty fleet, and then nothing."""

    async def WatchFleet(self, request, context):
        yield balancer_pb2.FleetSnapshot(term=1)
        await asyncio.Event().wait()


class BreaksWhenCancelled:
    """A conversation whose stream breaks in the moment in which it is cancelled; once."""

    def __init__(self) -> None:
        self.has_broken = False

    def told(self, fleet: Fleet) -> None:
        pass

    async def converse(self, stub) -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            if self.has_broken:
                raise
            self.has_broken = True
            raise ConnectionError("broken") from None


@asynccontextmanager
async def balancer() -> AsyncIterator[str]:
    server = grpc.aio.server()
    balancer_pb2_grpc.add_BalancerServiceServicer_to_server(Watched(), server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    try:
        yield f"127.0.0.1:{port}"
    finally:
        await server.stop(0)


async def test_it_ends_though_a_stream_breaks_as_it_is_cancelled():
    async with balancer() as address:

        async def addresses():
            yield [address]

        link = BalancerLink(
            addresses(),
            grpc.aio.insecure_channel,
            [BreaksWhenCancelled()],
            lambda fleet: None,
            patience=PATIENCE,
            jitter=random.Random(1),
        )
        keeping = asyncio.create_task(link.keep())
        async with asyncio.timeout(PATIENCE):
            await link.met.wait()
        keeping.cancel()
        done, _ = await asyncio.wait([keeping], timeout=PATIENCE)
        assert done == {keeping}
        assert keeping.cancelled()
