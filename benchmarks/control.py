"""What one balancer process can do: picks a second over Dispatch, and listening to 1,000 workers.

Runs a real balancer with workers that do nothing but report, and speaks to it as
a gateway: whatever is granted gets its first token and its end at once, so each
pick brings three events and one decision. A pick's cost is the balancer's own
processor time, so what else runs on the machine matters little:

    python -m benchmarks.control            a minute
    python -m benchmarks.control --quick    ten seconds
"""

import argparse
import asyncio
import json
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from evenflow.v1 import balancer_pb2, balancer_pb2_grpc

from benchmarks.live.fleet import cpu_seconds
from services.runtime.transport import open_channel
from tests.tools.part import part

WORKERS = 10
FLEET = 1_000
LEASES = 32
START_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Balancer:
    """A balancer process that has heard all its workers."""

    pid: int
    stub: Any


@asynccontextmanager
async def reporters(count: int, every: float, leases: int) -> AsyncIterator[list[str]]:
    """Run so many; yields their addresses."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "benchmarks.live.reporters", str(count), str(every), str(leases)),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        limit=1 << 20,
    )
    if process.stdout is None:
        raise RuntimeError("no pipe")
    try:
        async with asyncio.timeout(START_SECONDS):
            yield json.loads(await process.stdout.readline())["addresses"]
    finally:
        process.terminate()
        await process.wait()


@asynccontextmanager
async def balancer(count: int, every: float, leases: int = 0) -> AsyncIterator[Balancer]:
    """Run one that listens to so many workers, each reporting `every` so many seconds."""
    async with AsyncExitStack() as stack:
        addresses = await stack.enter_async_context(reporters(count, every, leases))
        listed = ",".join(addresses)
        running = await stack.enter_async_context(
            part("loadbalancer", discovery="static", static_workers=listed, queue_limit=1_000_000)
        )
        channel = await stack.enter_async_context(open_channel(running.address, None))
        stub: Any = balancer_pb2_grpc.BalancerServiceStub(channel)
        await _heard(stub, count)
        yield Balancer(running.pid, stub)


async def _heard(stub: Any, count: int) -> None:
    """Wait until it has heard them all."""
    watch = stub.WatchFleet(balancer_pb2.WatchFleetRequest(interval_ms=200), timeout=START_SECONDS)
    ready = balancer_pb2.WorkerState.HEALTH_READY
    async for snapshot in watch:
        if sum(worker.health == ready for worker in snapshot.workers) == count:
            break
    watch.cancel()


class Gateway:
    """A Dispatch stream that ends what it is granted. `waited`: seconds from ticket to grant."""

    def __init__(self, stub: Any) -> None:
        self._call = stub.Dispatch()
        self._clock = asyncio.get_running_loop().time
        self._asked: dict[int, float] = {}
        self._number = 0
        self._over: list[balancer_pb2.TicketEvent] = []
        self.granted = 0
        self.waited: list[float] = []

    @property
    def outstanding(self) -> int:
        """Tickets without a decision."""
        return len(self._asked)

    async def ask(self, count: int) -> None:
        """So many tickets in one message, with the ends of what was granted before."""
        events, self._over = self._over, []
        for _ in range(count):
            self._number += 1
            self._asked[self._number] = self._clock()
            events.append(balancer_pb2.TicketEvent(submitted=_ticket(self._number)))
        await self._call.write(balancer_pb2.DispatchRequest(gateway_id="bench", events=events))

    async def hear(self) -> int:
        """The next message's grants; returns how many."""
        response = await self._call.read()
        now = self._clock()
        for decision in response.decisions:
            grant = decision.granted
            self.waited.append(now - self._asked.pop(grant.ticket_id))
            lease = grant.lease_id
            first = balancer_pb2.FirstToken(lease_id=lease)
            ended = balancer_pb2.Ended(lease_id=lease, completion_tokens=100)
            self._over.append(balancer_pb2.TicketEvent(first_token=first))
            self._over.append(balancer_pb2.TicketEvent(ended=ended))
        self.granted += len(response.decisions)
        return len(response.decisions)

    def close(self) -> None:
        """End the stream."""
        self._call.cancel()


def _ticket(number: int) -> balancer_pb2.Submitted:
    return balancer_pb2.Submitted(
        ticket_id=number,
        tenant="t",
        model="m",
        prompt_bytes=400,
        max_tokens=100,
        time_left_ms=60_000,
    )


