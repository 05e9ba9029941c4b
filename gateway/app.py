"""The gateway's wiring: what it is built of, in the order in which it starts.

Leaving goes the other way: out of discovery, requests ended or their time over
(`leaving.py`), server, balancer, connections.
"""

import random
import secrets
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, aclosing, asynccontextmanager

import grpc
from evenflow.v1.inference_pb2_grpc import add_InferenceServiceServicer_to_server
from prometheus_client import CollectorRegistry

from gateway.admission import Admission
from gateway.alone.degraded import Degraded
from gateway.answers import Sharing
from gateway.balancers.link import BalancerLink
from gateway.balancers.shards import Shard, Shards
from gateway.cache.open import open_cache
from gateway.cache.sealing import secret_for
from gateway.cache.store import Store
from gateway.calls.classify_intake import ClassifyIntake
from gateway.calls.inside import Inside
from gateway.calls.intake import Intake
from gateway.calls.plan_intake import PlanIntake
from gateway.canonical import Keys
from gateway.classifying import Classifying
from gateway.counting import Counting
from gateway.dispatch import Dispatch
from gateway.edge.server import HttpServer, serving_http
from gateway.edge.service import Edge
from gateway.explanations.intake import ExplainIntake, Sources
from gateway.explanations.reading import TEXT_BYTES, Reader
from gateway.fleet import Fleet
from gateway.flights import Flights
from gateway.interpreter import Interpreter
from gateway.leaving import leave
from gateway.marks import Marker
from gateway.metrics import GatewayMetrics
from gateway.planning import Planner
from gateway.relay.channels import Channels
from gateway.relay.reference import ReferenceRelay
from gateway.runs.trying import Ways
from gateway.service import NAME, InferenceService
from gateway.settings import GatewaySettings
from gateway.tenants.door import Door
from gateway.tenants.roll import RollError
from gateway.tenants.roll_file import RollFile
from gateway.validation import Validator
from services.discovery.endpoint import (
    BALANCER,
    GATEWAY,
    Discovery,
    Endpoint,
    Registration,
    Resolver,
)
from services.discovery.open import open_discovery
from services.runtime.credentials import Files
from services.runtime.lifecycle import Running, StartFailed, background, instance_id
from services.runtime.metrics import serving_metrics
from services.runtime.server import Hosted, Server, serving
from services.runtime.transport import open_channel


@asynccontextmanager
async def serve(
    settings: GatewaySettings, discovery: Discovery | None = None
) -> AsyncIterator[Running]:
    """Run a gateway; `discovery` None: the one that the settings name.

    Raises:
        OSError: an address cannot be bound.
    """
    async with AsyncExitStack() as stack:
        if discovery is None:
            discovery = await stack.enter_async_context(open_discovery(settings))
        gateway_id = instance_id(settings, "gateway")
        registry = CollectorRegistry()
        metrics = GatewayMetrics(registry)

        def connect(address: str) -> grpc.aio.Channel:
            return open_channel(address, settings)

        channels = await stack.enter_async_context(
            Channels(
                connect,
                Files(settings).generation,
                patience=settings.connect_seconds,
                idle=settings.channel_idle_seconds,
            )
        )
        dispatches = [
            _dispatch(settings, gateway_id, metrics) for _ in range(settings.balancer_shards)
        ]
        metrics.watch(
            [dispatch.docket for dispatch in dispatches],
            lambda: any(dispatch.is_degraded for dispatch in dispatches),
        )
        shards = [Shard(dispatch) for dispatch in dispatches]

        def on_fleet(fleet: Fleet) -> None:
            channels.retain(fleet.addresses)

        link = BalancerLink(
            _balancers(settings, discovery.resolver),
            connect,
            shards if len(shards) > 1 else dispatches,
            on_fleet,
            patience=settings.connect_seconds,
            jitter=random.Random(),
        )
        await stack.enter_async_context(background("balancer-link", link.keep()))
        for dispatch in dispatches:
            stack.callback(dispatch.close)
        ways = Ways(
            Shards(shards, random.Random()) if len(shards) > 1 else dispatches[0],
            ReferenceRelay(channels),
            metrics,
            settings.max_attempts,
            Marker(settings.prefix_secret),
        )
        flights = await stack.enter_async_context(Flights())
        cache = await stack.enter_async_context(open_cache(settings, metrics))
        sharing = _sharing(settings, cache, flights, lambda: link.fleet, metrics)
        inside = Inside(
            Admission(settings.max_in_flight, settings.max_in_flight_per_tenant), metrics
        )
        classifying = Classifying(lambda: link.fleet, channels, random.Random())
        interpreter = Interpreter(classifying, settings.task_classifier, metrics)
        counting = Counting(lambda: link.fleet, channels, random.Random())
        planner = Planner(lambda: link.fleet, counting)
        intake = _intake(settings, inside, interpreter, ways, planner, sharing, metrics)
        classify_intake = ClassifyIntake(
            classifying, inside, lambda: link.fleet, metrics, settings.task_classifier, _new_id
        )
        sources = Sources(ways, channels, lambda: link.fleet, random.Random())
        explain_intake = ExplainIntake(_reader(settings), inside, sources)
        plan_intake = PlanIntake(
            _validator(settings), inside, interpreter, planner, lambda: link.fleet, metrics
        )
        roll_file = await stack.enter_async_context(_roll_file(settings).watched())
        door = Door(lambda: roll_file.roll)
        hosted = _hosted(settings, intake, classify_intake, explain_intake, plan_intake, link, door)
        metrics_address = await stack.enter_async_context(
            serving_metrics(settings.metrics_listen, registry)
        )
        server = await stack.enter_async_context(
            serving(
                settings,
                [hosted],
                public=True,
                registry=registry,
                max_receive_bytes=settings.max_receive_bytes,
                connection_age=settings.max_connection_age_seconds,
            )
        )
        edge = Edge(
            intake,
            lambda: link.fleet,
            door,
            peers=settings.tls_peers,
            max_body=settings.max_receive_bytes,
            default_deadline=settings.default_deadline_seconds,
            longest_deadline=max(settings.max_deadline_seconds, settings.default_deadline_seconds),
        )
        http = await stack.enter_async_context(_http(settings, edge))
        stack.push_async_callback(leave, server, http, inside, settings)
        await stack.enter_async_context(background("readiness", _serve_once_met(link, server)))
        registration = Registration(
            GATEWAY, Endpoint(gateway_id, server.address), server.health_address
        )
        await stack.enter_async_context(discovery.registrar.registered(registration))
        http_address = None if http is None else http.address
        yield Running(server.address, metrics_address, gateway_id, http_address)


