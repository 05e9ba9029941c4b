"""Where llama.cpp's programs come from, and how they are called.

Decides: those on PATH come first, else Debian's own packages from its unstable
suite, through the mirror that this machine's apt is set to (apt checks the
suite's signed index). These hold ggml's kernels for each family of CPUs and take
the machine's own; the wheels of the package index are built without AVX-512 and
would be no fair rival. Nothing is installed: packages are unpacked in the
cache folder and run with the loader and libraries that lie beside them.
"""

import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

SUITE = "sid"
SOURCES = Path("/etc/apt/sources.list.d")
PACKAGES = (
    "llama.cpp-tools llama.cpp-tools-extra libllama0 libggml0 "
    "libc6 libgcc-s1 libgomp1 libstdc++6 libssl3t64 libzstd1 zlib1g"
).split()
LIBRARIES = Path("usr/lib/x86_64-linux-gnu")


class NoRivalError(Exception):
    """A rival cannot be had here; the text is the reason, for the report."""


@dataclass(frozen=True, slots=True)
class LlamaCpp:
    """Its programs: in `root`, an unpacked tree; None: on PATH."""

    root: Path | None

    def command(self, program: str, arguments: Sequence[str]) -> list[str]:
        """The command line of one program."""
        if self.root is None:
            return [program, *arguments]
        libraries = self.root / LIBRARIES
        loader = [str(libraries / "ld-linux-x86-64.so.2"), "--library-path"]
        places = f"{libraries}:{libraries / 'llama'}"
        return [*loader, places, str(self.root / "usr" / "bin" / program), *arguments]

    @property
    def folder(self) -> Path | None:
        """Where to call it: ggml looks for its kernels in the working directory."""
        return None if self.root is None else self.root / LIBRARIES / "ggml" / "backends0"

    def version(self) -> str:
        """What it says of itself."""
        done = subprocess.run(
            self.command("llama-server", ["--version"]),
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=True,
        )
        found = re.search(r"^version: .*$", done.stderr + done.stdout, re.M)
        return found[0] if found else "version unknown"


def llama_cpp(folder: Path, said: Callable[[str], None]) -> LlamaCpp:
    """Find or fetch it.

    Raises:
        NoRivalError: it is not on PATH and cannot be fetched.
    """
    if shutil.which("llama-server") and shutil.which("llama-batched-bench"):
        return LlamaCpp(None)
    root = folder / "llama.cpp"
    if not root.exists():
        said(f"fetching llama.cpp from Debian's suite {SUITE}")
        folder.mkdir(parents=True, exist_ok=True)
        try:
            _fetch(folder, root)
        except (OSError, subprocess.SubprocessError) as error:
            raise NoRivalError(f"llama.cpp: not on PATH, and Debian's packages: {error}") from error
    return LlamaCpp(root)


def _fetch(folder: Path, root: Path) -> None:
    with tempfile.TemporaryDirectory(dir=folder) as name:
        work = Path(name)
        for part in ("lists/partial", "cache/archives/partial", "sources", "tree"):
            (work / part).mkdir(parents=True)
        (work / "status").touch()
        (work / "sources" / "debian.sources").write_text(_source())
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
        subprocess.run([*apt, "update"], check=True, capture_output=True, timeout=300)
        subprocess.run(
            [*apt, "download", *PACKAGES], cwd=work, check=True, capture_output=True, timeout=300
        )
        for package in sorted(work.glob("*.deb")):
            subprocess.run(["dpkg-deb", "--extract", package, work / "tree"], check=True)
        (work / "tree").rename(root)


def _source() -> str:
    """The machine's own first source, for the other suite."""
    for path in sorted(SOURCES.glob("*.sources")):
        for stanza in re.split(r"\n\s*\n", path.read_text()):
            text = "\n".join(line for line in stanza.splitlines() if not line.startswith("#"))
            if re.search(r"^Types:.*\bdeb\b", text, re.M) and "security" not in text:
                text = re.sub(r"^Components:.*$", "Components: main", text, flags=re.M)
                return re.sub(r"^Suites:.*$", f"Suites: {SUITE}", text, flags=re.M) + "\n"
    raise OSError(f"no apt source in {SOURCES}")
