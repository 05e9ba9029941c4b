"""The real Consul: `python -m tests.tools.consul` prints the path of its binary.

Decides where it comes from. A `consul` on PATH comes first. Else it is Debian's
own package, from the older suite that still has one, through the mirror that
this machine's apt is set to: apt checks the suite's signed index, and the
package's sha256 stands here. Nothing is installed; all of it lies in
evenflow's cache.
"""

import fcntl
import hashlib
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from requirements.environment import CACHE

SUITE = "bullseye"
VERSION = "1.8.7+dfsg1-2+b3"
SHA256 = {
    "amd64": "e4e888bba104daba1d9161f49bfc52649a7e4efd45b1a7ead5bc54f2cb9c89d9",
    "arm64": "7318cfa77a7ba6f71dd096e44353279de246ffc6561216ace42353685dcf8255",
}
ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}
APT = Path("/etc/apt")


class NoConsulError(Exception):
    """There is no Consul and none can be had; the text is one line for a person."""


def consul() -> Path:
    """The path of a Consul binary, fetched if need be (some seconds, once)."""
    if found := shutil.which("consul"):
        return Path(found)
    architecture = ARCHITECTURES.get(platform.machine(), platform.machine())
    folder = CACHE / f"consul-{VERSION}-{architecture}"
    binary = folder / "usr" / "bin" / "consul"
    CACHE.mkdir(parents=True, exist_ok=True)
    with folder.with_name(f"{folder.name}.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        if not binary.exists():
            _fetch(architecture, folder)
    return binary


def _fetch(architecture: str, folder: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="consul-", dir=CACHE) as name:
        work = Path(name)
        try:
            if architecture not in SHA256:
                raise NoConsulError(f"no package is known for {architecture}")
            package = _download(architecture, work)
            _run("dpkg-deb", "--extract", str(package), str(work / "tree"))
        except NoConsulError as error:
            raise NoConsulError(
                f"no Consul: none on PATH, and Debian's {SUITE} package cannot be had: {error}"
            ) from None
        # Renamed when complete, so a fetch that was cut short leaves nothing half done.
        (work / "tree").rename(folder)


def _download(architecture: str, work: Path) -> Path:
    """The package, through an apt of its own that leaves the machine's alone."""
    for part in ("lists/partial", "cache/archives/partial", "sources"):
        (work / part).mkdir(parents=True)
    (work / "status").touch()
    name, text = _source()
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
    _run(*apt, "download", f"consul={VERSION}", cwd=work)
    (package,) = work.glob("consul_*.deb")
    digest = hashlib.sha256(package.read_bytes()).hexdigest()
    if digest != SHA256[architecture]:
        raise NoConsulError(f"its sha256 is {digest}, not {SHA256[architecture]}")
    return package


def _source() -> tuple[str, str]:
    """Name and text of an apt source like the machine's own first one, for the older suite."""
    for path in sorted((APT / "sources.list.d").glob("*.sources")):
        for stanza in re.split(r"\n\s*\n", path.read_text()):
            lines = [line for line in stanza.splitlines() if not line.startswith("#")]
            text = "\n".join(lines)
            if re.search(r"^Types:.*\bdeb\b", text, re.M) and "security" not in text:
                return "debian.sources", rewritten_stanza(text)
    lists = [APT / "sources.list", *sorted((APT / "sources.list.d").glob("*.list"))]
    for path in lists:
        for line in path.read_text().splitlines() if path.exists() else ():
            if line.startswith("deb ") and "security" not in line:
                return "debian.list", rewritten_line(line)
    raise NoConsulError("apt has no source here")


def rewritten_stanza(stanza: str) -> str:
    """A deb822 source with the older suite in the place of its own."""
    stanza = re.sub(r"^Types:.*$", "Types: deb", stanza, flags=re.M)
    stanza = re.sub(r"^Components:.*$", "Components: main", stanza, flags=re.M)
    return re.sub(r"^Suites:.*$", f"Suites: {SUITE}", stanza, flags=re.M) + "\n"


def rewritten_line(line: str) -> str:
    """A one-line source ("deb [options] uri suite components") likewise."""
    found = re.match(r"deb\s+(\[[^]]*\]\s+)?(\S+)\s", line)
    if found is None:
        raise NoConsulError("apt's first source cannot be read")
    return f"deb {found[1] or ''}{found[2]} {SUITE} main\n"


def _run(*command: str, cwd: Path | None = None) -> None:
    try:
        done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=300)
    except (FileNotFoundError, subprocess.TimeoutExpired) as error:
        raise NoConsulError(f"{command[0]}: {type(error).__name__}") from None
    if done.returncode:
        lines = done.stderr.strip().splitlines() or [f"exit code {done.returncode}"]
        raise NoConsulError(f"{command[0]}: {lines[0]}")


if __name__ == "__main__":
    try:
        sys.stdout.write(f"{consul()}\n")
    except NoConsulError as error:
        sys.exit(f"evenflow: {error}")