def _sharing(
    settings: GatewaySettings,
    cache: Store,
    flights: Flights,
    fleet: Callable[[], Fleet],
    metrics: GatewayMetrics,
) -> Sharing:
    metrics.watch_cache(cache)
    told = settings.cache_secret
    return Sharing(
        keys=Keys(secret_for("keys of answers", told) if told else secrets.token_bytes(32)),
        cache=cache,
        flights=flights,
        joins=settings.single_flight,
        longest=settings.default_deadline_seconds,
        fleet=fleet,
        metrics=metrics,
    )


def _intake(
    settings: GatewaySettings,
    inside: Inside,
    interpreter: Interpreter,
    ways: Ways,
    planner: Planner,
    sharing: Sharing,
    metrics: GatewayMetrics,
) -> Intake:
    numbers = random.SystemRandom()
    return Intake(
        _validator(settings), inside, interpreter, ways, planner, sharing, metrics, numbers
    )


def _reader(settings: GatewaySettings) -> Reader:
    most = min(settings.max_prompt_bytes, TEXT_BYTES)
    return Reader(Validator(most, settings.default_model, _new_id), settings.task_classifier)


def _validator(settings: GatewaySettings) -> Validator:
    return Validator(settings.max_prompt_bytes, settings.default_model, _new_id)


def _roll_file(settings: GatewaySettings) -> RollFile:
    try:
        return RollFile(settings.tenants)
    except RollError as error:
        raise StartFailed("\n  ".join((f"{settings.tenants}:", *error.faults))) from None
    except OSError as error:
        raise StartFailed(f"tenants {settings.tenants}: {error.strerror}") from None


def _new_id() -> str:
    return secrets.token_hex(8)


def _hosted(
    settings: GatewaySettings,
    intake: Intake,
    classify_intake: ClassifyIntake,
    explain_intake: ExplainIntake,
    plan_intake: PlanIntake,
    link: BalancerLink,
    door: Door,
) -> Hosted:
    service = InferenceService(
        intake,
        classify_intake,
        explain_intake,
        plan_intake,
        lambda: link.fleet,
        door,
        default_deadline=settings.default_deadline_seconds,
        longest_deadline=max(settings.max_deadline_seconds, settings.default_deadline_seconds),
        batch_in_flight=settings.batch_in_flight,
    )
    return Hosted(NAME, service, add_InferenceServiceServicer_to_server)


@asynccontextmanager
async def _http(settings: GatewaySettings, edge: Edge) -> AsyncIterator[HttpServer | None]:
    if settings.http_listen is None:
        yield None
        return
    async with serving_http(edge, settings.http_listen, settings) as server:
        yield server


def _dispatch(settings: GatewaySettings, gateway_id: str, metrics: GatewayMetrics) -> Dispatch:
    degraded = Degraded(random.Random(), _first_lease(), settings.degraded_seconds)
    return Dispatch(gateway_id, settings.balancer_grace_seconds, degraded, metrics)


def _first_lease() -> int:
    """Where this gateway's own lease ids begin: drawn, as a balancer draws where its ids do."""
    return (secrets.randbits(31) << 32) + 1


async def _balancers(
    settings: GatewaySettings, resolver: Resolver
) -> AsyncGenerator[Sequence[str], None]:
    if settings.balancer is not None:
        yield [settings.balancer]
        return
    async with aclosing(resolver.watch(BALANCER)) as snapshots:
        async for endpoints in snapshots:
            yield [endpoint.address for endpoint in endpoints]


async def _serve_once_met(link: BalancerLink, server: Server) -> None:
    """Be ready from the first balancer on; a later absence is the requests' to tell."""
    await link.met.wait()
    await server.set_serving(True)
