"""A balancer as a whole: desk, dispatcher, server, fleet, discovery, lock, in this order.

It hears the workers from the first moment, and serves once it is the active one:
while no worker has been heard tickets wait, for as long as the rules allow. It
holds nothing that a drain could save: gateways find the next balancer, and
workers' reports tell it what they hold. Leaving, it first sends its gateways
away, then gives the lock back: whoever stands by takes over at once.
"""

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager

import numpy as np
from evenflow.v1 import balancer_pb2, balancer_pb2_grpc
from prometheus_client import CollectorRegistry

from loadbalancer.desk import Desk
from loadbalancer.dispatcher import Dispatcher
from loadbalancer.fleet import Fleet
from loadbalancer.metrics import BalancerMetrics
from loadbalancer.own_workers import OwnWorkers
from loadbalancer.service import BalancerService
from loadbalancer.settings import BalancerSettings
from loadbalancer.standby import Standby
from services.discovery.endpoint import BALANCER, Contest, Discovery, Endpoint, Registration
from services.discovery.open import open_discovery
from services.discovery.uncontended import Uncontended
from services.runtime.lifecycle import Running, background, instance_id
from services.runtime.metrics import serving_metrics
from services.runtime.server import Hosted, serving

PROCESS = ""
SERVICE = balancer_pb2.DESCRIPTOR.services_by_name["BalancerService"].full_name


@asynccontextmanager
async def serve(
    settings: BalancerSettings, discovery: Discovery | None = None
) -> AsyncIterator[Running]:
    """Run a balancer while the block runs; `discovery` defaults to the settings' own."""
    async with AsyncExitStack() as stack:
        balancer_id = instance_id(settings, "balancer")
        registry = CollectorRegistry()
        rng = np.random.default_rng(secrets.randbits(64))
        desk = Desk(settings.rules(), rng, _first_lease(), asyncio.get_running_loop().time())
        standby = Standby(balancer_id, settings.shard, settings.shards)
        metrics = BalancerMetrics(registry, desk)
        metrics.watch(registry, standby)
        dispatcher = Dispatcher(desk, metrics, standby)
        add = balancer_pb2_grpc.add_BalancerServiceServicer_to_server
        hosted = Hosted(SERVICE, BalancerService(dispatcher), add)
        server = await stack.enter_async_context(
            serving(settings, [hosted], public=False, registry=registry)
        )
        metrics_address = await stack.enter_async_context(
            serving_metrics(settings.metrics_listen, registry)
        )
        await stack.enter_async_context(background("dispatcher", dispatcher.run()))
        if discovery is None:
            discovery = await stack.enter_async_context(open_discovery(settings))
        resolver = discovery.resolver
        if settings.shards > 1:
            resolver = OwnWorkers(resolver, settings.shard, settings.shards)
        fleet = Fleet(resolver, settings, dispatcher.tell)
        await stack.enter_async_context(background("fleet", fleet.run()))
        # Who stands by is in discovery too: gateways watch it, to be there when it takes over.
        await server.set_serving(True, PROCESS)
        stack.push_async_callback(server.set_serving, False)
        endpoint = Endpoint(balancer_id, server.address, settings.discovery_tags)
        registration = Registration(BALANCER, endpoint, server.health_address)
        await stack.enter_async_context(discovery.registrar.registered(registration))
        contest = await stack.enter_async_context(_contended(settings, discovery, registration))

        async def told(is_active: bool) -> None:
            await server.set_serving(is_active, SERVICE)

        following = standby.follow(contest, dispatcher, told)
        await stack.enter_async_context(background("standby", following))
        # Before the lock and the fleet are let go: their end is none of the gateways' business.
        stack.callback(dispatcher.close)
        yield Running(server.address, metrics_address, balancer_id)


def _contended(
    settings: BalancerSettings, discovery: Discovery, registration: Registration
) -> AbstractAsyncContextManager[Contest]:
    if settings.lock_key is None or discovery.lock is None:
        return Uncontended().contended("", registration)
    return discovery.lock.contended(f"{settings.lock_key}/{settings.shard}", registration)


def _first_lease() -> int:
    """Where this process's lease ids begin: no two processes' ids meet, and int64 holds them."""
    return (secrets.randbits(31) << 32) + 1
