"""Certificates that change while a server runs."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import grpc
import pytest
import trustme
from evenflow.v1 import inference_pb2, inference_pb2_grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc
from prometheus_client import CollectorRegistry

from services.runtime.credentials import Files
from services.runtime.server import Hosted, serving
from services.runtime.settings import ServerSettings, TlsSettings
from services.runtime.transport import open_channel

STREAMS = 50
NAME = "evenflow.v1.InferenceService"


class Place:
    """A folder of certificates, signed by one authority after another."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def copied(self, folder: Path) -> "Place":
        return Place(shutil.copytree(self.folder, folder))

    def renew(self) -> None:
        """All files new, from a new authority."""
        authority = trustme.CA()
        self.write("ca.pem", authority.cert_pem.bytes())
        for name in ("server", "client"):
            issued = authority.issue_cert(f"{name}.evenflow")
            self.write(f"{name}.key", issued.private_key_pem.bytes())
            self.write(f"{name}.pem", issued.cert_chain_pems[0].bytes())

    def write(self, name: str, content: bytes) -> None:
        new = self.folder / f"{name}.new"
        new.write_bytes(content)
        new.replace(self.folder / name)

    def tls(self, name: str) -> dict[str, Any]:
        return {
            "tls_cert": self.folder / f"{name}.pem",
            "tls_key": self.folder / f"{name}.key",
            "tls_ca": self.folder / "ca.pem",
        }

    @property
    def client(self) -> TlsSettings:
        return TlsSettings(**self.tls("client"), tls_server_name="server.evenflow")


class Echo(inference_pb2_grpc.InferenceServiceServicer):
    """Batch echoes ids for as long as it is asked."""

    async def Batch(self, request_iterator: Any, context: Any) -> Any:
        async for request in request_iterator:
            yield inference_pb2.BatchResponse(id=request.id)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    folder = tmp_path / "now"
    folder.mkdir()
    place = Place(folder)
    place.renew()
    return place


@pytest.fixture
async def address(place: Place) -> AsyncIterator[str]:
    settings = ServerSettings(**place.tls("server"))
    add = inference_pb2_grpc.add_InferenceServiceServicer_to_server
    hosted = [Hosted(NAME, Echo(), add)]
    async with serving(settings, hosted, public=False, registry=CollectorRegistry()) as server:
        await server.set_serving(True)
        yield server.address


async def comes_in(address: str, tls: TlsSettings) -> bool:
    async with open_channel(address, tls, internal=False) as channel:
        stub = health_pb2_grpc.HealthStub(channel)
        call = stub.Check(health_pb2.HealthCheckRequest(), timeout=10)
        code = await call.code()
        assert code in (grpc.StatusCode.OK, grpc.StatusCode.UNAVAILABLE)
        return code is grpc.StatusCode.OK


async def test_renewed_under_streams_none_breaks_and_new_connections_use_the_new(
    place: Place, address: str, tmp_path: Path
) -> None:
    async with open_channel(address, place.client, internal=False) as channel:
        stub = inference_pb2_grpc.InferenceServiceStub(channel)
        calls = [stub.Batch() for _ in range(STREAMS)]

        async def echoed(text: str) -> None:
            async def one(call: Any) -> str:
                await call.write(inference_pb2.BatchRequest(id=text))
                return (await call.read()).id

            assert await asyncio.gather(*map(one, calls)) == [text] * STREAMS

        await echoed("before")
        as_before = place.copied(tmp_path / "old")
        for round_ in range(5):
            place.renew()
            assert await comes_in(address, place.client)
            await echoed(f"round {round_}")
        assert not await comes_in(address, as_before.client)
        for call in calls:
            await call.done_writing()
            assert await call.read() is grpc.aio.EOF


async def test_files_that_do_not_fit_change_nothing(
    place: Place, address: str, capfd: pytest.CaptureFixture[str]
) -> None:
    key = (place.folder / "server.key").read_bytes()
    place.write("server.key", (place.folder / "client.key").read_bytes())
    assert await comes_in(address, place.client)
    assert await comes_in(address, place.client)
    assert capfd.readouterr().out.count("certificate unusable") == 1
    (place.folder / "server.key").unlink()
    assert await comes_in(address, place.client)
    place.write("server.key", key)
    assert await comes_in(address, place.client)


@pytest.mark.parametrize("cut", [0, 1, -30])
async def test_authorities_that_cannot_be_read_change_nothing(
    place: Place, address: str, cut: int
) -> None:
    whole = (place.folder / "ca.pem").read_bytes()
    client = place.copied(place.folder.parent / "client").client
    place.write("ca.pem", whole[:cut])
    assert await comes_in(address, client)
    place.write("ca.pem", whole)
    assert await comes_in(address, client)


async def test_a_server_does_not_start_without_readable_authorities(place: Place) -> None:
    place.write("ca.pem", b"")
    settings = ServerSettings(**place.tls("server"))
    with pytest.raises(OSError, match=r"ca\.pem: NO_CERTIFICATE_OR_CRL_FOUND"):
        async with serving(settings, [], public=False, registry=CollectorRegistry()):
            pass


async def test_a_server_does_not_start_with_a_key_that_does_not_fit(place: Place) -> None:
    place.write("server.key", (place.folder / "client.key").read_bytes())
    settings = ServerSettings(**place.tls("server"))
    with pytest.raises(OSError, match=r"server\.pem and .*server\.key: KEY_VALUES_MISMATCH"):
        async with serving(settings, [], public=False, registry=CollectorRegistry()):
            pass


def test_a_generation_ends_when_a_file_changes_and_outlives_one_that_is_gone(place: Place) -> None:
    files = Files(place.client)
    first = files.generation()
    assert files.generation() == first
    place.renew()
    second = files.generation()
    assert second != first
    (place.folder / "ca.pem").unlink()
    assert files.generation() == second


@pytest.mark.parametrize(
    ("shown", "reason"),
    [
        (["spiffe://mesh/gateway"], None),
        (["spiffe://mesh/other"], "NOT_A_PEER"),
        ([], "NOT_A_PEER"),
        (["spiffe://mesh/gateway", "spiffe://mesh/other"], "NOT_A_PEER"),
    ],
)
async def test_only_who_shows_exactly_one_known_identity_may_call(
    tmp_path: Path, identities: Any, shown: list[str], reason: str | None
) -> None:
    identities(tmp_path, shown)
    tls = {
        "tls_cert": tmp_path / "cert.pem",
        "tls_key": tmp_path / "key.pem",
        "tls_ca": tmp_path / "ca.pem",
    }
    settings = ServerSettings(**tls, tls_peers=("spiffe://mesh/gateway",))
    add = inference_pb2_grpc.add_InferenceServiceServicer_to_server
    client = TlsSettings(**tls, tls_server_name="localhost")
    async with serving(
        settings, [Hosted(NAME, Echo(), add)], public=False, registry=CollectorRegistry()
    ) as server:
        await server.set_serving(True)
        assert await comes_in(server.address, client)  # health is everybody's
        async with open_channel(server.address, client, internal=False) as channel:
            call = inference_pb2_grpc.InferenceServiceStub(channel).Batch()
            await call.done_writing()
            if reason is None:
                assert await call.read() is grpc.aio.EOF
            else:
                assert await call.code() is grpc.StatusCode.PERMISSION_DENIED
