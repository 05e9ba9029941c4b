"""The real Consul: `python -m tests.tools.consul` prints the path of its binary.

A `consul` on PATH comes first. Else it is Debian's own package (`debian.py`).
"""

import shutil
import sys
from pathlib import Path

from tests.tools.debian import SUITE, NoPackageError, Package, unpacked

PACKAGE = Package(
    "consul",
    "1.8.7+dfsg1-2+b3",
    {
        "amd64": "e4e888bba104daba1d9161f49bfc52649a7e4efd45b1a7ead5bc54f2cb9c89d9",
        "arm64": "7318cfa77a7ba6f71dd096e44353279de246ffc6561216ace42353685dcf8255",
    },
)


class NoConsulError(Exception):
    """There is no Consul and none can be had; the text is one line for a person."""


def consul() -> Path:
    """The path of a Consul binary, fetched if need be (some seconds, once)."""
    if found := shutil.which("consul"):
        return Path(found)
    try:
        return unpacked([PACKAGE]) / "usr" / "bin" / "consul"
    except NoPackageError as error:
        raise NoConsulError(
            f"no Consul: none on PATH, and Debian's {SUITE} package cannot be had: {error}"
        ) from None


if __name__ == "__main__":
    try:
        sys.stdout.write(f"{consul()}\n")
    except NoConsulError as error:
        sys.exit(f"evenflow: {error}")
