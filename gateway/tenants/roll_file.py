"""The tenants file, read again when it changes.

Decides when a changed file counts: within a quarter of a second, and only if it can be
used; else what stood before stands, and the log says why. Looked at by its
status rather than watched: that works on every file system, mounted secrets too.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import structlog

from gateway.tenants.roll import Roll, RollError, read_roll
from services.runtime.lifecycle import background

log = structlog.get_logger(__name__)

_LOOK_SECONDS = 0.25
_MAX_BYTES = 16 << 20


class RollFile:
    """What a file says; `path` None: there is no roll."""

    def __init__(self, path: Path | None) -> None:
        """Read it for the first time.

        Raises:
            OSError: it cannot be read.
            RollError: it cannot be used.
        """
        self._path = path
        self._seen = None if path is None else _mark(path)
        self._roll = None if path is None else _read(path)
        self._complaint = ""

    @property
    def roll(self) -> Roll | None:
        """The roll in force."""
        return self._roll

    @asynccontextmanager
    async def watched(self) -> AsyncIterator["RollFile"]:
        """Read the file again whenever it has changed, until the block ends."""
        if self._path is None:
            yield self
            return
        async with background("tenants-file", self._watch(self._path)):
            yield self

    async def _watch(self, path: Path) -> None:
        while True:
            await asyncio.sleep(_LOOK_SECONDS)
            await asyncio.to_thread(self.look, path)

    def look(self, path: Path) -> None:
        """Take the file up if it has changed.

        What it says wrongly is not read again until it changes; what cannot be read is
        tried at every look, and told once.
        """
        complaint = ""
        try:
            mark = _mark(path)
            if mark != self._seen:
                self._take(path)
                self._seen = mark
        except OSError as error:
            complaint = type(error).__name__
        if complaint and complaint != self._complaint:
            _complain(complaint)
        self._complaint = complaint

    def _take(self, path: Path) -> None:
        try:
            self._roll = _read(path)
            log.info("tenants file read", count=len(self._roll.tenants))
        except RollError as error:
            _complain("; ".join(error.faults[:3]))


def _complain(reason: str) -> None:
    log.error("tenants file unusable", reason=reason)


def _mark(path: Path) -> tuple[int, int, int]:
    status = path.stat()
    return status.st_ino, status.st_mtime_ns, status.st_size


def _read(path: Path) -> Roll:
    with path.open("rb") as file:
        content = file.read(_MAX_BYTES + 1)
    if len(content) > _MAX_BYTES:
        raise RollError([f"larger than {_MAX_BYTES} bytes"])
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        raise RollError([f"not UTF-8 (byte {error.start})"]) from None
    return read_roll(text)
