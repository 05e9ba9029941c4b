"""How long nobody grants when the active balancer is killed under load.

Runs workers, a gateway, callers who ask without a pause, and for each repeat two
balancers that agree by the real Consul's lock who is active; that one gets SIGKILL.
Without grants no answer begins: the longest pause between two beginnings tells how
long that was, beside the longest in as much time before:

    python -m benchmarks.takeover            a minute and a half
    python -m benchmarks.takeover --quick    one repeat
"""

import argparse
import asyncio
import sys
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count, pairwise
from pathlib import Path
from typing import Any

import grpc
from evenflow.v1 import balancer_pb2, balancer_pb2_grpc, generation_pb2, inference_pb2
from evenflow.v1.inference_pb2_grpc import InferenceServiceStub

from benchmarks.control import spread
from services.runtime.transport import open_channel
from tests.tools.consul_agent import consul_agent
from tests.tools.part import Part, part

WORKERS, SLOTS, CALLERS = 2, 8, 16
SECONDS = 4.0  # of load before the signal, and after another is active
PATIENCE = 60.0


@dataclass(frozen=True, slots=True)
class Takeover:
    """One balancer's end. Seconds; `calm`: the longest pause before, `pause`: since."""

    active_after: float
    calm: float
    pause: float
    answers: int
    failures: int


class Callers:
    """Ask again and again. `begun`: when answers began."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._clock = asyncio.get_running_loop().time
        self.begun: list[float] = []
        self.failures = 0

    async def ask(self, caller: int) -> None:
        """One caller, for ever."""
        async with open_channel(self._address, None, internal=False) as channel:
            stub: Any = InferenceServiceStub(channel)
            for turn in count():
                try:
                    text = f"caller {caller} turn {turn}"
                    await self._hear(stub, text, 16 + (caller + turn) % 32)
                except grpc.aio.AioRpcError:
                    self.failures += 1

    async def _hear(self, stub: Any, text: str, tokens: int) -> None:
        request = inference_pb2.GenerateRequest(
            prompt=inference_pb2.PromptTask(text=text),
            sampling=generation_pb2.Sampling(max_tokens=tokens),
        )
        async for response in stub.Generate(request, timeout=PATIENCE):
            if response.HasField("started"):
                self.begun.append(self._clock())

    def pause(self, since: float, until: float) -> float:
        """The longest time in which no answer began."""
        times = [since, *(at for at in self.begun if since < at < until), until]
        return max(later - earlier for earlier, later in pairwise(times))


async def until_active(balancer: Part) -> Part:
    """Wait until it says that it is the active one; returns it."""
    async with asyncio.timeout(PATIENCE), open_channel(balancer.address, None) as channel:
        stub: Any = balancer_pb2_grpc.BalancerServiceStub(channel)
        async for snapshot in stub.WatchFleet(balancer_pb2.WatchFleetRequest(interval_ms=100)):
            if not snapshot.standby:
                return balancer
    raise RuntimeError("a balancer ended its stream")


async def first_active(balancers: Sequence[Part]) -> Part:
    """Whoever is the active one first."""
    watches = [asyncio.ensure_future(until_active(balancer)) for balancer in balancers]
    done, left = await asyncio.wait(watches, return_when=asyncio.FIRST_COMPLETED)
    for watch in left:
        watch.cancel()
    return done.pop().result()


async def killed(gateway: Part, **found: str) -> Takeover:
    """Two balancers under load: the active one is killed."""
    clock = asyncio.get_running_loop().time
    async with (
        part("loadbalancer", instance_id="b1", **found) as one,
        part("loadbalancer", instance_id="b2", **found) as two,
        asyncio.TaskGroup() as group,
    ):
        active = await first_active((one, two))
        callers = Callers(gateway.address)
        asking = [group.create_task(callers.ask(number)) for number in range(CALLERS)]
        await asyncio.sleep(SECONDS / 2)  # all are warm
        began = clock()
        await asyncio.sleep(SECONDS)
        gone_at = clock()
        await active.kill()
        await until_active(two if active is one else one)
        active_at = clock()
        await asyncio.sleep(SECONDS)
        found_now = Takeover(
            active_at - gone_at,
            callers.pause(began, gone_at),
            callers.pause(gone_at, clock()),
            len(callers.begun),
            callers.failures,
        )
        for task in asking:
            task.cancel()
    return found_now


async def told(repeats: int) -> list[str]:
    """All repeats, in words."""
    async with AsyncExitStack() as stack:
        agent = await stack.enter_async_context(consul_agent())
        found = {"discovery": "consul", "consul_address": agent.http}
        engine: dict[str, Any] = {"engine": "scripted", "slots": SLOTS, "scripted_step_ms": 5}
        for number in range(WORKERS):
            worker = part("services.worker", instance_id=f"w{number}", **found, **engine)
            await stack.enter_async_context(worker)
        gateway = await stack.enter_async_context(part("gateway", **found))
        runs = [await killed(gateway, **found) for _ in range(repeats)]
    return [
        "| another is active after, s | longest pause before, ms | since the signal, ms"
        " | answers begun | failed |",
        "|---|---|---|---|---|",
        *(
            f"| {run.active_after:.2f} | {run.calm * 1e3:.0f} | {run.pause * 1e3:.0f}"
            f" | {run.answers} | {run.failures} |"
            for run in runs
        ),
        f"\nMedian (least to most): another is active after"
        f" {spread([run.active_after for run in runs], '.2f')} s, the longest pause is"
        f" {spread([run.pause * 1e3 for run in runs])} ms, before the signal"
        f" {spread([run.calm * 1e3 for run in runs])}.",
    ]


async def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--quick", action="store_true", help="one repeat")
    parser.add_argument("--write", type=Path, help="keep it in this file")
    asked = parser.parse_args()
    lines = [
        "# The active balancer is killed\n",
        f"`python -m benchmarks.takeover {' '.join(sys.argv[1:])}`, {datetime.now(UTC).date()};"
        f" {WORKERS} workers with {SLOTS} slots and steps of 5 ms,\n{CALLERS} callers without a"
        f" pause. Pauses: the longest time in which no answer began, in {SECONDS:g} s before\nand"
        " since.\n",
        *await told(1 if asked.quick else 5),
    ]
    text = "\n".join(lines) + "\n"
    print(text)
    if asked.write:
        asked.write.write_text(text)


if __name__ == "__main__":
    asyncio.run(main())
