import shlex
import stat
from pathlib import Path
from typing import Any

from services.worker.engines.scripted import expected_answer


def exported(told: str) -> dict[str, str]:
    lines = [
        line.removeprefix("export ") for line in told.splitlines() if line.startswith("export")
    ]
    return dict(shlex.split(line)[0].split("=", 1) for line in lines)


def test_what_it_tells_to_export_makes_a_mesh_of_mutual_tls(
    start_up: Any, run: Any, tmp_path: Path
) -> None:
    made = run("certs", str(tmp_path))
    assert made.stdout.startswith("# a new authority; certificates for 30 days\n"), made.stderr
    environ = exported(made.stdout)
    assert len(environ) == 9
    assert stat.S_IMODE((tmp_path / "gateway.key").stat().st_mode) == 0o600
    peers = "spiffe://evenflow/ns/default/sa/{}"
    # A worker hears balancers and gateways alone.
    environ["EVENFLOW_WORKER_TLS_PEERS"] = ",".join(map(peers.format, ("balancer", "gateway")))
    with start_up("--workers", "1", **environ) as up:
        ask = ("complete", "Hi", "--max-tokens", "5", "--target", up.gateway)
        shown = ("--ca", f"{tmp_path}/ca.pem", "--cert", f"{tmp_path}/caller.pem")
        shown = (*shown, "--key", f"{tmp_path}/caller.key")
        assert run(*ask, *shown).stdout == expected_answer("Hi", 5) + "\n"
        before = (tmp_path / "ca.pem").read_bytes(), (tmp_path / "gateway.pem").read_bytes()
        again = run("certs", str(tmp_path), "--days", "7")
        assert again.stdout.startswith("# the same authority; certificates for 7 days\n")
        after = (tmp_path / "ca.pem").read_bytes(), (tmp_path / "gateway.pem").read_bytes()
        assert before[0] == after[0]
        assert before[1] != after[1]
        assert run(*ask, *shown).stdout == expected_answer("Hi", 5) + "\n"


def test_callers_by_key_need_no_certificate(start_up: Any, run: Any, tmp_path: Path) -> None:
    environ = exported(run("certs", str(tmp_path)).stdout)
    environ["EVENFLOW_GATEWAY_TLS_CLIENTS"] = "none"
    with start_up("--workers", "1", **environ) as up:
        ask = ("complete", "Hi", "--max-tokens", "5", "--target", up.gateway)
        done = run(*ask, "--ca", f"{tmp_path}/ca.pem")
        assert done.stdout == expected_answer("Hi", 5) + "\n", done.stderr


def test_a_folder_that_holds_something_else_is_told(run: Any, tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("x")
    (tmp_path / "ca.key").write_text("x")
    done = run("certs", str(tmp_path))
    assert done.returncode == 1
    assert str(tmp_path) in done.stderr