async def in_batches(there: Balancer, size: int, seconds: float) -> tuple[float, float]:
    """Picks a second of the balancer's processor time and of the clock, by so many a message."""
    gateway, clock = Gateway(there.stub), asyncio.get_running_loop().time
    began, before = clock(), cpu_seconds(there.pid)
    await gateway.ask(size)
    await gateway.ask(size)
    while clock() < began + seconds:
        await gateway.hear()
        while gateway.outstanding <= size:
            await gateway.ask(size)
    passed, took = clock() - began, cpu_seconds(there.pid) - before
    gateway.close()
    return gateway.granted / took, gateway.granted / passed


async def at_a_rate(there: Balancer, rate: float, seconds: float) -> tuple[float, float, float]:
    """Waits at the median and at p99, seconds, and the balancer's share of a core."""
    gateway, clock = Gateway(there.stub), asyncio.get_running_loop().time
    rng = np.random.default_rng(1)
    began, before = clock(), cpu_seconds(there.pid)
    hearing = asyncio.ensure_future(_hear_on(gateway))
    for at in np.cumsum(rng.exponential(1 / rate, int(rate * seconds))):
        if (wait := began + float(at) - clock()) > 0:
            await asyncio.sleep(wait)
        await gateway.ask(1)
    share = (cpu_seconds(there.pid) - before) / (clock() - began)
    hearing.cancel()
    gateway.close()
    return median(gateway.waited), float(np.quantile(gateway.waited, 0.99)), share


async def _hear_on(gateway: Gateway) -> None:
    while True:
        await gateway.hear()


async def listening(every: float, seconds: float) -> float:
    """The balancer's share of a core while so large a fleet reports so often."""
    async with balancer(FLEET, every, LEASES) as there:
        began, before = asyncio.get_running_loop().time(), cpu_seconds(there.pid)
        await asyncio.sleep(seconds)
        passed = asyncio.get_running_loop().time() - began
        return (cpu_seconds(there.pid) - before) / passed


def spread(values: Sequence[float], form: str = ",.0f") -> str:
    """Median, and least to most."""
    return f"{median(values):{form}} ({min(values):{form}}-{max(values):{form}})"


async def told(repeats: int, seconds: float) -> list[str]:
    """All tables."""
    lines = ["| tickets in a message | picks a processor second (goal 100,000) | by the clock |"]
    lines.append("|---|---|---|")
    async with balancer(WORKERS, 1.0) as there:
        for size in (1, 16, 64, 256):
            found = [await in_batches(there, size, seconds) for _ in range(repeats)]
            picks, clock = zip(*found, strict=True)
            lines.append(f"| {size} | {spread(picks)} | {spread(clock)} |")
        found_waits = [await at_a_rate(there, 1_000, seconds) for _ in range(repeats)]
    p50, p99, share = zip(*found_waits, strict=True)
    lines.append(
        f"\nOne ticket a message at 1,000 a second, {WORKERS} workers: from ticket to grant p50"
        f" {spread([s * 1e3 for s in p50], '.2f')} ms, p99 {spread([s * 1e3 for s in p99], '.1f')}"
        f" ms; the balancer took {spread(share, '.0%')} of a core."
    )
    for every in (1.0, 0.2):
        shares = [await listening(every, seconds * 2) for _ in range(repeats)]
        lines.append(
            f"{FLEET:,} workers that report {1 / every:g} times a second, {LEASES} leases each:"
            f" {spread(shares, '.1%')} of a core."
        )
    return lines


async def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--quick", action="store_true", help="one short repeat")
    parser.add_argument("--write", type=Path, help="keep it in this file")
    asked = parser.parse_args()
    repeats, seconds = (1, 1.0) if asked.quick else (3, 3.0)
    lines = [
        "# The control plane's cost\n",
        f"`python -m benchmarks.control {' '.join(sys.argv[1:])}`, {datetime.now(UTC).date()};"
        f" {repeats} repeats: medians (least to most).\n",
        *await told(repeats, seconds),
    ]
    text = "\n".join(lines) + "\n"
    print(text)
    if asked.write:
        asked.write.write_text(text)


if __name__ == "__main__":
    asyncio.run(main())
