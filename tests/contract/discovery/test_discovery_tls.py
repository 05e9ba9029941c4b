"""Consul over TLS: the agent is verified, and so are we where it asks for that."""

import asyncio
import ssl
import subprocess
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest

from services.discovery.endpoint import WORKER
from services.discovery.open import open_discovery
from tests.contract.discovery.conftest import Logs
from tests.contract.discovery.worlds import consul_settings
from tests.tools.consul import consul
from tests.tools.scripted_consul import scripted_consul

pytestmark = pytest.mark.consul


@dataclass(frozen=True)
class Certificates:
    """An authority, and the certificates of an agent at 127.0.0.1 and of a client."""

    ca: Path
    agent: tuple[Path, Path]
    client: tuple[Path, Path]


@pytest.fixture
def certificates(real_consul: None, tmp_path: Path) -> Certificates:
    """Consul itself makes them."""
    agent = ["-server", "-additional-ipaddress=127.0.0.1"]
    for command in (["ca", "create"], ["cert", "create", *agent], ["cert", "create", "-client"]):
        subprocess.run(
            [consul(), "tls", *command], cwd=tmp_path, check=True, stdout=subprocess.DEVNULL
        )

    def pair(kind: str) -> tuple[Path, Path]:
        name = f"dc1-{kind}-consul-0"
        return tmp_path / f"{name}.pem", tmp_path / f"{name}-key.pem"

    return Certificates(tmp_path / "consul-agent-ca.pem", pair("server"), pair("client"))


@pytest.fixture
async def address(certificates: Certificates) -> AsyncIterator[str]:
    """An agent that lets in whom its authority has signed."""
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=certificates.ca)
    tls.load_cert_chain(*certificates.agent)
    tls.verify_mode = ssl.CERT_REQUIRED
    async with scripted_consul(tls) as scripted:
        yield f"https://{scripted.address}"


async def test_both_sides_show_their_certificates(address: str, certificates: Certificates) -> None:
    cert, key = certificates.client
    settings = consul_settings(
        address, consul_tls_ca=certificates.ca, consul_tls_cert=cert, consul_tls_key=key
    )
    async with (
        open_discovery(settings, Random(1)) as discovery,
        aclosing(discovery.resolver.watch(WORKER)) as fleets,
        asyncio.timeout(10),
    ):
        assert await anext(fleets) == ()


@pytest.mark.parametrize("lacks", ["authority", "certificate"])
async def test_who_lacks_one_is_told_and_learns_nothing(
    address: str, certificates: Certificates, logs: Logs, lacks: str
) -> None:
    cert, key = certificates.client
    settings = (
        consul_settings(address, consul_tls_cert=cert, consul_tls_key=key)
        if lacks == "authority"
        else consul_settings(address, consul_tls_ca=certificates.ca)
    )
    async with (
        open_discovery(settings, Random(1)) as discovery,
        aclosing(discovery.resolver.watch(WORKER)) as fleets,
    ):
        reading = asyncio.ensure_future(anext(fleets))
        told = await logs.seen(lambda entry: entry["event"].startswith("registry failed"))
        if lacks == "authority":
            assert "CERTIFICATE_VERIFY_FAILED" in told["reason"]
        assert not reading.done()
        reading.cancel()
        await asyncio.wait({reading})
