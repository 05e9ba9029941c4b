"""Callers of the HTTP edge who leave, or are slow, before their answer has begun."""

import asyncio

import pytest

from gateway.edge import server

PATIENCE = 20


@pytest.fixture
async def mesh(start_mesh):
    async with start_mesh(http_listen="127.0.0.1:0") as running:
        yield running


async def connected(mesh) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    host, _, port = mesh.http_address.rpartition(":")
    return await asyncio.open_connection(host, int(port))


def asking(body: bytes, length: int | None = None, **headers: str) -> bytes:
    told = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    length = len(body) if length is None else length
    head = (
        f"POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-length: {length}\r\n{told}\r\n"
    )
    return head.encode() + body


HELLO = b'{"messages": [{"role": "user", "content": "hello"}], "stream": %s}'


@pytest.mark.parametrize("stream", [b"false", b"true"])
async def test_who_leaves_while_the_request_waits_cancels_it(mesh, stream):
    mesh.balancer.decide = mesh.balancer.hold
    _, writer = await connected(mesh)
    writer.write(asking(HELLO % stream))
    await mesh.balancer.until(lambda: len(mesh.balancer.waiting) == 1)
    writer.close()
    await mesh.is_quiet()


@pytest.mark.parametrize("stream", [b"false", b"true"])
async def test_who_leaves_before_the_answer_begins_frees_the_worker(mesh, stream):
    for worker in mesh.workers:
        worker.script = worker.hang_before
    _, writer = await connected(mesh)
    writer.write(asking(HELLO % stream))
    await mesh.balancer.until(lambda: mesh.active == 1)
    writer.close()
    await mesh.is_quiet()
    assert sum(worker.cancelled for worker in mesh.workers) == 1


async def test_who_leaves_in_the_middle_of_a_whole_answer_frees_the_worker(mesh):
    for worker in mesh.workers:
        worker.script = worker.hang_after
    _, writer = await connected(mesh)
    writer.write(asking(HELLO % b"false"))
    await mesh.balancer.until(lambda: mesh.active == 1)
    writer.close()
    await mesh.is_quiet()


async def test_a_body_that_does_not_come_is_waited_for_until_the_deadline(mesh):
    reader, writer = await connected(mesh)
    writer.write(asking(b"{", length=100, x_request_timeout="0.2"))
    async with asyncio.timeout(PATIENCE):
        status = await reader.readline()
        answer = await reader.read()  # the rest of the body would be taken for a request
    assert status.startswith(b"HTTP/1.1 504")
    assert b"the deadline passed before the body was complete" in answer
    writer.close()


HEAD = b"GET /healthz HTTP/1.1\r\nhost: x\r\n"


@pytest.mark.parametrize("sent", [b"", b"G", HEAD, HEAD + b"\r\n" + HEAD])
async def test_a_connection_whose_request_does_not_come_is_closed(mesh, monkeypatch, sent):
    monkeypatch.setattr(server, "_HEAD_SECONDS", 0.2)
    reader, writer = await connected(mesh)
    writer.write(sent)
    async with asyncio.timeout(PATIENCE):
        answers = await reader.read()
    assert answers.count(b"200 OK") == sent.count(b"\r\n\r\n")
    writer.close()


async def test_requests_follow_one_another_on_a_connection(mesh):
    reader, writer = await connected(mesh)
    for _ in range(3):
        writer.write(asking(HELLO % b"false"))
        async with asyncio.timeout(PATIENCE):
            head = await reader.readuntil(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 200")
            (length,) = [line for line in head.split(b"\r\n") if line.startswith(b"content-length")]
            await reader.readexactly(int(length.partition(b":")[2]))
    writer.close()
