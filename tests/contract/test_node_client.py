"""A client made from the protos in another language streams and reads rich errors.

The servicer here is a small one of the tests' own; `tests/mesh` runs the same
client against the whole mesh.
"""

import asyncio
import json
from collections.abc import AsyncIterator

import grpc
import pytest
from evenflow.v1 import generation_pb2, inference_pb2_grpc
from google.rpc import code_pb2, error_details_pb2, status_pb2
from grpc_status import rpc_status

from tests.tools.node import CLIENT, node_client

WORDS = ("One ", "two ", "drei…")
LARGE = 2**63 + 1


class Echo(inference_pb2_grpc.InferenceServiceServicer):
    """Answers a prompt word by word; refuses a chat; tells the tenant as the model."""

    async def Generate(self, request, context):
        if request.WhichOneof("task") != "prompt":
            await context.abort_with_status(rpc_status.to_status(refusal()))
        tenant = dict(context.invocation_metadata()).get("evenflow-tenant", "default")
        started = generation_pb2.Started(
            request_id=request.request_id, model=tenant, worker_epoch=LARGE
        )
        yield generation_pb2.GenerateResponse(started=started)
        for position, word in enumerate(WORDS):
            delta = generation_pb2.Delta(text=word, token_ids=[7], position=position)
            yield generation_pb2.GenerateResponse(delta=delta)
        finished = generation_pb2.Finished(reason=generation_pb2.FINISH_REASON_STOP)
        yield generation_pb2.GenerateResponse(finished=finished)


def refusal() -> status_pb2.Status:
    status = status_pb2.Status(code=code_pb2.INVALID_ARGUMENT, message="no prompt")
    status.details.add().Pack(
        error_details_pb2.ErrorInfo(reason="NO_TASK", domain="evenflow", metadata={"limit": "1"})
    )
    violation = error_details_pb2.BadRequest.FieldViolation(field="task", description="is not set")
    status.details.add().Pack(error_details_pb2.BadRequest(field_violations=[violation]))
    retry = error_details_pb2.RetryInfo()
    retry.retry_delay.FromMilliseconds(1500)
    status.details.add().Pack(retry)
    return status


@pytest.fixture
async def target() -> AsyncIterator[str]:
    server = grpc.aio.server()
    inference_pb2_grpc.add_InferenceServiceServicer_to_server(Echo(), server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    yield f"127.0.0.1:{port}"
    await server.stop(None)


@pytest.fixture(scope="session")
def client() -> list[str]:
    return node_client()


async def run(*command: str) -> tuple[int, list[dict]]:
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    output, _ = await process.communicate()
    return process.returncode, [json.loads(line) for line in output.splitlines()]


async def test_streams_a_generation(client, target):
    request = json.dumps({"prompt": {"text": "count"}, "request_id": "from-node"})

    code, lines = await run(*client, target, request, "blue")

    *messages, last = lines
    events = [line["message"] for line in messages]
    assert code == 0
    assert last == {"status": {"code": "OK", "message": "", "details": []}}
    assert [event["event"] for event in events] == ["started", *["delta"] * 3, "finished"]
    assert events[0]["started"]["request_id"] == "from-node"
    assert events[0]["started"]["model"] == "blue"
    assert events[0]["started"]["worker_epoch"] == str(LARGE)
    assert "".join(event["delta"]["text"] for event in events[1:-1]) == "".join(WORDS)
    assert events[-1]["finished"]["reason"] == "FINISH_REASON_STOP"


async def test_reads_the_details_of_an_error(client, target):
    code, lines = await run(*client, target, json.dumps({"chat": {}}))

    assert code == 1
    assert lines == [
        {
            "status": {
                "code": "INVALID_ARGUMENT",
                "message": "no prompt",
                "details": [
                    {
                        "@type": "ErrorInfo",
                        "reason": "NO_TASK",
                        "domain": "evenflow",
                        "metadata": {"limit": "1"},
                    },
                    {
                        "@type": "BadRequest",
                        "fieldViolations": [{"field": "task", "description": "is not set"}],
                    },
                    {"@type": "RetryInfo", "retryDelay": {"seconds": 1, "nanos": 500000000}},
                ],
            }
        }
    ]


def test_the_lock_names_no_registry():
    lock = json.loads((CLIENT / "package-lock.json").read_text())
    packages = {name: package for name, package in lock["packages"].items() if name}
    assert packages
    for name, package in packages.items():
        assert "resolved" not in package, name
        assert package["integrity"].startswith("sha512-"), name
