"""The real Redis: `python -m tests.tools.redis` prints the path of its server.

A `redis-server` on PATH comes first. Else it is Debian's own (`debian.py`), with
the libraries that it needs and a machine with another suite may lack.
"""

import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.tools.debian import SUITE, NoPackageError, Package, unpacked


def _package(name: str, version: str, amd64: str, arm64: str) -> Package:
    return Package(name, version, {"amd64": amd64, "arm64": arm64})


# redis-server itself is but a link into redis-tools.
PACKAGES = (
    _package(
        "redis-tools",
        "5:6.0.16-1+deb11u2",
        "0329056b6cf1cc65ec1069a66bb0825ddb8307d1c6c5c93ab022fb19187138fd",
        "9b5cf75af13c9cb78f141b1b2ba591a8168221e04e3628c5ac57d6bfe00df433",
    ),
    _package(
        "libssl1.1",
        "1.1.1w-0+deb11u1",
        "aadf8b4b197335645b230c2839b4517aa444fd2e8f434e5438c48a18857988f7",
        "fe7a7d313c87e46e62e614a07137e4a476a79fc9e5aab7b23e8235211280fee3",
    ),
    _package(
        "libjemalloc2",
        "5.2.1-3",
        "dcb79555b137ad70c9d392ca31e04533e3a10b63aa0db02d5a26f464060cc0f5",
        "7e3537d43b3109183bec24be8e1154a7643ad6e03bb851f2ae0b5dc065954c99",
    ),
    _package(
        "liblua5.1-0",
        "5.1.5-8.1+b3",
        "8f5341aba9fd26a797ff826b4aa4c626fd487ebe2bf659bc8b2cee450ec7f9f2",
        "8f650a30e173ce301d4f50aba6833e12256686ed56c5081822c2a35d760458c1",
    ),
    _package(
        "lua-bitop",
        "1.0.2-5",
        "e7a286f04b4fced769b4da574e13a058dac1e6ad23660998643bf1af8a875b1a",
        "f7a0c695b5d7c005e6031576252373e11d6f00bcb02c4abf0b5ea332d388d805",
    ),
    _package(
        "lua-cjson",
        "2.1.0+dfsg-2.1",
        "4bdf90fe39c1de756c22c3c52332bc6e694c53645c4059932e2e0917e9f07517",
        "5f8e259ff037b1679c906fc780dedc495901f56ff2848228b7ec684d38b3cd21",
    ),
    _package(
        "liblzf1",
        "3.6-3",
        "9854b0866201b63e04f1e446f45f01ef4a6f72c61f2250b75f944f6046cc7e8c",
        "7bd48f5f5e3cacd0e8e46f943c6cc71bc10e2f0d62d2f5cac926dbae7d7b0beb",
    ),
    _package(
        "libatomic1",
        "10.2.1-6",
        "e8f1d04653698ab185c1144f35f905a1de87571c12ea630b65be669a2823d8c7",
        "d0b8a02896479a6eac49019d71142da9561482759f40eb7aeb15cfdc7d3e39ec",
    ),
)


class NoRedisError(Exception):
    """There is no Redis and none can be had; the text is one line for a person."""


@dataclass(frozen=True, slots=True)
class RedisServer:
    """The server's program, and what it needs of its environment."""

    path: Path
    environ: Mapping[str, str]


def redis_server() -> RedisServer:
    """A Redis server's program, fetched if need be (some seconds, once)."""
    if found := shutil.which("redis-server"):
        return RedisServer(Path(found), {})
    try:
        tree = unpacked(PACKAGES)
    except NoPackageError as error:
        raise NoRedisError(
            f"no Redis: no redis-server on PATH, and Debian's {SUITE} packages cannot be had: "
            f"{error}"
        ) from None
    libraries = ":".join(str(path) for path in (tree / "usr" / "lib").glob("*-linux-*"))
    # By this name the program is a server.
    server = tree / "usr" / "bin" / "redis-server"
    if not server.exists():
        server.symlink_to("redis-check-rdb")
    return RedisServer(server, {"LD_LIBRARY_PATH": libraries})


if __name__ == "__main__":
    try:
        sys.stdout.write(f"{redis_server().path}\n")
    except NoRedisError as error:
        sys.exit(f"evenflow: {error}")
