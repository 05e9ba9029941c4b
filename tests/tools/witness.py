"""Sees all that a mesh writes, and that none of it is a marked prompt or its answer.

Decides where is looked: logs of all parts, what callers and pages are told, and
every file under a folder. A place where nothing was written shows nothing, and fails.
"""

import asyncio
import urllib.request
from collections.abc import AsyncIterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import grpc
import pytest

from services.cli.mesh.fleet_events import FleetEvent, Said


class Witness:
    """One for a mesh: `heard` is what the mesh tells of its workers."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.pages: list[str] = []
        self.errors: list[str] = []

    def heard(self, event: FleetEvent) -> None:
        """Keep a line that a worker wrote."""
        if isinstance(event, Said):
            self.lines.append(event.line)

    async def fail(self, call: AsyncIterable[Any]) -> grpc.aio.AioRpcError:
        """Let a call fail; keep all that its caller is told."""
        try:
            async for _ in call:
                pass
        except grpc.aio.AioRpcError as error:
            told = (error.details(), error.trailing_metadata(), error.debug_error_string())
            self.errors.append(" ".join(map(str, told)))
            return error
        raise AssertionError("the call was to fail")

    async def look_at_metrics(self, parts: Sequence[Any]) -> None:
        """Keep the parts' pages."""
        for part in parts:
            url = f"http://{part.metrics_address}/metrics"
            self.pages.append((await asyncio.to_thread(read, url)).decode())

    def saw_nothing_of(
        self, marks: Sequence[str], capfd: pytest.CaptureFixture[str], folder: Path
    ) -> Mapping[str, str]:
        """Fail where a mark stands; return what was seen, by place."""
        written = capfd.readouterr()
        seen = {
            "workers' logs": "\n".join(self.lines),
            "our logs": written.err + written.out,
            "metrics": "\n".join(self.pages),
            "errors": "\n".join(self.errors),
        }
        for place, text in seen.items():
            assert text, f"{place}: nothing was written, so nothing was shown"
            assert [mark for mark in marks if mark in text] == [], place
        files = [path for path in folder.rglob("*") if path.is_file()]
        assert [path for path in files if any(holds(path, mark) for mark in marks)] == []
        return seen


def holds(path: Path, mark: str) -> bool:
    """Whether a file has it in name or content."""
    return mark in path.name or mark.encode() in path.read_bytes()


def read(url: str) -> bytes:
    """A page of our own."""
    with urllib.request.urlopen(url, timeout=5) as page:  # noqa: S310 - our own page
        return page.read()
