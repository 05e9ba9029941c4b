"""The real grpcurl against a running mesh, with no file at hand."""

import asyncio
import json
import sys
from pathlib import Path

import pytest

from services.worker.engines.scripted import expected_answer

GRPCURL = Path(sys.executable).with_name("grpcurl")
SERVICE = "evenflow.v1.InferenceService"
STATUS_EXIT = 64  # grpcurl's exit code is this and the status code


async def grpcurl(*words: str) -> tuple[int, str, str]:
    child = await asyncio.create_subprocess_exec(
        GRPCURL,
        "-plaintext",
        *words,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await child.communicate()
    return child.returncode or 0, out.decode(), err.decode()


def objects(text: str) -> list[dict]:
    decoder, found, at = json.JSONDecoder(), [], 0
    while at < len(text.rstrip()):
        value, at = decoder.raw_decode(text, at)
        at += len(text[at:]) - len(text[at:].lstrip())
        found.append(value)
    return found


async def test_list_and_describe(poker) -> None:
    code, out, _ = await grpcurl(poker.mesh.gateway.address, "list")
    assert code == 0
    assert {SERVICE, "grpc.health.v1.Health"} <= set(out.split())
    code, out, _ = await grpcurl(poker.mesh.gateway.address, "describe", f"{SERVICE}.Generate")
    assert code == 0
    assert "returns ( stream .evenflow.v1.GenerateResponse )" in out
    for version in ("v1", "v1alpha"):
        name = f"grpc.reflection.{version}.ServerReflection"
        code, out, _ = await grpcurl(poker.mesh.gateway.address, "describe", name)
        assert (code, name in out) == (0, True)


async def test_a_generate_streams(poker) -> None:
    request = {"prompt": {"text": "hello"}, "sampling": {"max_tokens": 12}, "request_id": "mine-1"}
    code, out, err = await grpcurl(
        "-d", json.dumps(request), poker.mesh.gateway.address, f"{SERVICE}/Generate"
    )
    assert code == 0, err
    events = objects(out)
    assert events[0]["started"]["request_id"] == "mine-1"
    assert "finished" in events[-1]
    assert len(events) > 3, "one message a step, not one for all"
    texts = [event["delta"].get("text", "") for event in events if "delta" in event]
    assert "".join(texts) == expected_answer("hello", 12)


async def test_an_explain_tells_what_cannot_be(poker) -> None:
    request = {"prompt": {"text": "hello"}, "options": {"max_answer_tokens": 1}}
    code, _, err = await grpcurl(
        "-d", json.dumps(request), poker.mesh.gateway.address, f"{SERVICE}/Explain"
    )
    assert code == STATUS_EXIT + 9
    assert "no gradients" in err
    assert "NOT_EXPLAINABLE" in err


async def test_an_invalid_request_says_which_fields(poker) -> None:
    request = {"prompt": {"text": ""}, "sampling": {"temperature": -1}}
    code, _, err = await grpcurl(
        "-d", json.dumps(request), poker.mesh.gateway.address, f"{SERVICE}/Generate"
    )
    assert code == STATUS_EXIT + 3
    assert "InvalidArgument" in err
    assert "prompt.text" in err
    assert "sampling.temperature" in err


@pytest.mark.parametrize("part", ["gateway", "balancer", "worker"])
async def test_every_server_can_be_poked(poker, part) -> None:
    address = (
        poker.mesh.workers[0].address if part == "worker" else getattr(poker.mesh, part).address
    )
    code, out, err = await grpcurl(address, "grpc.health.v1.Health/Check")
    assert (code, objects(out)) == (0, [{"status": "SERVING"}]), err


async def test_a_worker_runs_a_sequence_for_a_person(poker) -> None:
    request = {"prompt": "hello", "sampling": {"max_tokens": 5}}
    code, out, err = await grpcurl(
        "-d",
        json.dumps(request),
        poker.mesh.workers[0].address,
        "evenflow.v1.WorkerService/Execute",
    )
    assert code == 0, err
    texts = [event["delta"].get("text", "") for event in objects(out) if "delta" in event]
    assert "".join(texts) == expected_answer("hello", 5)
