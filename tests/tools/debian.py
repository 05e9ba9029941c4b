"""Programs from Debian's own packages, for tests and benchmarks that run the real thing.

Decides where they come from: an older suite, whose packages no longer change,
through the mirror that this machine's apt is set to. apt checks the suite's
signed index, and every package's sha256 stands with who asks for it. Nothing is
installed; all of it lies in evenflow's cache. Knows no program.
"""

import fcntl
import hashlib
import platform
import re
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from requirements.environment import CACHE

SUITE = "bullseye"
ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}
APT = Path("/etc/apt")


class NoPackageError(Exception):
    """It cannot be had here; the text is one line for a person."""


@dataclass(frozen=True, slots=True)
class Package:
    """A package's name and version, and its sha256 by architecture."""

    name: str
    version: str
    sha256: Mapping[str, str]


def unpacked(packages: Sequence[Package], suite: str = SUITE) -> Path:
    """The packages' files in one tree, fetched if need be (some seconds, once).

    Raises:
        NoPackageError: they cannot be had.
    """
    architecture = ARCHITECTURES.get(platform.machine(), platform.machine())
    first = packages[0]
    folder = CACHE / f"{first.name}-{first.version.replace(':', '_')}-{architecture}"
    CACHE.mkdir(parents=True, exist_ok=True)
    with folder.with_name(f"{folder.name}.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        if not folder.exists():
            with tempfile.TemporaryDirectory(prefix=f"{first.name}-", dir=CACHE) as name:
                _fetch(packages, architecture, suite, Path(name))
                # Renamed when complete, so a fetch that was cut short leaves nothing half done.
                (Path(name) / "tree").rename(folder)
    return folder


def _fetch(packages: Sequence[Package], architecture: str, suite: str, work: Path) -> None:
    for package in packages:
        if architecture not in package.sha256:
            raise NoPackageError(f"no package {package.name} is known for {architecture}")
    _download(packages, suite, work)
    for package in packages:
        (file,) = work.glob(f"{package.name}_*.deb")
        digest = hashlib.sha256(file.read_bytes()).hexdigest()
        if digest != package.sha256[architecture]:
            wanted = package.sha256[architecture]
            raise NoPackageError(f"the sha256 of {package.name} is {digest}, not {wanted}")
        _run("dpkg-deb", "--extract", str(file), str(work / "tree"))


def _download(packages: Sequence[Package], suite: str, work: Path) -> None:
    """The packages' files, through an apt of its own that leaves the machine's alone."""
    for part in ("lists/partial", "cache/archives/partial", "sources"):
        (work / part).mkdir(parents=True)
    (work / "status").touch()
    name, text = _source(suite)
    (work / "sources" / name).write_text(text)
    options = {
        "Dir::State::Lists": work / "lists",
        "Dir::State::status": work / "status",
        "Dir::Cache": work / "cache",
        "Dir::Etc::sourcelist": "/dev/null",
        "Dir::Etc::sourceparts": work / "sources",
        "Dir::Etc::preferencesparts": "/dev/null",
        # Root's apt would fetch as a user who may not write into this folder.
        "APT::Sandbox::User": "",
    }
    apt = ["apt-get", "-qq", *(f"-o{key}={value}" for key, value in options.items())]
    _run(*apt, "update")
    _run(*apt, "download", *(f"{each.name}={each.version}" for each in packages), cwd=work)


def _source(suite: str) -> tuple[str, str]:
    """Name and text of an apt source like the machine's own first one, for that suite."""
    for path in sorted((APT / "sources.list.d").glob("*.sources")):
        for stanza in re.split(r"\n\s*\n", path.read_text()):
            lines = [line for line in stanza.splitlines() if not line.startswith("#")]
            text = "\n".join(lines)
            if re.search(r"^Types:.*\bdeb\b", text, re.M) and "security" not in text:
                return "debian.sources", rewritten_stanza(text, suite)
    lists = [APT / "sources.list", *sorted((APT / "sources.list.d").glob("*.list"))]
    for path in lists:
        for line in path.read_text().splitlines() if path.exists() else ():
            if line.startswith("deb ") and "security" not in line:
                return "debian.list", rewritten_line(line, suite)
    raise NoPackageError("apt has no source here")


def rewritten_stanza(stanza: str, suite: str) -> str:
    """A deb822 source with that suite in the place of its own."""
    stanza = re.sub(r"^Types:.*$", "Types: deb", stanza, flags=re.M)
    stanza = re.sub(r"^Components:.*$", "Components: main", stanza, flags=re.M)
    return re.sub(r"^Suites:.*$", f"Suites: {suite}", stanza, flags=re.M) + "\n"


def rewritten_line(line: str, suite: str) -> str:
    """A one-line source ("deb [options] uri suite components") likewise."""
    found = re.match(r"deb\s+(\[[^]]*\]\s+)?(\S+)\s", line)
    if found is None:
        raise NoPackageError("apt's first source cannot be read")
    return f"deb {found[1] or ''}{found[2]} {suite} main\n"


def _run(*command: str, cwd: Path | None = None) -> None:
    try:
        done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=300)
    except (FileNotFoundError, subprocess.TimeoutExpired) as error:
        raise NoPackageError(f"{command[0]}: {type(error).__name__}") from None
    if done.returncode:
        lines = done.stderr.strip().splitlines() or [f"exit code {done.returncode}"]
        raise NoPackageError(f"{command[0]}: {lines[0]}")
