"""The same mesh over the real Consul, and behind TLS."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
import trustme

from services.worker.engines.scripted import expected_answer


@pytest.mark.consul
async def test_up_finds_its_workers_through_consul(
    start_up: Any, run: Any, consul_dev: Any
) -> None:
    def use() -> None:
        flags = ("--discovery", "consul", "--consul-address", consul_dev.http)
        with start_up(*flags) as up:
            shown = run("top", "--once", "--target", up.balancer)
            assert shown.stdout.count(" ready ") == 2, shown.stdout
            done = run("complete", "Hi", "--max-tokens", "5", "--target", up.gateway)
            assert done.stdout == expected_answer("Hi", 5) + "\n"
            assert up.stop() == 0

    await asyncio.to_thread(use)


@pytest.fixture
def certificate(tmp_path: Path) -> dict[str, Path]:
    authority = trustme.CA()
    issued = authority.issue_cert("localhost", "127.0.0.1")
    paths = {name: tmp_path / f"{name}.pem" for name in ("ca", "cert", "key")}
    authority.cert_pem.write_to_path(str(paths["ca"]))
    issued.cert_chain_pems[0].write_to_path(str(paths["cert"]))
    issued.private_key_pem.write_to_path(str(paths["key"]))
    return paths


def test_a_mesh_behind_mutual_tls(start_up: Any, run: Any, certificate: dict[str, Path]) -> None:
    environ = {
        f"EVENFLOW_{room}_TLS_{name.upper()}": str(path)
        for room in ("GATEWAY", "BALANCER", "WORKER")
        for name, path in certificate.items()
    }
    shown = [part for name, path in certificate.items() for part in (f"--{name}", str(path))]
    with start_up("--workers", "1", **environ) as up:
        ask = ("complete", "Hi", "--max-tokens", "5", "--target", up.gateway)
        done = run(*ask, *shown)
        assert done.stdout == expected_answer("Hi", 5) + "\n", done.stderr
        assert run("top", "--once", "--target", up.balancer, *shown).returncode == 0
        assert up.said(r"grpcurl (-cacert \S+ -cert \S+ -key \S+) localhost")
        plain = run(*ask)
        assert plain.returncode == 3
        assert "does not speak gRPC over plaintext with us" in plain.stderr
        assert "with --tls" in plain.stderr
