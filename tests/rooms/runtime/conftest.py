"""A server of the runtime, with a servicer that does as the request tells it."""

import asyncio
import datetime
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import grpc
import pytest
from evenflow.v1 import generation_pb2, inference_pb2, inference_pb2_grpc
from prometheus_client import CollectorRegistry

from services.cli.authority import Authority
from services.runtime.server import Hosted, Server, serving
from services.runtime.settings import ServerSettings
from services.runtime.status import RpcFault, Violation
from services.runtime.transport import open_channel

SECRET = "the-secret-in-the-prompt"
NAME = "evenflow.v1.InferenceService"


@dataclass
class Obedient(inference_pb2_grpc.InferenceServiceServicer):
    """Generate does what `request.model` says; Batch echoes ids; ListModels crashes."""

    ended: asyncio.Event = field(default_factory=asyncio.Event)

    async def ListModels(self, request: Any, context: Any) -> Any:
        raise ValueError(SECRET)

    async def Generate(self, request: Any, context: Any) -> Any:
        try:
            yield piece("one")
            if request.model == "crash":
                raise ValueError(SECRET)
            if request.model == "fault":
                raise RpcFault(
                    grpc.StatusCode.INVALID_ARGUMENT,
                    "INVALID_FIELD",
                    "two fields are wrong",
                    retry_after=1.25,
                    violations=[Violation("a.b", "must be 1"), Violation("c", "must be 2")],
                    metadata={"worker_id": "w1"},
                )
            if request.model == "hang":
                await asyncio.Event().wait()
            yield piece("two")
        finally:
            self.ended.set()

    async def Batch(self, request_iterator: Any, context: Any) -> Any:
        async for request in request_iterator:
            yield inference_pb2.BatchResponse(id=request.id)


def piece(text: str) -> generation_pb2.GenerateResponse:
    return generation_pb2.GenerateResponse(delta=generation_pb2.Delta(text=text))


@dataclass
class Hosting:
    """What a test needs of the server that runs for it."""

    server: Server
    servicer: Obedient
    registry: CollectorRegistry
    channel: grpc.aio.Channel

    @property
    def stub(self) -> Any:
        return inference_pb2_grpc.InferenceServiceStub(self.channel)


@pytest.fixture
async def hosting() -> AsyncIterator[Hosting]:
    settings = ServerSettings(health_listen="127.0.0.1:0")
    servicer, registry = Obedient(), CollectorRegistry()
    add = inference_pb2_grpc.add_InferenceServiceServicer_to_server
    hosted = [Hosted(NAME, servicer, add)]
    async with (
        serving(
            settings, hosted, public=True, registry=registry, max_receive_bytes=1 << 16
        ) as server,
        open_channel(server.address, None) as channel,
    ):
        yield Hosting(server, servicer, registry, channel)


@pytest.fixture
def identities() -> Callable[[Path, Sequence[str]], None]:
    """Give the function that writes an authority, and a certificate with these identities."""

    def write(folder: Path, shown: Sequence[str]) -> None:
        now = datetime.datetime.now(datetime.UTC)
        authority = Authority.new("tests", 1, now)
        issued = authority.issue("peer", ["localhost"], shown, 1, now)
        (folder / "ca.pem").write_bytes(authority.pair.certificate)
        (folder / "cert.pem").write_bytes(issued.certificate)
        (folder / "key.pem").write_bytes(issued.key)

    return write
