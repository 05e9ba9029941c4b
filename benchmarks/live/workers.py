"""Workers with paced engines, as many as asked for in one process.

    python -m benchmarks.live.workers COUNT SLOWNESS

Decides only the wiring: each is a worker as it is deployed (its service, its load
reports, its server), but for the engine inside. Prints one JSON line with the
addresses once all serve, and on SIGTERM another with the processor seconds that
it took and the most that a step was told late. In no registry: proxies and
balancer are given the addresses.
"""

import asyncio
import json
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from evenflow.v1 import worker_pb2, worker_pb2_grpc
from prometheus_client import CollectorRegistry

from benchmarks.live.engine import PacedEngine
from benchmarks.simulation.pace import GPU
from services.runtime import logs
from services.runtime.server import Hosted, serving
from services.worker.classifiers.classifying import Classifiers
from services.worker.drain import Drain
from services.worker.explaining.child import Child
from services.worker.explaining.explaining import Explaining, Limits
from services.worker.explaining.turns import Turns
from services.worker.explaining.unread import Making
from services.worker.load import Identity, publishing
from services.worker.metrics import WorkerMetrics
from services.worker.service import WorkerService
from services.worker.settings import WorkerSettings

SERVICE = worker_pb2.DESCRIPTOR.services_by_name["WorkerService"].full_name


@asynccontextmanager
async def worker(worker_id: str, slowness: float) -> AsyncIterator[tuple[str, PacedEngine]]:
    """Serve one; yields its address and its engine."""
    async with AsyncExitStack() as stack:
        engine = await stack.enter_async_context(PacedEngine(GPU.slowed(slowness)))
        identity = Identity(worker_id, time.time_ns(), engine.info)
        board = await stack.enter_async_context(publishing(identity, engine))
        registry = CollectorRegistry()
        # Never started: nothing is explained here.
        child = await stack.enter_async_context(Child((), idle=1.0))
        making = await stack.enter_async_context(Making())
        turns, limits = Turns(0, board.changed), Limits(0, 0, 0)
        service = WorkerService(
            identity,
            engine,
            Classifiers(),
            board,
            Drain(board),
            WorkerMetrics(registry),
            Explaining(engine, None, "", {}, child, turns, limits, making),
            drain_seconds=1.0,
        )
        hosted = Hosted(SERVICE, service, worker_pb2_grpc.add_WorkerServiceServicer_to_server)
        settings = WorkerSettings(listen="127.0.0.1:0", metrics_listen=None)
        server = await stack.enter_async_context(
            serving(settings, [hosted], public=False, registry=registry)
        )
        stack.callback(board.close)
        await server.set_serving(True)
        yield server.address, engine


async def main(count: int, slowness: float) -> None:
    """Serve until SIGTERM."""
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    async with AsyncExitStack() as stack:
        workers = [
            await stack.enter_async_context(worker(f"worker-{number}", slowness))
            for number in range(count)
        ]
        print(json.dumps({"addresses": [address for address, _ in workers]}), flush=True)
        await stop.wait()
        late = max(engine.late for _, engine in workers)
        print(json.dumps({"late_seconds": late}), flush=True)


if __name__ == "__main__":
    logs.configure("error", "json")
    asyncio.run(main(int(sys.argv[1]), float(sys.argv[2])))
