"""A client in another language, made from the same protos, against a running mesh."""

import asyncio
import json

from services.worker.engines.scripted import expected_answer
from tests.tools.node import node_client


async def run_node(target: str, request: dict) -> list[dict]:
    command = await asyncio.to_thread(node_client)
    child = await asyncio.create_subprocess_exec(
        *command, target, json.dumps(request), stdout=asyncio.subprocess.PIPE
    )
    out, _ = await child.communicate()
    return [json.loads(line) for line in out.splitlines()]


async def test_node_streams_a_generate(poker) -> None:
    request = {"prompt": {"text": "from node"}, "sampling": {"max_tokens": 10}}
    lines = await run_node(poker.mesh.gateway.address, request)
    assert lines[-1]["status"]["code"] == "OK"
    deltas = [line["message"]["delta"] for line in lines[:-1] if line["message"].get("delta")]
    assert len(deltas) > 3
    assert "".join(delta["text"] for delta in deltas) == expected_answer("from node", 10)


async def test_node_reads_what_is_wrong(poker) -> None:
    lines = await run_node(poker.mesh.gateway.address, {"prompt": {"text": ""}})
    assert lines[-1]["status"]["code"] == "INVALID_ARGUMENT"
    assert "prompt.text" in json.dumps(lines[-1]["status"]["details"])
