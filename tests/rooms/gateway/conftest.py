"""A balancer and workers by script, around a real gateway, on real sockets."""

import asyncio
import urllib.request
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace

import grpc
import pytest
from evenflow.v1 import balancer_pb2 as b
from evenflow.v1 import balancer_pb2_grpc, inference_pb2_grpc, worker_pb2, worker_pb2_grpc
from evenflow.v1 import classification_pb2 as c
from evenflow.v1 import explanation_pb2 as e
from evenflow.v1 import generation_pb2 as g
from prometheus_client import CollectorRegistry

from gateway.app import serve
from gateway.settings import GatewaySettings
from services.discovery.endpoint import BALANCER, Discovery, Endpoint
from services.discovery.memory import MemoryRegistry
from services.runtime.guard import Guard
from services.runtime.metrics import RpcMetrics
from services.runtime.status import RpcFault
from services.runtime.transport import MIB, server_options

PATIENCE = 20  # seconds that a test waits for an event that must come


class Happenings:
    """Lets a test wait until something has happened anywhere in its mesh."""

    def __init__(self) -> None:
        self._condition = asyncio.Condition()

    async def happened(self) -> None:
        async with self._condition:
            self._condition.notify_all()

    async def until(self, question: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE), self._condition:
            await self._condition.wait_for(question)


def started(request: worker_pb2.ExecuteRequest, worker_id: str) -> g.GenerateResponse:
    return g.GenerateResponse(
        started=g.Started(
            request_id=request.request_id,
            model=request.model,
            model_revision=request.model_revision,
            worker_id=worker_id,
            worker_epoch=request.worker_epoch,
            seed=request.sampling.seed,
        )
    )


def delta(position: int) -> g.GenerateResponse:
    return g.GenerateResponse(
        delta=g.Delta(text=f"{position} ", token_ids=[1000 + position], position=position)
    )


def finished(tokens: int) -> g.GenerateResponse:
    return g.GenerateResponse(
        finished=g.Finished(reason=g.FINISH_REASON_LENGTH, usage=g.Usage(completion_tokens=tokens))
    )


