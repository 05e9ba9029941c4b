"""A process's life: background work, readiness told to a parent, signals, the end.

Decides how a server process starts and stops; knows nothing of what it serves.
"""

import asyncio
import contextlib
import gc
import json
import os
import resource
import select
import signal
import socket
import sys
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import asdict, dataclass
from types import TracebackType
from typing import Any, Self, TypeVar

import structlog

from services.runtime import logs
from services.runtime.settings import ServerSettings, SettingsError, load, table

log = structlog.get_logger(__name__)

S = TypeVar("S", bound=ServerSettings)


@dataclass(frozen=True, slots=True)
class Running:
    """What a started app tells: where it serves, and who it is."""

    address: str
    metrics_address: str | None
    instance_id: str
    http_address: str | None = None


class StartFailed(Exception):
    """What was asked for cannot be started; told in one line, as an OSError is."""


@asynccontextmanager
async def background(name: str, work: Coroutine[Any, Any, Any]) -> AsyncIterator[asyncio.Task[Any]]:
    """Run `work` while the block runs and cancel it at the end.

    Work that crashes cancels the block, and its exception comes out of it.
    """
    try:
        async with asyncio.TaskGroup() as group:
            task = group.create_task(work, name=name)
            try:
                yield task
            finally:
                task.cancel()
    except ExceptionGroup as group_error:
        if len(group_error.exceptions) == 1:
            raise group_error.exceptions[0] from None
        raise


class Tasks:
    """Tasks that end with a block at the latest: what runs then is cancelled, and awaited.

    None of them may fail: that would cancel the block.
    """

    def __init__(self) -> None:
        self._group = asyncio.TaskGroup()
        self._running: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        await self._group.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for task in tuple(self._running):
            task.cancel()
        # Not told of `error`: it would come out as one of the tasks'.
        await self._group.__aexit__(None, None, None)

    def start(self, name: str, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Run `work` until it ends, or the block does."""
        task = self._group.create_task(work, name=name)
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task


async def to_its_end(work: Coroutine[Any, Any, None]) -> None:
    """Await what takes some seconds at most, whether or not this is cancelled meanwhile."""
    task = asyncio.ensure_future(work)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait((task,))
        raise


def crash_without_text(loop: asyncio.AbstractEventLoop) -> None:
    """Let what nobody catches, in this process or its `loop`, be told by class and place alone.

    Python's own reports quote the exception's text, which may quote a prompt; a core
    file would hold every prompt in memory.
    """
    sys.excepthook = _process_failed
    threading.excepthook = _thread_failed
    sys.unraisablehook = _unraisable
    loop.set_exception_handler(_task_failed)
    _, most = resource.getrlimit(resource.RLIMIT_CORE)
    # Of one byte: that keeps Linux from piping a dump to a program too, which 0 does not.
    resource.setrlimit(resource.RLIMIT_CORE, (1 if most else 0, most))


def _process_failed(
    _kind: type[BaseException], error: BaseException, _trace: TracebackType | None
) -> None:
    log.critical("process failed", exc_info=error)


def _thread_failed(told: threading.ExceptHookArgs) -> None:
    log.error("thread failed", exc_info=told.exc_value)


def _unraisable(told: "sys.UnraisableHookArgs") -> None:
    log.error("clean-up failed", exc_info=told.exc_value)


def _task_failed(_loop: asyncio.AbstractEventLoop, context: Mapping[str, Any]) -> None:
    # Its "message" shows the callback with what it was called with.
    log.error("task failed", exc_info=context.get("exception"))


def instance_id(settings: ServerSettings, room: str) -> str:
    """The id to use in discovery: the one set, or room, host name and process."""
    return settings.instance_id or f"{room}-{socket.gethostname()}-{os.getpid()}"


def announce(fd: int | None, record: Mapping[str, object]) -> None:
    """Write one JSON line to the pipe that a parent process passed, if it did.

    Records: {"progress": str, "fraction": 0..1} and {"serving": {…Running}}.
    """
    # A parent that does not read for a while misses progress; what comes after it still has room.
    if fd is None or ("progress" in record and not _has_room(fd)):
        return
    # A parent that has gone does not read; its own end is noticed elsewhere.
    with contextlib.suppress(BrokenPipeError):
        os.write(fd, (json.dumps(record) + "\n").encode())


def _has_room(fd: int) -> bool:
    """Whether a pipe has a whole page free."""
    pipe = select.poll()
    pipe.register(fd, select.POLLOUT)
    return bool(pipe.poll(0))


def main(
    room: str, cls: type[S], serve: Callable[[S], AbstractAsyncContextManager[Running]]
) -> None:
    """Be a server process: settings, logs, serve, announce, wait for a signal, leave.

    Exits with 2 for settings that cannot be used and 1 for a start that fails.
    """
    argv = sys.argv[1:]
    try:
        settings = load(cls, room, argv, os.environ)
    except SettingsError as error:
        print(
            f"evenflow {room}: settings cannot be used:", *error.faults, sep="\n  ", file=sys.stderr
        )
        raise SystemExit(2) from None
    if "--print-settings" in argv:
        print(table(settings, room))
        return
    logs.configure(settings.log_level, settings.log_format)
    structlog.contextvars.bind_contextvars(room=room)
    try:
        asyncio.run(_run(settings, serve))
    except (OSError, StartFailed) as error:  # a port that is taken, a model that is none
        print(f"evenflow {room}: {error}", file=sys.stderr)
        raise SystemExit(1) from None


async def _run(settings: S, serve: Callable[[S], AbstractAsyncContextManager[Running]]) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    crash_without_text(loop)
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with _stopping_with_parent(settings.announce_fd, stop):
        started = asyncio.Event()
        async with background("serve", _serve(settings, serve, started, stop)) as life:
            async with background("stop", stop.wait()) as stopping:
                await asyncio.wait((life, stopping), return_when=asyncio.FIRST_COMPLETED)
            if started.is_set():
                await asyncio.wait((life,))
            # else: a signal during a long start, which leaving this block cancels


async def _serve(
    settings: S,
    serve: Callable[[S], AbstractAsyncContextManager[Running]],
    started: asyncio.Event,
    stop: asyncio.Event,
) -> None:
    async with serve(settings) as running:
        # What has been loaded by now stays: a full collection need not go through it again.
        gc.collect()
        gc.freeze()
        started.set()
        log.info("serving", **asdict(running))
        announce(settings.announce_fd, {"serving": asdict(running)})
        await stop.wait()
        log.info("stopping")
    log.info("stopped")


@asynccontextmanager
async def _stopping_with_parent(fd: int | None, stop: asyncio.Event) -> AsyncIterator[None]:
    """Set `stop` when the announce pipe's reader is gone: no child outlives its parent."""
    if fd is None:
        yield
        return
    transport, _ = await asyncio.get_running_loop().connect_write_pipe(
        lambda: _PipeWatch(stop), os.fdopen(os.dup(fd), "wb", buffering=0)
    )
    try:
        yield
    finally:
        transport.close()


class _PipeWatch(asyncio.BaseProtocol):
    def __init__(self, stop: asyncio.Event) -> None:
        self._stop = stop

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop.set()
