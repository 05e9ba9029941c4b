"""What waits for one gateway to read it: all at once, in order, and bounded."""

import asyncio

from loadbalancer.dispatcher import MOST_UNREAD, Outlet
from loadbalancer.tickets import Reject, RejectReason, Sender

GATEWAY = Sender("gateway-1", 1)


def reject(number: int) -> Reject:
    return Reject(GATEWAY, number, RejectReason.EXPIRED)


async def test_all_that_is_ready_is_taken_at_once_and_in_order():
    outlet = Outlet(GATEWAY)
    taking = asyncio.ensure_future(outlet.take())
    await asyncio.wait({taking}, timeout=0)
    outlet.put(reject(1))
    outlet.put(reject(2))
    assert await taking == [reject(1), reject(2)]
    outlet.put(reject(3))
    assert await outlet.take() == [reject(3)]


async def test_a_gateway_that_does_not_read_is_let_go():
    outlet = Outlet(GATEWAY)
    for number in range(MOST_UNREAD):
        outlet.put(reject(number))
    assert not outlet.is_closed
    outlet.put(reject(MOST_UNREAD))
    assert outlet.is_closed
    outlet.put(reject(0))
    assert await outlet.take() == []
    assert await outlet.take() == []
