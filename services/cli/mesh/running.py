"""A whole mesh on one machine: gateway and balancer here, workers as processes.

Decides the order of start and stop. Several balancers are processes too, so that
one can die. Everything that wants a mesh of its own (`evenflow up`, `demo`,
`bench --embedded`, tests) gets it here.
"""

import asyncio
import signal
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, aclosing, asynccontextmanager

import gateway.app
import loadbalancer.app
from services.cli.fleet.top import watch_fleet
from services.cli.mesh.balancer_places import BalancerPlace, keep_all
from services.cli.mesh.fleet_events import Died, FleetEvent, Serving, cause
from services.cli.mesh.place import Place
from services.cli.mesh.plan import Plan
from services.discovery.endpoint import Discovery
from services.discovery.memory import MemoryRegistry
from services.runtime.lifecycle import Running, background
from services.runtime.transport import open_channel


class WorkerFailed(Exception):
    """A worker ended before it ever served."""

    def __init__(self, died: Died) -> None:
        super().__init__(f"worker {died.index + 1} did not start: {cause(died.exit_code)}")
        self.tail = died.tail


class Mesh:
    """A mesh that runs. Addresses are "host:port"."""

    def __init__(self, plan: Plan, heard: Callable[[FleetEvent], None]) -> None:
        self.plan = plan
        self.places: Sequence[Place] = ()
        self._heard = heard
        self._awaited = set(range(plan.workers))
        self._settled = asyncio.Event()
        self._failure: Died | None = None
        self._gateway: Running | None = None
        self._balancer: Running | None = None
        self._balancer_places: list[BalancerPlace] = []

    @property
    def gateway(self) -> Running:
        """The gateway."""
        return _present(self._gateway)

    @property
    def balancer(self) -> Running:
        """The balancer, the first of several."""
        if self._balancer_places:
            return _present(self._balancer_places[0].running)
        return _present(self._balancer)

    @property
    def balancers(self) -> list[tuple[str, Running, int | None]]:
        """Each balancer's name, address and, where it has one of its own, process."""
        if not self._balancer_places:
            return [("balancer", self.balancer, None)]
        return [
            (f"balancer-{number}", _present(place.running), place.pid)
            for number, place in enumerate(self._balancer_places, start=1)
        ]

    @property
    def workers(self) -> tuple[Serving, ...]:
        """The workers that serve now."""
        return tuple(place.serving for place in self.places if place.serving)

    def kill(self, index: int, number: signal.Signals = signal.SIGKILL) -> None:
        """Send a worker a signal, as fate would."""
        self.places[index].send(number)

    async def ready(self) -> None:
        """Wait until every worker has served once and the balancer grants to all that do.

        Raises:
            WorkerFailed: one did not start.
        """
        await self._settled.wait()
        if self._failure is not None:
            raise WorkerFailed(self._failure)
        async with (
            open_channel(self.balancer.address, self.plan.balancer) as channel,
            aclosing(watch_fleet(channel, 0.1)) as fleets,
        ):
            async for fleet in fleets:
                is_ready = {worker.id for worker in fleet.workers if worker.health == "ready"}
                if is_ready >= {worker.id for worker in self.workers}:
                    return

    def tell(self, event: FleetEvent) -> None:
        """Take in what has happened to a worker, and pass it on."""
        if isinstance(event, Serving):
            self._awaited.discard(event.index)
            if not self._awaited:
                self._settled.set()
        elif isinstance(event, Died) and event.index in self._awaited:
            self._failure = event
            self._settled.set()
        self._heard(event)

    @asynccontextmanager
    async def running(self) -> AsyncIterator["Mesh"]:
        """Run all parts while the block runs."""
        registry = MemoryRegistry() if self.plan.is_in_memory else None
        discovery = Discovery(registry, registry) if registry else None
        self.places = [
            Place(index, self.plan, registry, self.tell) for index in range(self.plan.workers)
        ]
        # Left in reverse: the gateway drains first, while the rest still works for it.
        async with AsyncExitStack() as stack:
            await self._start_balancing(stack, discovery)
            await stack.enter_async_context(background("workers", _keep_all(self.places)))
            self._gateway = await stack.enter_async_context(
                gateway.app.serve(self.plan.gateway, discovery)
            )
            yield self

    async def _start_balancing(self, stack: AsyncExitStack, discovery: Discovery | None) -> None:
        if self.plan.balancers == 1:
            self._balancer = await stack.enter_async_context(
                loadbalancer.app.serve(self.plan.balancer, discovery)
            )
            return
        places = [BalancerPlace(index, self.plan) for index in range(self.plan.balancers)]
        await stack.enter_async_context(background("balancers", keep_all(places)))
        for place in places:
            await place.served()
        self._balancer_places = places


def embedded(
    plan: Plan, heard: Callable[[FleetEvent], None] = lambda event: None
) -> AbstractAsyncContextManager[Mesh]:
    """A mesh that runs while the block runs; `heard` is told what happens to its workers."""
    return Mesh(plan, heard).running()


async def _keep_all(places: Sequence[Place]) -> None:
    """Keep all workers; cancelled, it stops them at the same time."""
    async with asyncio.TaskGroup() as group:
        for place in places:
            group.create_task(place.keep())


def _present(running: Running | None) -> Running:
    if running is None:
        raise RuntimeError("the mesh does not run yet")
    return running
