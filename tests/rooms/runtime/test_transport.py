"""TLS by settings: who is let in, and who is not."""

from collections.abc import AsyncIterator
from pathlib import Path

import grpc
import pytest
import trustme
from grpc_health.v1 import health_pb2, health_pb2_grpc
from prometheus_client import CollectorRegistry

from services.runtime.server import Server, serving
from services.runtime.settings import ServerSettings, TlsSettings
from services.runtime.transport import open_channel


@pytest.fixture
def authority(tmp_path: Path) -> trustme.CA:
    ca = trustme.CA()
    ca.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    for name in ("server", "client"):
        issued = ca.issue_cert(f"{name}.evenflow")
        issued.private_key_pem.write_to_path(str(tmp_path / f"{name}.key"))
        issued.cert_chain_pems[0].write_to_path(str(tmp_path / f"{name}.pem"))
    return ca


@pytest.fixture
async def server(authority: trustme.CA, tmp_path: Path) -> AsyncIterator[Server]:
    settings = ServerSettings(
        tls_cert=tmp_path / "server.pem",
        tls_key=tmp_path / "server.key",
        tls_ca=tmp_path / "ca.pem",
    )
    async with serving(settings, [], public=False, registry=CollectorRegistry()) as server:
        await server.set_serving(True)
        yield server


async def ask(server: Server, tls: TlsSettings | None) -> int:
    async with open_channel(server.address, tls, internal=False) as channel:
        stub = health_pb2_grpc.HealthStub(channel)
        return (await stub.Check(health_pb2.HealthCheckRequest(), timeout=5)).status


async def test_a_client_of_the_authority_comes_in(server: Server, tmp_path: Path) -> None:
    tls = TlsSettings(
        tls_cert=tmp_path / "client.pem",
        tls_key=tmp_path / "client.key",
        tls_ca=tmp_path / "ca.pem",
        tls_server_name="server.evenflow",
    )
    assert await ask(server, tls) == health_pb2.HealthCheckResponse.SERVING


@pytest.mark.parametrize("shown", ["nothing", "no certificate", "another authority", "wrong name"])
async def test_nobody_else_does(server: Server, tmp_path: Path, shown: str) -> None:
    mutual = TlsSettings(
        tls_cert=tmp_path / "client.pem",
        tls_key=tmp_path / "client.key",
        tls_ca=tmp_path / "ca.pem",
        tls_server_name="somebody-else.evenflow" if shown == "wrong name" else "server.evenflow",
    )
    tls: TlsSettings | None = mutual
    if shown == "nothing":
        tls = None
    elif shown == "no certificate":
        tls = TlsSettings(tls_ca=mutual.tls_ca, tls_server_name="server.evenflow")
    elif shown == "another authority":
        stranger = trustme.CA().issue_cert("client.evenflow")
        stranger.private_key_pem.write_to_path(str(tmp_path / "client.key"))
        stranger.cert_chain_pems[0].write_to_path(str(tmp_path / "client.pem"))
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await ask(server, tls)
    assert caught.value.code() is grpc.StatusCode.UNAVAILABLE
