"""The HTTP edge, driven by LangChain's OpenAI chat class."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from evenflow.v1 import generation_pb2 as g

from gateway.tenants.keys import digest, key_from
from requirements.environment import environment

ROOT = Path(__file__).parents[3]
LOCK = ROOT / "requirements" / "langchain.txt"
CLIENT = ROOT / "tests" / "contract" / "langchain_client" / "client.py"
KEY = key_from(bytes(32))

pytestmark = pytest.mark.timeout(300)  # the first one installs LangChain, once


@pytest.fixture(scope="module")
def python() -> Path:
    """The Python of an environment that has LangChain."""
    return environment(LOCK)


@pytest.fixture
async def mesh(start_mesh, tmp_path):
    tenants = tmp_path / "tenants.toml"
    tenants.write_text(f'[tenants.chain]\nkeys = ["{digest(KEY)}"]\n')
    async with start_mesh(http_listen="127.0.0.1:0", tenants=tenants) as running:
        yield running


async def ask(python: Path, mesh, how: str, tokens: int = 5, key: str = KEY) -> list[Any]:
    """What the client says, in the order in which it says it."""
    command = (python, CLIENT, f"http://{mesh.http_address}/v1", key, how, str(tokens))
    client = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    said, _ = await client.communicate()
    assert client.returncode == 0
    return [json.loads(line) for line in said.splitlines()]


async def test_it_chats(python, mesh):
    text, end = await ask(python, mesh, "invoke")
    assert text == {"text": "0 1 2 3 4 "}
    assert (end["reason"], end["usage"]["output_tokens"]) == ("length", 5)
    (told,) = [request for worker in mesh.workers for request in worker.requests]
    assert [m.role for m in told.chat.messages] == [g.ROLE_SYSTEM, g.ROLE_USER]
    assert (told.sampling.temperature, told.sampling.max_tokens) == (0.5, 5)
    assert mesh.balancer.submitted[0].tenant == "chain"


async def test_it_streams(python, mesh):
    *texts, end = await ask(python, mesh, "stream")
    assert texts == [{"text": f"{number} "} for number in range(5)]
    assert (end["reason"], end["usage"]["output_tokens"]) == ("length", 5)


@pytest.mark.parametrize(
    ("how", "asked", "status", "told"),
    [
        ("invoke", {"tokens": 10_000}, 400, "must be 1 to 8192"),
        ("stream", {"tokens": 10_000}, 400, "must be 1 to 8192"),
        ("tools", {}, 400, "tools: is not supported"),
        ("invoke", {"key": "ef-nobodys"}, 401, "this key is nobody's"),
    ],
)
async def test_its_errors_are_ours(python, mesh, how, asked, status, told):
    (said,) = await ask(python, mesh, how, **asked)
    assert said["status"] == status
    assert told in said["message"]
    assert not mesh.balancer.submitted
