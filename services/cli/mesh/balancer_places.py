"""The balancers of a mesh that has several: processes, and their successors when they die.

Decides that the mesh begins once each has served, and that a balancer which never
served is not tried again. Which of them is active they settle among themselves.
"""

import asyncio

import structlog

from services.cli.mesh.fleet_events import cause
from services.cli.mesh.place import STOP_MARGIN
from services.cli.mesh.plan import Plan
from services.cli.mesh.restarts import Restarts
from services.cli.mesh.worker_process import worker_process
from services.runtime.lifecycle import Running

log = structlog.get_logger(__name__)


class BalancerPlace:
    """Keeps one balancer running while `keep` runs; `running` is its newest incarnation."""

    def __init__(self, index: int, plan: Plan) -> None:
        self._index = index
        self._plan = plan
        self._restarts = Restarts()
        self._has_served = asyncio.Event()
        self.running: Running | None = None
        self.pid: int | None = None

    async def served(self) -> None:
        """Wait until it has served once."""
        await self._has_served.wait()

    async def keep(self) -> None:
        """Start the balancer, and start it again whenever it dies.

        Raises:
            OSError: it did not start at all.
        """
        clock = asyncio.get_running_loop().time
        while True:
            async with worker_process(
                self._plan.flags_of_balancer(self._index),
                self._plan.environ,
                grace=self._plan.drain_seconds + STOP_MARGIN,
                said=lambda line: None,
                module="loadbalancer",
            ) as process:
                async for news in process.announcements():
                    if isinstance(news, Running):
                        self.running, self.pid = news, process.pid
                        self._restarts.served(clock())
                        self._has_served.set()
                exit_code = await process.wait()
                await process.output_ended.wait()
            name = f"balancer {self._index + 1}"
            if not self._has_served.is_set() or not self._plan.restarts:
                told = process.tail[-1].strip() if process.tail else "not a word"
                raise OSError(f"{name} did not start: {cause(exit_code)}: {told}")
            pause = self._restarts.died(clock())
            log.warning("balancer died", balancer=name, cause=cause(exit_code), again_in=pause)
            await asyncio.sleep(pause)


async def keep_all(places: list[BalancerPlace]) -> None:
    """Keep all balancers; cancelled, it stops them at the same time."""
    async with asyncio.TaskGroup() as group:
        for place in places:
            group.create_task(place.keep())