class FakeWorker(worker_pb2_grpc.WorkerServiceServicer):
    """Counts up to max_tokens, or does what `script` says."""

    def __init__(self, worker_id: str, happenings: Happenings) -> None:
        self.happened, self.until = happenings.happened, happenings.until
        self.worker_id = worker_id
        self.address = ""
        self.requests: list[worker_pb2.ExecuteRequest] = []
        self.times_left: list[float | None] = []
        self.active = 0
        self.most_active = 0
        self.cancelled = 0
        self.script: Callable[..., AsyncIterator[g.GenerateResponse]] = self.count_up
        self.classifiers: list[c.ClassifierInfo] = []
        self.classified: list[c.ClassifyRequest] = []
        self.says: Callable[[str], dict[str, float]] = lambda text: {"chat": 1.0}
        self.classify_fault: RpcFault | None = None
        self.may_classify = asyncio.Event()
        self.may_classify.set()
        self.explanations = (0, 0)  # in all, and in use
        self.explained: list[worker_pb2.WorkerServiceExplainRequest] = []
        self.explains: Callable[..., AsyncIterator[e.ExplainResponse]] | None = None

    async def Execute(self, request, context):
        self.requests.append(request)
        self.times_left.append(context.time_remaining())
        self.active += 1
        self.most_active = max(self.most_active, self.active)
        await self.happened()
        try:
            async for message in self.script(request):
                yield message
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        finally:
            self.active -= 1
            await asyncio.shield(self.happened())

    async def Classify(self, request, context):
        self.classified.append(request)
        try:
            await self.may_classify.wait()
        except asyncio.CancelledError:
            self.cancelled += 1
            await asyncio.shield(self.happened())
            raise
        if self.classify_fault is not None:
            raise self.classify_fault
        said = [
            sorted(self.says(text).items(), key=lambda pair: -pair[1]) for text in request.texts
        ]
        return c.ClassifyResponse(
            classifications=[
                c.Classification(
                    labels=[c.LabelProbability(label=name, probability=p) for name, p in labels]
                )
                for labels in said
            ],
            model=request.model,
            model_version="v1",
            worker_id=self.worker_id,
            threshold=0.6,
            fallback="chat",
        )

    async def Explain(self, request, context):
        self.explained.append(request)
        await self.happened()
        try:
            async for response in self.explains(request):
                yield response
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        finally:
            await asyncio.shield(self.happened())

    async def CountTokens(self, request, context):
        return worker_pb2.CountTokensResponse(
            tokens=[-(-len(text) // 3) for text in request.texts],
            model_revision=request.model_revision,
        )

    async def count_up(self, request):
        yield started(request, self.worker_id)
        for position in range(len(request.answered_token_ids), request.sampling.max_tokens):
            yield delta(position)
        yield finished(request.sampling.max_tokens)

    async def hang_before(self, request):
        await asyncio.Event().wait()
        yield started(request, self.worker_id)

    async def hang_after(self, request):
        yield started(request, self.worker_id)
        yield delta(0)
        await asyncio.Event().wait()

    WatchLoad = Drain = None


class FakeBalancer(balancer_pb2_grpc.BalancerServiceServicer):
    """Grants each ticket to the next worker that is not excluded, or does what `decide` says."""

    def __init__(self, happenings: Happenings) -> None:
        self.happened, self.until = happenings.happened, happenings.until
        self.address = ""
        self.workers: list[FakeWorker] = []
        self.slots = 8
        self.context = 8192
        self.events: list[b.TicketEvent] = []
        self.batches: list[int] = []
        self.gateways: list[str] = []
        self.waiting: dict[int, b.Submitted] = {}
        self.leases: dict[int, str] = {}
        self.ticket_of: dict[int, int] = {}
        self.outcomes: Counter[str] = Counter()
        self.decide: Callable[[b.Submitted], b.Decision | None] = self.grant
        self.revision = "counter@1"
        self._is_renewed = asyncio.Event()
        self._says: set[asyncio.Queue[b.Decision]] = set()
        self._last_lease = 0
        self._turn = 0

    # What a test makes it say.

    def grant(self, submitted: b.Submitted) -> b.Decision:
        allowed = [w for w in self.workers if w.worker_id not in submitted.excluded_worker_ids]
        if not allowed:
            return self.reject(submitted, b.Rejected.REASON_NO_WORKERS)
        self._turn += 1
        return self.grant_to(submitted, allowed[self._turn % len(allowed)])

    def grant_to(self, submitted: b.Submitted, worker: FakeWorker) -> b.Decision:
        self._last_lease += 1
        self.waiting.pop(submitted.ticket_id, None)
        self.leases[self._last_lease] = worker.worker_id
        self.ticket_of[self._last_lease] = submitted.ticket_id
        return b.Decision(
            granted=b.Granted(
                ticket_id=submitted.ticket_id,
                lease_id=self._last_lease,
                worker_id=worker.worker_id,
                address=worker.address,
                worker_epoch=1,
                model="counter",
                model_revision=self.revision,
                queue_ms=1.5,
            )
        )

    def hold(self, submitted: b.Submitted) -> None:
        return None

    def reject(self, submitted: b.Submitted, reason, retry_after_ms: int = 0) -> b.Decision:
        self.waiting.pop(submitted.ticket_id, None)
        return b.Decision(
            rejected=b.Rejected(
                ticket_id=submitted.ticket_id, reason=reason, retry_after_ms=retry_after_ms
            )
        )

    def revoke(self, lease_id: int) -> b.Decision:
        del self.leases[lease_id]
        reason = b.Revoked.REASON_WORKER_STALLED
        return b.Decision(revoked=b.Revoked(lease_id=lease_id, reason=reason))

    def say(self, decision: b.Decision) -> None:
        for queue in self._says:
            queue.put_nowait(decision)

    def renew(self, revision: str) -> None:
        """Have all workers serve another revision."""
        self.revision = revision
        self._is_renewed.set()
        self._is_renewed = asyncio.Event()

    @property
    def submitted(self) -> list[b.Submitted]:
        return [event.submitted for event in self.events if event.HasField("submitted")]

    # What a gateway calls.

    async def WatchFleet(self, request, context):
        while True:
            is_renewed = self._is_renewed
            yield self._snapshot()
            await is_renewed.wait()

    def _snapshot(self) -> b.FleetSnapshot:
        return b.FleetSnapshot(
            workers=[
                b.WorkerState(
                    worker_id=worker.worker_id,
                    address=worker.address,
                    health=b.WorkerState.HEALTH_READY,
                    load=worker_pb2.LoadReport(
                        model="counter",
                        model_revision=self.revision,
                        context_tokens=self.context,
                        slots_total=self.slots,
                        classifiers=worker.classifiers,
                        explanations_total=worker.explanations[0],
                        explanations_used=worker.explanations[1],
                    ),
                )
                for worker in self.workers
            ]
        )

    async def Dispatch(self, request_iterator, context):
        says: asyncio.Queue[b.Decision] = asyncio.Queue()
        self._says.add(says)
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._hear(request_iterator, says))
                while True:
                    await context.write(b.DispatchResponse(decisions=[await says.get()]))
        finally:
            self._says.discard(says)
            self.waiting.clear()

    async def _hear(self, requests, says) -> None:
        async for request in requests:
            if request.gateway_id:
                self.gateways.append(request.gateway_id)
            self.batches.append(len(request.events))
            for event in request.events:
                self.events.append(event)
                self._enter(event, says)
            await self.happened()

    def _enter(self, event: b.TicketEvent, says) -> None:
        match event.WhichOneof("event"):
            case "submitted":
                self.waiting[event.submitted.ticket_id] = event.submitted
                decision = self.decide(event.submitted)
                if decision is not None:
                    says.put_nowait(decision)
            case "cancelled":
                self.waiting.pop(event.cancelled.ticket_id, None)
                for lease_id, ticket_id in self.ticket_of.items():
                    if ticket_id == event.cancelled.ticket_id:
                        self.leases.pop(lease_id, None)
            case "ended":
                self.leases.pop(event.ended.lease_id, None)
                self.outcomes[b.Outcome.Name(event.ended.outcome)] += 1


class Hosting:
    """Serves fakes, and kills them."""

    def __init__(self) -> None:
        self._servers: dict[str, grpc.aio.Server] = {}

    async def start(self, fake: FakeBalancer | FakeWorker, listen: str = "127.0.0.1:0") -> None:
        guard = Guard(RpcMetrics(CollectorRegistry()))
        options = server_options(public=False, max_receive_bytes=8 * MIB)
        server = grpc.aio.server(interceptors=[guard], options=options)
        if isinstance(fake, FakeBalancer):
            balancer_pb2_grpc.add_BalancerServiceServicer_to_server(fake, server)
        else:
            worker_pb2_grpc.add_WorkerServiceServicer_to_server(fake, server)
        port = server.add_insecure_port(listen)
        await server.start()
        fake.address = f"127.0.0.1:{port}"
        self._servers[fake.address] = server

    async def kill(self, fake: FakeBalancer | FakeWorker) -> None:
        """End its server at once, streams and all."""
        await self._servers.pop(fake.address).stop(None)

    async def aclose(self) -> None:
        for server in self._servers.values():
            await server.stop(None)


class Mesh:
    """A gateway with what stands around it."""

    def __init__(self, balancer, workers, hosting, registry, gateway, running, channel) -> None:
        self.balancer: FakeBalancer = balancer
        self.workers: list[FakeWorker] = workers
        self.hosting: Hosting = hosting
        self.registry: MemoryRegistry = registry
        self.stop_gateway = gateway.aclose
        self.gateway_id: str = running.instance_id
        self.address: str = running.address
        self.http_address: str | None = running.http_address
        self._metrics_address: str | None = running.metrics_address
        self.channel: grpc.aio.Channel = channel
        self.stub = inference_pb2_grpc.InferenceServiceStub(channel)

    @property
    def active(self) -> int:
        """Sequences that run on the workers."""
        return sum(worker.active for worker in self.workers)

    def put_balancer(self, name: str) -> None:
        """Name the balancer in discovery."""
        self.registry.put(BALANCER, Endpoint(name, self.balancer.address))

    async def metric(self, name: str, default: float | None = None) -> float:
        """Read a metric, written with its labels, from the gateway's page.

        `default` stands for one that has no such labels yet.
        """
        url = f"http://{self._metrics_address}/metrics"
        page = await asyncio.to_thread(lambda: urllib.request.urlopen(url).read().decode())
        lines = [line for line in page.splitlines() if line.startswith(f"{name} ")]
        if not lines and default is not None:
            return default
        (line,) = lines
        return float(line.split()[1])

    async def is_quiet(self) -> None:
        """Wait until nothing waits, runs or is leased."""
        balancer = self.balancer
        await balancer.until(lambda: not (balancer.leases or balancer.waiting or self.active))


SETTINGS = GatewaySettings(
    listen="127.0.0.1:0",
    metrics_listen=None,
    drain_seconds=5.0,
    lame_duck_seconds=0.0,
    discovery="memory",
    cache_bytes=0,
    single_flight=False,
)


@asynccontextmanager
async def a_mesh(
    workers: int = 2,
    slots: int = 8,
    context: int = 8192,
    classifiers: tuple[str, ...] = (),
    **settings,
) -> AsyncIterator[Mesh]:
    """Run a gateway between a fake balancer and fake workers."""
    async with AsyncExitStack() as stack:
        hosting = Hosting()
        stack.push_async_callback(hosting.aclose)
        happenings = Happenings()
        fakes = [FakeWorker(f"w{number}", happenings) for number in range(1, workers + 1)]
        for fake in fakes:
            fake.classifiers = [c.ClassifierInfo(name=name, version="v1") for name in classifiers]
            await hosting.start(fake)
        balancer = FakeBalancer(happenings)
        balancer.workers = fakes
        balancer.slots = slots
        balancer.context = context
        await hosting.start(balancer)
        registry = MemoryRegistry()
        registry.put(BALANCER, Endpoint("balancer-1", balancer.address))
        gateway = await stack.enter_async_context(AsyncExitStack())
        running = await gateway.enter_async_context(
            serve(replace(SETTINGS, **settings), Discovery(registry, registry))
        )
        channel = await stack.enter_async_context(grpc.aio.insecure_channel(running.address))
        if "balancer" not in settings:
            await balancer.until(lambda: bool(balancer.gateways))
        yield Mesh(balancer, fakes, hosting, registry, gateway, running, channel)


@pytest.fixture
def start_mesh():
    """Give the function that runs a mesh, for tests with settings of their own."""
    return a_mesh


@pytest.fixture
async def mesh() -> AsyncIterator[Mesh]:
    """Run a mesh of two workers."""
    async with a_mesh() as running:
        yield running
