"""A worker as a process: announced, exact, silent about its prompts, ended by SIGTERM."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import grpc
import pytest
from evenflow.v1 import generation_pb2, worker_pb2, worker_pb2_grpc

from services.runtime.transport import open_channel
from services.worker.engines.scripted import expected_answer

CANARY = "canary-4711-in-the-prompt"


@asynccontextmanager
async def process(*flags: str) -> AsyncIterator[tuple[asyncio.subprocess.Process, Any]]:
    """A worker process and what it announced; killed at the end if it still runs."""
    read, write = os.pipe()
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "services.worker", "--engine", "scripted"),
        *("--listen", "127.0.0.1:0", "--metrics-listen", "127.0.0.1:0"),
        *("--announce-fd", str(write), *flags),
        pass_fds=[write],
        stderr=asyncio.subprocess.PIPE,
    )
    os.close(write)
    lines = asyncio.StreamReader()
    transport, _ = await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(lines), os.fdopen(read, "rb")
    )
    try:
        yield child, json.loads(await lines.readline())["serving"]
    finally:
        transport.close()
        if child.returncode is None:
            child.kill()
        await child.wait()


async def scrape(address: str) -> str:
    reader, writer = await asyncio.open_connection(*address.split(":"))
    writer.write(b"GET /metrics HTTP/1.0\r\n\r\n")
    page = await reader.read()
    writer.close()
    return page.decode()


async def test_a_worker_process_from_start_to_end() -> None:
    async with process("--scripted-step-ms", "5", "--log-level", "debug") as (child, serving):
        async with open_channel(serving["address"], None) as channel:
            stub: Any = worker_pb2_grpc.WorkerServiceStub(channel)

            def execute(prompt: str, **sampling: Any) -> Any:
                request = worker_pb2.ExecuteRequest(
                    request_id="r-1", prompt=prompt, sampling=generation_pb2.Sampling(**sampling)
                )
                return aiter(stub.Execute(request))

            events = [event async for event in execute(CANARY, max_tokens=10)]
            answer = expected_answer(CANARY, 10)
            assert "".join(event.delta.text for event in events) == answer
            with pytest.raises(grpc.aio.AioRpcError, match="context of 2048") as refusal:
                await anext(execute(CANARY * 200, max_tokens=10))
            async for report in stub.WatchLoad(worker_pb2.WatchLoadRequest()):
                if report.generated_tokens_total == 10:  # what the page shows, too
                    break
            page = await scrape(serving["metrics_address"])
            assert "evenflow_worker_generated_tokens_total 10.0" in page
            assert "evenflow_worker_slots 8.0" in page
            assert 'evenflow_worker_refusals_total{reason="PROMPT_TOO_LONG"} 1.0' in page

            running = execute(CANARY, max_tokens=100)
            await anext(running)
            child.send_signal(signal.SIGTERM)
            rest = "".join([event.delta.text async for event in running])
            assert rest == expected_answer(CANARY, 100)
        _, written = await child.communicate()
        assert child.returncode == 0
    log = written.decode()
    assert "sequence ended" in log
    assert "sequence refused" in log
    for secret in (CANARY, "canary", *expected_answer(CANARY, 100).split()):
        assert secret not in log + page + str(refusal.value)
