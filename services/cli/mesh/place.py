"""One worker's place in a mesh: a process, and its successor when it dies.

Decides when a worker counts as part of the fleet, and that one which never
served is not tried again: what kept it from starting would do so again.
"""

import asyncio
import signal
from collections.abc import Callable

from services.cli.mesh.fleet_events import Died, FleetEvent, Said, Serving, Starting
from services.cli.mesh.plan import Plan
from services.cli.mesh.restarts import Restarts
from services.cli.mesh.worker_process import WorkerProcess, worker_process
from services.discovery.endpoint import WORKER, Endpoint
from services.discovery.memory import MemoryRegistry
from services.runtime.lifecycle import Running

# Beyond its own drain: what a worker gets before it is killed.
STOP_MARGIN = 3.0


class Place:
    """Keeps one worker running while `keep` runs."""

    def __init__(
        self,
        index: int,
        plan: Plan,
        registry: MemoryRegistry | None,
        tell: Callable[[FleetEvent], None],
    ) -> None:
        self.index = index
        self.serving: Serving | None = None
        self._plan = plan
        self._registry = registry
        self._tell = tell
        self._process: WorkerProcess | None = None
        self._restarts = Restarts()
        self._has_served = False
        self._clock = asyncio.get_running_loop().time

    @property
    def pid(self) -> int | None:
        """The process that runs now."""
        return self._process.pid if self._process else None

    def send(self, number: signal.Signals) -> None:
        """Send the worker a signal, where one runs."""
        if self._process is not None:
            self._process.send(number)

    async def keep(self) -> None:
        """Start the worker, and start it again whenever it dies."""
        while True:
            exit_code, tail = await self._live()
            pause = self._restarts.died(self._clock())
            if not (self._plan.restarts and self._has_served):
                self._tell(Died(self.index, exit_code, None, tail))
                return
            self._tell(Died(self.index, exit_code, pause, tail))
            await asyncio.sleep(pause)

    async def _live(self) -> tuple[int, tuple[str, ...]]:
        """One life of the worker; returns its exit code and its last lines."""
        began = self._clock()
        self._tell(Starting(self.index, "starting", 0.0))
        async with worker_process(
            self._plan.flags_of(self.index),
            self._plan.environ,
            grace=self._plan.drain_seconds + STOP_MARGIN,
            said=lambda line: self._tell(Said(self.index, line)),
        ) as process:
            self._process = process
            try:
                async for news in process.announcements():
                    if isinstance(news, Running):
                        self._joined(news, self._clock() - began)
                    else:
                        self._tell(Starting(self.index, *news))
                exit_code = await process.wait()
                # The output's reader may be a moment behind the exit.
                await process.output_ended.wait()
                return exit_code, tuple(process.tail)
            finally:
                self._left()

    def _joined(self, running: Running, seconds: float) -> None:
        """The worker serves: make it known."""
        pid = self._process.pid if self._process else 0
        self.serving = Serving(
            self.index, running.instance_id, running.address, running.metrics_address, pid, seconds
        )
        self._has_served = True
        self._restarts.served(self._clock())
        if self._registry is not None:
            self._registry.put(WORKER, Endpoint(running.instance_id, running.address))
        self._tell(self.serving)

    def _left(self) -> None:
        """The worker has ended, or is about to be ended."""
        if self._registry is not None and self.serving is not None:
            self._registry.remove(WORKER, self.serving.id)
        self.serving = self._process = None
