"""Connections to workers: which are kept, and that each is closed once."""

import asyncio

import grpc
import pytest

from gateway.relay.channels import Channels, Unreachable

PATIENCE = 20


class FakeChannel:
    """Stands at once, and closes when it is let."""

    def __init__(self, address: str, may_close: asyncio.Event) -> None:
        self.address = address
        self.closes = 0
        self.is_closing = asyncio.Event()
        self._may_close = may_close

    def get_state(self, try_to_connect: bool = False) -> grpc.ChannelConnectivity:
        return grpc.ChannelConnectivity.READY

    async def close(self) -> None:
        self.closes += 1
        self.is_closing.set()
        await self._may_close.wait()


async def test_who_comes_anew_while_others_are_closed_is_kept():
    may_close, opened, generation = asyncio.Event(), [], 1

    def connect(address: str) -> FakeChannel:
        opened.append(FakeChannel(address, may_close))
        return opened[-1]

    async with asyncio.timeout(PATIENCE):
        async with Channels(connect, lambda: generation, patience=1.0, idle=60.0) as channels:
            for address in ("a", "b"):
                async with channels.use(address):
                    pass
            channels.retain(frozenset())
            await opened[0].is_closing.wait()  # "b" is next, and its file changes meanwhile
            generation = 2
            async with channels.use("b") as anew:
                may_close.set()
                await opened[1].is_closing.wait()
                async with channels.use("b") as again:
                    assert again is anew
    assert [(channel.address, channel.closes) for channel in opened] == [
        ("a", 1),
        ("b", 1),
        ("b", 1),
    ]


async def test_a_worker_is_out_of_reach_while_certificates_are_changed():
    def connect(address: str) -> FakeChannel:
        raise FileNotFoundError(address)

    async with Channels(connect, lambda: 1, patience=1.0, idle=60.0) as channels:
        with pytest.raises(Unreachable):
            async with channels.use("a"):
                pass
