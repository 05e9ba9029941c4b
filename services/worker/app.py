"""A worker as a whole: engine, load, server, discovery, in this order.

The process is ready once the model is loaded; it leaves by draining. An engine
that dies ends the process with an error: whoever started it starts it again.
"""

import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import structlog
from evenflow.v1 import worker_pb2, worker_pb2_grpc
from prometheus_client import CollectorRegistry

from services.discovery.endpoint import MODEL, WORKER, Discovery, Endpoint, Registrar, Registration
from services.discovery.open import open_discovery
from services.runtime.lifecycle import Running, StartFailed, announce, background, instance_id
from services.runtime.metrics import serving_metrics
from services.runtime.server import Hosted, Server, serving
from services.worker.classifiers.open import open_classifiers
from services.worker.drain import Drain
from services.worker.engines.batched import BatchedEngine
from services.worker.engines.errors import ModelFileError, ModelUnavailableError
from services.worker.engines.open import Progress, open_engine
from services.worker.explaining.open import open_explaining
from services.worker.load import Identity, publishing
from services.worker.metrics import LoadCollector, WorkerMetrics
from services.worker.service import WorkerService
from services.worker.settings import WorkerSettings

SERVICE = worker_pb2.DESCRIPTOR.services_by_name["WorkerService"].full_name

log = structlog.get_logger(__name__)


@asynccontextmanager
async def serve(
    settings: WorkerSettings, discovery: Discovery | None = None
) -> AsyncIterator[Running]:
    """Run a worker while the block runs; `discovery` defaults to the settings' own."""
    async with AsyncExitStack() as stack:
        engine = await stack.enter_async_context(await _opened(settings))
        classifiers = await stack.enter_async_context(
            open_classifiers(settings.classifiers, settings.keras_memory_mb)
        )
        worker_id = instance_id(settings, "worker")
        # Wall-clock time: greater in each later process of the same id.
        identity = Identity(worker_id, time.time_ns(), engine.info, classifiers.infos)
        board = await stack.enter_async_context(publishing(identity, engine))
        registry = CollectorRegistry()
        registry.register(LoadCollector(lambda: board.newest))
        drain = Drain(board)
        explaining, turns = await stack.enter_async_context(
            open_explaining(settings, engine, classifiers, board.changed)
        )
        board.explanations = lambda: (explaining.places, turns.used)
        board.changed()
        service = WorkerService(
            identity,
            engine,
            classifiers,
            board,
            drain,
            WorkerMetrics(registry),
            explaining,
            drain_seconds=settings.drain_seconds,
        )
        server = await stack.enter_async_context(
            serving(
                settings,
                [Hosted(SERVICE, service, worker_pb2_grpc.add_WorkerServiceServicer_to_server)],
                public=False,
                registry=registry,
            )
        )
        # Ends the watches before the server waits for its calls.
        stack.callback(board.close)
        metrics_address = await stack.enter_async_context(
            serving_metrics(settings.metrics_listen, registry)
        )
        await stack.enter_async_context(background("engine", engine.until_dead()))
        await server.set_serving(True)
        if discovery is None:
            discovery = await stack.enter_async_context(open_discovery(settings))
        tags = (f"{MODEL}={engine.info.name}", *settings.discovery_tags)
        endpoint = Endpoint(worker_id, server.address, tags)
        registration = Registration(WORKER, endpoint, server.health_address)
        await stack.enter_async_context(
            background("membership", _member(discovery.registrar, registration, server, drain))
        )
        stack.push_async_callback(drain.run, settings.drain_seconds)
        yield Running(server.address, metrics_address, worker_id)


async def _opened(settings: WorkerSettings) -> BatchedEngine:
    try:
        return await open_engine(settings, _progress(settings.announce_fd))
    except (ModelFileError, ModelUnavailableError) as error:
        raise StartFailed(str(error)) from error


async def _member(
    registrar: Registrar, registration: Registration, server: Server, drain: Drain
) -> None:
    async with registrar.registered(registration):
        await drain.begun.wait()
        await server.set_serving(False)
    drain.left.set()


def _progress(fd: int | None) -> Progress:
    """Tell a parent every bit of progress, and the log each new stage."""
    stages: list[str] = []

    def tell(stage: str, fraction: float) -> None:
        if stage not in stages:
            stages.append(stage)
            log.info("opening model", state=stage)
        announce(fd, {"progress": stage, "fraction": fraction})

    return tell
