"""What is installed: the server's wheel, and locks that agree with what it declares."""

import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from requirements.environment import environment

ROOT = Path(__file__).resolve().parents[2]
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
# Held apart on purpose: the stubs' tools and floors, what writes the locks, other programs.
APART = {"langchain.txt", "proto.txt", "stubs-floor.txt", "lock.txt", "proxies.txt", "rivals.txt"}
OWN = {"evenflow-proto", "evenflow-server"}

WITHOUT_A_MODEL = """
import sys
import gateway.app, loadbalancer.app, services.cli.main
loaded = {name.partition(".")[0] for name in sys.modules}
print(sorted(loaded & {"tensorflow", "keras", "tokenizers", "gguf", "jinja2", "matplotlib"}))
"""


def pins(lock: Path) -> dict[str, set[str]]:
    """Versions by package; more than one where they differ by platform."""
    found: dict[str, set[str]] = {}
    for name, version in re.findall(r"^([a-z0-9-]+)==(\S+)", lock.read_text(), re.M):
        found.setdefault(name, set()).add(version)
    return found


def declared(*parts: str) -> list[Requirement]:
    """The requirements of parts of pyproject.toml: "dependencies", an extra or a group."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    project = settings["project"]
    lists = project["optional-dependencies"] | settings["dependency-groups"]
    lists["dependencies"] = project["dependencies"]
    return [Requirement(line) for part in parts for line in lists[part]]


@pytest.fixture(scope="session")
def wheels(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("wheels")
    for source in (ROOT, ROOT / "proto"):
        build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
        subprocess.run(build, cwd=source, check=True, capture_output=True)
    return folder


def test_the_server_wheel_holds_three_packages_and_nothing_else(wheels):
    (wheel,) = wheels.glob("evenflow_server-*.whl")
    names = [name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name]
    assert {name.split("/")[0] for name in names} == {"gateway", "loadbalancer", "services"}
    code = [name for name in names if not name.startswith("services/worker/classifiers/task/")]
    assert [name for name in code if "test" in name or not name.endswith((".py", ".typed"))] == []


def test_gateway_balancer_and_command_run_on_the_base_lock_alone(wheels, tmp_path):
    python = environment(ROOT / "requirements" / "base.txt")
    install = ["install", "-qq", "--no-deps", "--no-index", "--target", str(tmp_path)]
    command = [sys.executable, "-m", "pip", *install, *map(str, wheels.glob("*.whl"))]
    subprocess.run(command, check=True, capture_output=True)

    result = subprocess.run(
        [python, "-c", WITHOUT_A_MODEL],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
    )

    assert (result.returncode, result.stdout) == (0, "[]\n"), result.stderr


@pytest.mark.parametrize(
    ("lock", "parts"),
    [
        ("base.txt", ["dependencies", "redis"]),
        ("worker.txt", ["dependencies", "worker"]),
        ("dev.txt", ["dependencies", "worker", "redis", "plot", "dev"]),
        ("proto.txt", ["proto"]),
    ],
)
def test_a_lock_pins_what_is_declared(lock, parts):
    locked = pins(ROOT / "requirements" / lock)
    unmet = [
        str(requirement)
        for requirement in declared(*parts)
        if (name := canonicalize_name(requirement.name)) not in OWN
        if name not in locked or not all(map(requirement.specifier.contains, locked[name]))
    ]
    assert unmet == [], "run make lock"


def test_the_locks_agree_with_one_another():
    everything = pins(ROOT / "requirements" / "dev.txt")
    for lock in LOCKS:
        if lock.name not in APART:
            strays = {name for name, versions in pins(lock).items() if everything[name] != versions}
            assert strays == set(), lock.name


def test_what_runs_gateways_has_no_model():
    assert not pins(ROOT / "requirements" / "base.txt").keys() & {"tensorflow", "keras", "gguf"}
    assert "tensorflow" in pins(ROOT / "requirements" / "worker.txt")


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_a_lock_has_hashes_and_neither_addresses_nor_paths(lock):
    text = lock.read_text()
    assert len(LOCKS) == 11
    blocks = re.split(r"^(?=[a-z0-9-]+==)", text, flags=re.M)[1:]
    assert [block.splitlines()[0] for block in blocks if "--hash=sha256:" not in block] == []
    assert not re.search(r"://|^-|evenflow-(proto|server)==|(^|\s)/", text, re.M)
