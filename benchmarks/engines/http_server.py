"""llama.cpp's server: its process, and its OpenAI-compatible streams over HTTP.

Decides with which settings it runs: the same threads, as many slots as streams,
and no copies of prompts in memory, which cost it time and are never of use here.
"""

import asyncio
import json
import re
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

from benchmarks.engines.llama_cpp import LlamaCpp
from benchmarks.engines.served import Came
from benchmarks.engines.workload import Ask
from services.runtime.lifecycle import background

STOP_SECONDS = 10.0
LISTENING = re.compile(r"listening on (http://\S+)")


class HttpServer:
    """A llama.cpp server that answers."""

    def __init__(self, pid: int, session: aiohttp.ClientSession) -> None:
        self._pid = pid
        self._session = session

    @property
    def pid(self) -> int:
        """Its process."""
        return self._pid

    async def stream(self, ask: Ask) -> AsyncGenerator[Came, None]:
        """Answer one request; a chunk of text is a token, and its last event counts them."""
        path = "/v1/chat/completions" if ask.is_chat else "/v1/completions"
        body: dict[str, Any] = {
            "temperature": 0,
            "max_tokens": ask.max_tokens,
            "stream": True,
            "stream_options": {"include_usage": True},
        }
        if ask.is_chat:
            body["messages"] = [{"role": "user", "content": ask.text}]
        else:
            body["prompt"] = ask.text
        async with self._session.post(path, json=body) as response:
            response.raise_for_status()
            async for line in response.content:
                if line.startswith(b"data: {"):
                    yield _came(json.loads(line[6:]))


def _came(event: dict[str, Any]) -> Came:
    usage = event.get("usage") or {}
    choices = event.get("choices") or [{}]
    text = choices[0].get("text") or (choices[0].get("delta") or {}).get("content")
    return Came(1 if text else 0, usage.get("prompt_tokens"), usage.get("completion_tokens"))


@asynccontextmanager
async def http_server(
    program: LlamaCpp, model: Path, *, streams: int, context: int, threads: int
) -> AsyncIterator[HttpServer]:
    """Run a server with `context` tokens for each of `streams` slots while the block runs."""
    flags = ["--model", str(model), "--host", "127.0.0.1", "--port", "0", "--no-ui"]
    flags += ["--threads", str(threads), "--threads-batch", str(threads), "--threads-http", "2"]
    flags += ["--parallel", str(streams), "--ctx-size", str(streams * context), "--jinja"]
    flags += ["--cache-ram", "0", "--no-cache-idle-slots"]
    process = await asyncio.create_subprocess_exec(
        *program.command("llama-server", flags),
        cwd=program.folder,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        if process.stderr is None:
            raise RuntimeError("no pipe")
        address = await _listening(process.stderr)
        async with (
            background("llama.cpp's output", _drained(process.stderr)),
            aiohttp.ClientSession(
                address,
                # The server ends connections that it has kept for some requests, asked or not.
                connector=aiohttp.TCPConnector(limit=0, force_close=True),
                timeout=aiohttp.ClientTimeout(total=None),
            ) as session,
        ):
            yield HttpServer(process.pid, session)
    finally:
        await _stopped(process)


async def _listening(output: asyncio.StreamReader) -> str:
    said: deque[str] = deque(maxlen=3)
    async for line in output:
        text = line.decode(errors="replace").rstrip()
        said.append(text)
        if found := LISTENING.search(text):
            return found[1]
    raise RuntimeError(f"llama.cpp's server ended: {' / '.join(said)}")


async def _drained(output: asyncio.StreamReader) -> None:
    while await output.read(1 << 16):
        pass


async def _stopped(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.terminate()
    try:
        async with asyncio.timeout(STOP_SECONDS):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()
