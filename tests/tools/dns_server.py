"""A small DNS server on the loopback, over UDP and TCP, with records that a test changes.

Decides answers by name and type from `records`; what does not exist is NXDOMAIN.
A UDP answer that is too long for its asker is truncated, as a real one is.
"""

import asyncio
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.rrset

Records = dict[tuple[str, str], list[str]]


class DnsServer:
    """`records` maps (name, type) to record texts; `address` is "host:port"."""

    def __init__(self) -> None:
        self.address = ""
        self.records: Records = {}
        self.ttl = 0
        self.encloses = True
        """Whether SRV answers bring their targets' addresses along."""
        self.rcode = dns.rcode.NOERROR
        """Another one than NOERROR is what every question is answered with."""
        self.asked: list[tuple[str, str, str]] = []
        self._news = asyncio.Condition()

    async def asked_again(self) -> None:
        """Wait until a question has arrived that was asked after this call."""
        before = len(self.asked)
        async with self._news:
            await self._news.wait_for(lambda: len(self.asked) > before)

    async def answer(self, wire: bytes, transport: str) -> bytes:
        """Answer one message."""
        query = dns.message.from_wire(wire)
        response = dns.message.make_response(query)
        response.set_rcode(self.rcode)
        question = query.question[0]
        name, kind = (
            question.name.to_text(omit_final_dot=True),
            dns.rdatatype.to_text(question.rdtype),
        )
        if self.rcode == dns.rcode.NOERROR:
            self._fill(response, name, kind)
        async with self._news:
            self.asked.append((name, kind, transport))
            self._news.notify_all()
        out = response.to_wire()
        if transport == "udp" and len(out) > max(query.payload, 512):
            response.answer, response.additional = [], []
            response.flags |= dns.flags.TC
            out = response.to_wire()
        return out

    def _fill(self, response: dns.message.Message, name: str, kind: str) -> None:
        if not any(known == name for known, _ in self.records):
            response.set_rcode(dns.rcode.NXDOMAIN)
            return
        texts = self.records.get((name, kind), [])
        if not texts:
            return
        response.answer.append(self._rrset(name, kind, texts))
        if kind != "SRV" or not self.encloses:
            return
        for target in sorted({text.split()[-1].removesuffix(".") for text in texts}):
            for family in ("A", "AAAA"):
                if addresses := self.records.get((target, family)):
                    response.additional.append(self._rrset(target, family, addresses))

    def _rrset(self, name: str, kind: str, texts: list[str]) -> dns.rrset.RRset:
        return dns.rrset.from_text_list(dns.name.from_text(name), self.ttl, "IN", kind, texts)


class _Datagrams(asyncio.DatagramProtocol):
    def __init__(self, server: DnsServer, group: asyncio.TaskGroup) -> None:
        self._server = server
        self._group = group
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.DatagramTransport) -> None:  # type: ignore[override]
        self._transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self._group.create_task(self._answer(data, addr))

    async def _answer(self, data: bytes, addr: tuple[str, int]) -> None:
        out = await self._server.answer(data, "udp")
        if self._transport is not None:
            self._transport.sendto(out, addr)


@asynccontextmanager
async def dns_server() -> AsyncIterator[DnsServer]:
    """A running server."""
    server = DnsServer()

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        (length,) = struct.unpack("!H", await reader.readexactly(2))
        out = await server.answer(await reader.readexactly(length), "tcp")
        writer.write(struct.pack("!H", len(out)) + out)
        await writer.drain()
        writer.close()

    loop = asyncio.get_running_loop()
    async with asyncio.TaskGroup() as group:
        tcp = await asyncio.start_server(converse, "127.0.0.1", 0)
        host, port = tcp.sockets[0].getsockname()
        udp, _ = await loop.create_datagram_endpoint(
            lambda: _Datagrams(server, group), local_addr=(host, port)
        )
        server.address = f"{host}:{port}"
        try:
            yield server
        finally:
            udp.close()
            tcp.close()
            await tcp.wait_closed()
