"""Writes the stubs of `evenflow/v1/*.proto` into a folder; run by `make proto`.

Runs in an environment of its own (`requirements/proto.txt`), whose floor
versions make stubs that old and new runtimes take alike; see docs/decisions.

    python proto/generate.py FOLDER
"""

import os
import subprocess
import sys
from pathlib import Path

SOURCE = Path(__file__).resolve().parent
OUTPUTS = ("python", "grpc_python", "mypy", "mypy_grpc")


def generate(folder: Path) -> None:
    """Write the stubs, typed, below `folder`."""
    protos = sorted(str(path.relative_to(SOURCE)) for path in SOURCE.glob("evenflow/**/*.proto"))
    outputs = [f"--{kind}_out={folder.resolve()}" for kind in OUTPUTS]
    plugins = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    subprocess.run(
        [sys.executable, "-m", "grpc_tools.protoc", "-I.", *outputs, *protos],
        check=True,
        cwd=SOURCE,
        env={**os.environ, "PATH": plugins},
    )


if __name__ == "__main__":
    try:
        generate(Path(sys.argv[1]))
    except subprocess.CalledProcessError as failed:
        sys.exit(failed.returncode)
