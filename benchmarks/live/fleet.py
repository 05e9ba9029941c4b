"""A fleet of paced workers, a process of its own, and the mesh before one.

Decides how they are started and stopped, and what they cost: processor time is
read from the kernel's account of each process.
"""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from loadbalancer.rules import Rules
from tests.tools.part import part

START_SECONDS = 30.0


class Fleet:
    """Workers that run. `late_seconds`, once they have stopped: the latest step."""

    def __init__(self, addresses: Sequence[str], pid: int) -> None:
        self.addresses = addresses
        self.pid = pid
        self.late_seconds = 0.0


@asynccontextmanager
async def workers(count: int, slowness: float) -> AsyncIterator[Fleet]:
    """Run so many while the block runs, each so many times as slow as the engine model's pace."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "benchmarks.live.workers", str(count), str(slowness)),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
    )
    if process.stdout is None:
        raise RuntimeError("no pipe")
    try:
        async with asyncio.timeout(START_SECONDS):
            told = json.loads(await process.stdout.readline())
        fleet = Fleet(told["addresses"], process.pid)
        yield fleet
        process.terminate()
        async with asyncio.timeout(START_SECONDS):
            fleet.late_seconds = json.loads(await process.stdout.readline())["late_seconds"]
            await process.wait()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


@asynccontextmanager
async def mesh(
    addresses: Sequence[str], chunk_tokens: int, slowness: float
) -> AsyncIterator[tuple[str, tuple[int, int]]]:
    """A balancer and a gateway before these workers; yields the address and the process ids."""
    named = (f"worker-{number}={address}" for number, address in enumerate(addresses))
    async with AsyncExitStack() as stack:
        balancer = await stack.enter_async_context(
            part(
                "loadbalancer",
                discovery="static",
                static_workers=",".join(named),
                prefill_chunk_tokens=chunk_tokens,
                queue_limit=100_000,
                window_seconds=Rules().window_seconds * slowness,
            )
        )
        gateway = await stack.enter_async_context(
            part(
                "gateway",
                discovery="static",
                balancer=balancer.address,
                max_in_flight=100_000,
                max_in_flight_per_tenant=100_000,
            )
        )
        yield gateway.address, (balancer.pid, gateway.pid)


def cpu_seconds(pid: int) -> float:
    """Processor time that a process, its children and its ended children have taken."""
    stat = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    own = sum(map(int, stat[11:15])) / os.sysconf("SC_CLK_TCK")
    return own + sum(cpu_seconds(int(child)) for child in children)
