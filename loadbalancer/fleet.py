"""Who the workers are and how loaded: discovery's snapshots, each worker's reports.

Decides whom to listen to: everyone that discovery lists, and whom it no longer
lists for as long as the stream lives. One stream a worker; when it breaks the
desk is told at once, and it is tried again with back-off. Knows no ticket.
"""

import asyncio
import random
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass

import grpc
import structlog
from evenflow.v1 import worker_pb2, worker_pb2_grpc

from loadbalancer import wire
from loadbalancer.tickets import (
    Event,
    LoadReported,
    WorkerForgotten,
    WorkerJoined,
    WorkerLeft,
    WorkerLost,
)
from services.discovery.endpoint import WORKER, Endpoint, Resolver
from services.runtime.settings import TlsSettings
from services.runtime.transport import open_channel

LEAST_DELAY_SECONDS = 0.1
MOST_DELAY_SECONDS = 1.0

log = structlog.get_logger(__name__)


@dataclass(eq=False, slots=True)
class _Listener:
    """One worker that is listened to. `hears`: its stream has brought a report."""

    endpoint: Endpoint
    task: asyncio.Task[None] | None = None
    is_listed: bool = True
    hears: bool = False


class Fleet:
    """Listens to all workers and tells the desk what it hears."""

    def __init__(self, resolver: Resolver, tls: TlsSettings, tell: Callable[[Event], None]) -> None:
        self._resolver = resolver
        self._tls = tls
        self._tell = tell
        self._listeners: dict[str, _Listener] = {}

    async def run(self) -> None:
        """Follow discovery for ever."""
        async with (
            asyncio.TaskGroup() as group,
            aclosing(self._resolver.watch(WORKER)) as snapshots,
        ):
            async for snapshot in snapshots:
                self._follow(snapshot, group)

    def _follow(self, snapshot: tuple[Endpoint, ...], group: asyncio.TaskGroup) -> None:
        """Take in who is listed now.

        1. Who is listed no more is listened to while the stream lives, to know
           when it has finished; without a stream it is forgotten.
        2. Who is listed again is a member again.
        3. Who has another address now is somebody else.
        4. Who is new is listened to.
        """
        listed = {endpoint.id: endpoint for endpoint in snapshot}
        for worker_id, listener in list(self._listeners.items()):
            endpoint = listed.get(worker_id)
            if endpoint is None:  # 1
                listener.is_listed = False
                if listener.hears:
                    self._tell(WorkerLeft(worker_id))
                else:
                    self._forget(listener)
            elif endpoint.address == listener.endpoint.address:  # 2
                if not listener.is_listed:
                    listener.is_listed = True
                    self._tell(WorkerJoined(worker_id, endpoint.address))
            else:  # 3
                self._forget(listener)
        for worker_id in listed.keys() - self._listeners.keys():  # 4
            self._listen_to(listed[worker_id], group)

    def _listen_to(self, endpoint: Endpoint, group: asyncio.TaskGroup) -> None:
        listener = self._listeners[endpoint.id] = _Listener(endpoint)
        self._tell(WorkerJoined(endpoint.id, endpoint.address))
        listener.task = group.create_task(self._listen(listener), name=f"load of {endpoint.id}")

    def _forget(self, listener: _Listener) -> None:
        """Listen no more; what its stream may still bring is not passed on."""
        del self._listeners[listener.endpoint.id]
        self._tell(WorkerForgotten(listener.endpoint.id))
        if listener.task is not None:
            listener.task.cancel()

    async def _listen(self, listener: _Listener) -> None:
        """Hold a stream of reports, and open it again whenever it breaks."""
        endpoint, delay = listener.endpoint, LEAST_DELAY_SECONDS
        while True:
            code = await self._heard(listener)
            if listener.hears:
                delay, listener.hears = LEAST_DELAY_SECONDS, False
                log.warning("worker lost", worker_id=endpoint.id, code=code)
                self._tell(WorkerLost(endpoint.id))
            if not listener.is_listed:
                break
            await asyncio.sleep(delay * random.uniform(0.5, 1))
            delay = min(MOST_DELAY_SECONDS, delay * 2)
        if self._listeners.get(endpoint.id) is listener:
            listener.task = None
            self._forget(listener)

    async def _heard(self, listener: _Listener) -> str:
        """Open a channel and hear one stream; returns why it is over."""
        try:
            # Opened anew each time: what it shows may have changed since.
            channel = open_channel(listener.endpoint.address, self._tls)
        except OSError as error:  # its files are in the middle of being changed
            log.warning("certificate unusable", reason=error.strerror or str(error))
            return "NO_CERTIFICATE"
        async with channel:
            return await self._hear(listener, worker_pb2_grpc.WorkerServiceStub(channel))

    async def _hear(
        self, listener: _Listener, stub: "worker_pb2_grpc.WorkerServiceAsyncStub"
    ) -> str:
        """Pass on one stream's reports until it ends; returns the status it ended with."""
        endpoint = listener.endpoint
        # A worker that is not up yet is waited for by the channel, which reconnects faster.
        call = stub.WatchLoad(worker_pb2.WatchLoadRequest(), wait_for_ready=True)
        try:
            async for report in call:
                # Static lists and DNS know no names: there the address stands in.
                if endpoint.id not in (report.worker_id, endpoint.address):
                    log.warning(
                        "another worker answered", worker_id=endpoint.id, peer=report.worker_id
                    )
                    return "ANOTHER_WORKER"
                if not listener.hears:
                    listener.hears = True
                    log.info("worker heard", worker_id=endpoint.id, address=endpoint.address)
                self._tell(LoadReported(wire.load(report, endpoint.id)))
        except grpc.aio.AioRpcError as error:
            return error.code().name
        finally:
            call.cancel()
        return "OK"
