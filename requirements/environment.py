"""Makes a virtual environment that holds exactly what a lock names, once.

Decides where such an environment is kept (beside evenflow's other caches, under
a name that changes with the lock and the Python) and prints its Python. Knows
nothing of what will run there. Needs the standard library and pip alone.

    python requirements/environment.py requirements/proto.txt
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "evenflow"


def environment(lock: Path) -> Path:
    """Return the Python of an environment that holds what `lock` names.

    Made on the first call; a second process waits for the first.

    Raises:
        subprocess.CalledProcessError: pip failed; its output is on stderr.
    """
    seed = lock.read_bytes() + sys.version.encode() + sys.base_prefix.encode()
    folder = CACHE / "environments" / f"{lock.stem}-{hashlib.sha256(seed).hexdigest()[:16]}"
    folder.parent.mkdir(parents=True, exist_ok=True)
    complete = folder / "complete"
    with folder.with_suffix(".lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        if not complete.exists():
            shutil.rmtree(folder, ignore_errors=True)
            fill(folder, lock)
            complete.touch()
    return folder / "bin" / "python"


def fill(folder: Path, lock: Path) -> None:
    """Make the environment and install what `lock` names, every file checked by its hash."""
    sys.stderr.write(f"evenflow: installing {lock.name} into an environment of its own, once\n")
    venv.create(folder, symlinks=True)
    pip = [sys.executable, "-m", "pip", f"--python={folder / 'bin' / 'python'}"]
    install = ["install", "-qq", "--no-input", "--disable-pip-version-check"]
    checked = ["--no-deps", "--require-hashes", "--only-binary=:all:", "-r", str(lock)]
    subprocess.run(pip + install + checked, check=True, stdout=sys.stderr)


if __name__ == "__main__":
    try:
        sys.stdout.write(f"{environment(Path(sys.argv[1]))}\n")
    except subprocess.CalledProcessError as failed:
        sys.exit(f"evenflow: pip could not install {sys.argv[1]} (exit code {failed.returncode})")
