from pathlib import Path
from typing import Any

from gateway.tenants.roll import read_roll
from services.worker.engines.scripted import expected_answer


def test_a_key_opens_the_mesh_whose_file_holds_its_digest(
    start_up: Any, run: Any, tmp_path: Path
) -> None:
    made = run("key", "team-a")
    key, file = made.stdout.strip(), tmp_path / "tenants.toml"
    file.write_text(made.stderr[made.stderr.index("[tenants.") :])
    tenant = read_roll(file.read_text()).of_key(key)
    assert tenant is not None
    assert tenant.name == "team-a"
    assert key not in made.stderr
    with start_up("--workers", "1", EVENFLOW_GATEWAY_TENANTS=str(file)) as up:
        ask = ("complete", "Hi", "--max-tokens", "5", "--target", up.gateway)
        refused = run(*ask)
        assert refused.returncode == 1
        assert "authorization: missing" in refused.stderr
        done = run(*ask, EVENFLOW_CLI_API_KEY=key)
        assert done.stdout == expected_answer("Hi", 5) + "\n", done.stderr


def test_a_tenant_needs_a_name(run: Any) -> None:
    done = run("key", "team a")
    assert done.returncode == 2
    assert "TENANT: must be 1 to 64" in done.stderr
