"""The HTTP edge over HTTPS: who a certificate makes its caller, and files that change."""

import asyncio
import datetime
import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from gateway.edge.server import serving_http
from gateway.edge.service import Edge
from gateway.fleet import Fleet, WorkerView
from gateway.settings import GatewaySettings
from gateway.tenants.door import Door
from gateway.tenants.keys import digest, key_from
from gateway.tenants.roll import read_roll
from services.cli.authority import Authority

SEARCH, BATCH = "spiffe://mesh/ns/search/sa/indexer", "spiffe://mesh/ns/batch/sa/nightly"
KEY = key_from(bytes(32))
ROLL = read_roll(f"""
[tenants.search]
identities = ["{SEARCH}"]
models = ["for-search"]
[tenants.batch]
identities = ["{BATCH}"]
keys = ["{digest(KEY)}"]
models = ["for-batch"]
""")
MODELS = ("for-batch", "for-search")


class Papers:
    """Certificates in a folder, of one authority after another."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        self.renew()

    def renew(self) -> None:
        """Another authority, and a certificate of the server's from it."""
        self._now = datetime.datetime.now(datetime.UTC)
        self.authority = Authority.new("tests", 1, self._now)
        self._write("ca.pem", self.authority.pair.certificate)
        issued = self.authority.issue("server", ["127.0.0.1"], [], 1, self._now)
        self._write("key.pem", issued.key)
        self._write("cert.pem", issued.certificate)

    def client(self, *identities: str) -> ssl.SSLContext:
        """One who trusts the authority of now, and shows a certificate that it signed."""
        issued = self.authority.issue("client", ["client"], identities, 1, self._now)
        context = ssl.create_default_context(cadata=self.authority.pair.certificate.decode())
        pair = self.folder / "client.pem"
        pair.write_bytes(issued.certificate + issued.key)
        context.load_cert_chain(pair)
        return context

    def _write(self, name: str, content: bytes) -> None:
        new = self.folder / f"{name}.new"
        new.write_bytes(content)
        new.replace(self.folder / name)


@pytest.fixture
def papers(tmp_path: Path) -> Papers:
    return Papers(tmp_path / "papers")


@asynccontextmanager
async def served(papers: Papers, **settings) -> AsyncIterator[str]:
    """An edge that tells which models its caller may ask; yields its URL."""
    told = GatewaySettings(
        tls_cert=papers.folder / "cert.pem",
        tls_key=papers.folder / "key.pem",
        tls_ca=papers.folder / "ca.pem",
        **settings,
    )
    fleet = Fleet(tuple(WorkerView(name, "", True, model=name, revision="1") for name in MODELS))
    edge = Edge(
        None,  # type: ignore[arg-type]  # nothing is generated here
        lambda: fleet,
        Door(lambda: ROLL),
        peers=told.tls_peers,
        max_body=1000,
        default_deadline=10.0,
        longest_deadline=10.0,
    )
    async with serving_http(edge, "127.0.0.1:0", told) as server:
        yield f"https://{server.address}/v1/models"


async def asked(url: str, shown: ssl.SSLContext | bool, **headers: str) -> tuple[int, object]:
    """The status, and the models or the reason."""
    async with httpx.AsyncClient(verify=shown, timeout=30) as http:
        return told(await http.get(url, headers=headers))


def told(answer: httpx.Response) -> tuple[int, object]:
    body = answer.json()
    if answer.status_code == 200:
        return 200, [model["id"] for model in body["data"]]
    return answer.status_code, body["error"]["code"]


@pytest.mark.parametrize(
    ("identities", "found"),
    [
        ([SEARCH], (200, ["for-search"])),
        ([BATCH], (200, ["for-batch"])),
        (["spiffe://mesh/ns/other"], (401, "NO_KEY")),
        ([SEARCH, BATCH], (401, "NO_KEY")),
        ([SEARCH, "https://elsewhere"], (401, "NO_KEY")),
        ([], (401, "NO_KEY")),
    ],
)
async def test_a_certificate_with_one_identity_makes_the_tenant(
    papers: Papers, identities: Sequence[str], found: object
):
    async with served(papers) as url:
        assert await asked(url, papers.client(*identities)) == found


async def test_a_key_wins_over_the_certificate_and_a_name_alone_proves_nothing(papers: Papers):
    async with served(papers) as url:
        search = papers.client(SEARCH)
        assert await asked(url, search, authorization=f"Bearer {KEY}") == (200, ["for-batch"])
        assert await asked(url, search, authorization="Bearer ef-x") == (401, "UNKNOWN_KEY")
        refused = await asked(url, search, **{"evenflow-tenant": "batch"})
        assert refused == (403, "OTHER_TENANT")


async def test_who_may_not_call_by_grpc_may_not_by_http(papers: Papers):
    async with served(papers, tls_peers=(SEARCH,)) as url:
        assert await asked(url, papers.client(SEARCH)) == (200, ["for-search"])
        refused = await asked(url, papers.client(BATCH), authorization=f"Bearer {KEY}")
        assert refused == (403, "NOT_A_PEER")
        assert await asked(url, papers.client(SEARCH, BATCH)) == (403, "NOT_A_PEER")


async def test_without_a_certificate_nobody_comes_in_unless_a_key_will_do(papers: Papers):
    nobody = ssl.create_default_context(cadata=papers.authority.pair.certificate.decode())
    async with served(papers) as url:
        with pytest.raises(httpx.TransportError):
            await asked(url, nobody, authorization=f"Bearer {KEY}")
    async with served(papers, tls_clients="none") as url:
        found = await asked(url, nobody, authorization=f"Bearer {KEY}")
        assert found == (200, ["for-batch"])


async def test_files_that_change_count_from_the_next_connection_on(papers: Papers):
    async with served(papers) as url:
        before = papers.client(SEARCH)
        async with httpx.AsyncClient(verify=before, timeout=30) as open_connection:
            assert told(await open_connection.get(url)) == (200, ["for-search"])
            papers.renew()
            # The new authority's client trusts the new certificate alone, and is trusted.
            assert await asked(url, papers.client(SEARCH)) == (200, ["for-search"])
            # Whom the old one signed is nobody any more, though it would trust the server.
            before.load_verify_locations(cadata=papers.authority.pair.certificate.decode())
            with pytest.raises(httpx.TransportError):
                await asked(url, before)
            # Connections that are open stay as they are.
            assert told(await open_connection.get(url)) == (200, ["for-search"])


async def test_files_that_do_not_fit_change_nothing(papers: Papers):
    async with served(papers) as url:
        client = papers.client(SEARCH)
        cert = (papers.folder / "cert.pem").read_bytes()
        for text in (b"no certificate", b""):
            (papers.folder / "cert.pem").write_bytes(text)
            assert await asked(url, client) == (200, ["for-search"])
        (papers.folder / "cert.pem").unlink()
        assert await asked(url, client) == (200, ["for-search"])
        (papers.folder / "cert.pem").write_bytes(cert)
        assert await asked(url, client) == (200, ["for-search"])


async def test_plaintext_is_not_answered(papers: Papers):
    async with served(papers) as url, asyncio.timeout(20):
        with pytest.raises(httpx.TransportError):
            await asked(url.replace("https", "http"), True)
