"""Our worker: its process, and its own gRPC stream `Execute`.

Decides with which settings it runs. Knows nothing of the engine in it.
"""

import os
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from evenflow.v1 import generation_pb2, worker_pb2, worker_pb2_grpc

from benchmarks.engines.served import Came
from benchmarks.engines.workload import Ask
from services.cli.mesh.worker_process import worker_process
from services.runtime.lifecycle import Running
from services.runtime.transport import open_channel

STOP_SECONDS = 10.0


class GrpcWorker:
    """A worker that serves."""

    def __init__(self, pid: int, stub: Any) -> None:
        self._pid = pid
        self._stub = stub

    @property
    def pid(self) -> int:
        """Its process."""
        return self._pid

    async def stream(self, ask: Ask) -> AsyncGenerator[Came, None]:
        """Run one sequence."""
        request = worker_pb2.ExecuteRequest(
            request_id="bench", sampling=generation_pb2.Sampling(max_tokens=ask.max_tokens)
        )
        if ask.is_chat:
            message = generation_pb2.ChatMessage(role=generation_pb2.ROLE_USER, content=ask.text)
            request.chat.messages.append(message)
        else:
            request.prompt = ask.text
        call = self._stub.Execute(request)
        try:
            async for event in call:
                yield _came(event)
        finally:
            call.cancel()


def _came(event: Any) -> Came:
    if event.HasField("delta"):
        return Came(len(event.delta.token_ids))
    if event.HasField("finished"):
        usage = event.finished.usage
        return Came(0, usage.prompt_tokens, usage.completion_tokens)
    return Came(0)


@asynccontextmanager
async def grpc_worker(
    *,
    precision: str,
    streams: int,
    context: int,
    threads: int,
    said: Callable[[str], None],
    cache_dir: Path | None = None,
) -> AsyncIterator[GrpcWorker]:
    """Run a worker with `streams` slots of `context` tokens while the block runs."""
    settings: dict[str, object] = {
        "engine": "tensorflow",
        "precision": precision,
        "slots": streams,
        "context": context,
        "threads": threads,
        "listen": "127.0.0.1:0",
        "metrics_listen": "",
        "log_level": "error",
    }
    if cache_dir is not None:
        settings["cache_dir"] = cache_dir
    flags = [f"--{name.replace('_', '-')}={value}" for name, value in settings.items()]
    async with worker_process(flags, os.environ, grace=STOP_SECONDS, said=said) as process:
        address = await _serving(process.announcements(), said)
        async with open_channel(address, None) as channel:
            yield GrpcWorker(process.pid, worker_pb2_grpc.WorkerServiceStub(channel))


async def _serving(
    announced: AsyncGenerator[tuple[str, float] | Running, None], said: Callable[[str], None]
) -> str:
    stage = ""
    async for told in announced:
        if isinstance(told, Running):
            return told.address
        if told[0] != stage:
            stage = told[0]
            said(f"worker: {stage}")
    raise RuntimeError("our worker ended before it served")
