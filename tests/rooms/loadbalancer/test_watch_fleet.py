"""WatchFleet, metrics, and the end of a balancer, on real sockets."""

import urllib.request
from contextlib import AsyncExitStack, aclosing

import grpc
import pytest
from evenflow.v1 import balancer_pb2, classification_pb2

from loadbalancer.app import serve
from loadbalancer.settings import BalancerSettings
from services.discovery.endpoint import BALANCER, WORKER, Discovery, Endpoint
from services.discovery.memory import MemoryRegistry
from services.runtime.status import read_fault
from services.runtime.transport import open_channel
from tests.rooms.loadbalancer.players import Stage, on_stage


async def test_a_change_of_membership_is_told_at_once(stage):
    call = stage.stub.WatchFleet(balancer_pb2.WatchFleetRequest(interval_ms=60_000), timeout=20)
    assert list((await call.read()).workers) == []
    info = classification_pb2.ClassifierInfo(name="task", version="1", labels=["chat", "answer"])
    worker = await stage.worker("w1", kv_tokens_total=77, classifiers=[info])
    snapshot = await call.read()
    while not any(w.health == balancer_pb2.WorkerState.HEALTH_READY for w in snapshot.workers):
        snapshot = await call.read()
    (state,) = snapshot.workers
    assert (state.worker_id, state.address, state.leases) == ("w1", worker.address, 0)
    assert state.load == worker.load
    stage.registry.remove(WORKER, "w1")
    (state,) = (await call.read()).workers
    assert state.health == balancer_pb2.WorkerState.HEALTH_DRAINING
    call.cancel()


async def test_snapshots_count_what_was_decided(stage):
    await stage.worker("w1", slots_total=1)
    async with stage.gateway() as gateway:
        await gateway.submit(1, 2, tenant="a")
        await gateway.submit(3, model="other")
        await gateway.granted()
        await gateway.rejected()
        snapshot = await stage.snapshot()
    (worker,) = snapshot.workers
    assert (worker.leases, worker.booked_tokens) == (1, 20)
    assert [(q.tenant, q.waiting, q.served_tokens) for q in snapshot.queues] == [("a", 1, 20)]
    assert snapshot.oldest_wait_ms > 0
    assert (snapshot.grants_total, snapshot.rejections_total) == (1, 1)


@pytest.mark.parametrize("interval_ms", [1, 99, 60_001])
async def test_an_interval_out_of_bounds_is_refused(stage, interval_ms):
    call = stage.stub.WatchFleet(balancer_pb2.WatchFleetRequest(interval_ms=interval_ms))
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await call.read()
    fault = read_fault(caught.value)
    assert fault.code is grpc.StatusCode.INVALID_ARGUMENT
    assert [v.field for v in fault.violations] == ["interval_ms"]


async def test_metrics_tell_grants_and_queue():
    async with on_stage(metrics_listen="127.0.0.1:0") as stage, stage.gateway() as gateway:
        await stage.worker("w1", slots_total=1)
        await gateway.submit(1, 2)
        await gateway.submit(3, model="other")
        await gateway.granted()
        await gateway.rejected()
        url = f"http://{stage.running.metrics_address}/metrics"
        page = urllib.request.urlopen(url, timeout=5).read().decode()  # noqa: ASYNC210
    for line in (
        "evenflow_balancer_grants_total 1.0",
        "evenflow_balancer_waiting 1.0",
        "evenflow_balancer_leases 1.0",
        "evenflow_balancer_workers_ready 1.0",
        'evenflow_balancer_rejections_total{reason="no_such_model"} 1.0',
        "evenflow_balancer_queue_seconds_count 1.0",
    ):
        assert line in page.splitlines()


async def test_a_balancer_is_in_discovery_while_it_runs_and_leaves_in_peace():
    """Its streams end without a word against the workers, which are well."""
    registry = MemoryRegistry()
    settings = BalancerSettings(listen="127.0.0.1:0", metrics_listen=None, instance_id="balancer-1")
    async with aclosing(registry.watch(BALANCER)) as watch, AsyncExitStack() as after:
        async with serve(settings, Discovery(registry, registry)) as running:
            assert await anext(watch) == (Endpoint("balancer-1", running.address),)
            channel = await after.enter_async_context(open_channel(running.address, None))
            stage = Stage(running, registry, channel)
            await stage.worker("w1")
            gateway = await after.enter_async_context(stage.gateway())
            await gateway.submit(1)
            await gateway.granted()
            fleets = stage.stub.WatchFleet(balancer_pb2.WatchFleetRequest(interval_ms=60_000))
            await fleets.read()
        assert await anext(watch) == ()
        assert await gateway.call.read() is grpc.aio.EOF
        assert await fleets.read() is grpc.aio.EOF
        await stage.workers[0].die()
