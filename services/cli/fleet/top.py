"""`evenflow top`: the fleet, live.

Decides when the picture is drawn anew; what it shows is fleet_table's, what it
means is fleet's.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack, aclosing
from functools import partial

import grpc
from evenflow.v1 import balancer_pb2, balancer_pb2_grpc
from rich.console import Console, RenderableType
from rich.live import Live

from services.cli.client import candidates_from_wire, dialled
from services.cli.fleet.table import fleet_view
from services.cli.fleet.values import Fleet, Granted, Queue, Worker, rates
from services.cli.options import Connection
from services.runtime.status import read_fault


async def top(connection: Connection, *, once: bool, interval: float) -> None:
    """Show the fleet until interrupted, or once; raises Complaint."""
    console = wide_console()
    async with AsyncExitStack() as stack:
        channel = await stack.enter_async_context(dialled(connection, "balancer", internal=True))
        fleets = await stack.enter_async_context(aclosing(watch_fleet(channel, interval)))
        # On a terminal redrawn on each snapshot alone: a thread of rich's own has nothing to add.
        # Elsewhere one table stands below the other, for Live would show the last alone.
        show: Callable[[RenderableType], object] = console.print
        if console.is_terminal and not once:
            live = stack.enter_context(Live(console=console, auto_refresh=False, screen=True))
            show = partial(live.update, refresh=True)
        before = None
        async for fleet in fleets:
            show(fleet_view(fleet, rates(before, fleet), console.width))
            if once:
                return
            before = fleet


def wide_console() -> Console:
    """A console with room for all columns where it is no terminal, whose width is given."""
    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=160)


async def watch_fleet(
    channel: grpc.aio.Channel, interval: float = 1.0
) -> AsyncGenerator[Fleet, None]:
    """Yield the balancer's snapshots; raises RpcFault."""
    stub = balancer_pb2_grpc.BalancerServiceStub(channel)
    call = stub.WatchFleet(balancer_pb2.WatchFleetRequest(interval_ms=round(interval * 1000)))
    now = asyncio.get_running_loop().time
    try:
        async for snapshot in call:
            yield fleet_from_wire(snapshot, now())
    except grpc.aio.AioRpcError as error:
        raise read_fault(error) from None
    finally:
        call.cancel()


def fleet_from_wire(snapshot: balancer_pb2.FleetSnapshot, at: float) -> Fleet:
    """A snapshot as values."""
    return Fleet(
        at=at,
        workers=tuple(_worker(state) for state in snapshot.workers),
        queues=tuple(Queue(q.tenant, q.waiting, q.served_tokens) for q in snapshot.queues),
        oldest_wait=snapshot.oldest_wait_ms / 1000,
        grants=snapshot.grants_total,
        rejections=snapshot.rejections_total,
        revocations=snapshot.revocations_total,
        balancer=snapshot.balancer_id,
        term=snapshot.term,
        is_standby=snapshot.standby,
        active_address=snapshot.active_address,
        recent_grants=tuple(_granted(grant) for grant in snapshot.recent_grants),
    )


def _worker(state: balancer_pb2.WorkerState) -> Worker:
    load = state.load
    return Worker(
        id=state.worker_id,
        address=state.address,
        health=balancer_pb2.WorkerState.Health.Name(state.health).removeprefix("HEALTH_").lower(),
        model=load.model,
        slots_used=load.slots_used,
        slots_total=load.slots_total,
        kv_used=load.kv_tokens_used,
        kv_total=load.kv_tokens_total,
        backlog=load.prefill_backlog_tokens,
        prefill_rate=load.prefill_tokens_per_second,
        decode_step=load.decode_step_seconds,
        generated=load.generated_tokens_total,
        epoch=load.epoch,
        leases=state.leases,
        has_report=state.HasField("load"),
        learnt_prefill_rate=state.learnt_prefill_tokens_per_second,
        learnt_decode_step=state.learnt_decode_step_seconds,
        prompt_tokens=state.prompt_tokens_total,
        cached_tokens=state.cached_tokens_total,
    )


def _granted(grant: balancer_pb2.GrantState) -> Granted:
    return Granted(
        worker_id=grant.worker_id,
        queue_ms=grant.queue_ms,
        predicted_ms=grant.predicted_ttft_ms,
        prompt_tokens=grant.prompt_tokens,
        held_tokens=grant.held_tokens,
        candidates=candidates_from_wire(grant.candidates),
    )
