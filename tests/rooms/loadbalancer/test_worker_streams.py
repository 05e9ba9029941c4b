"""Workers that die, come back, lie about who they are, leave, or stop moving."""

from evenflow.v1 import balancer_pb2

from services.discovery.endpoint import WORKER, Endpoint
from tests.rooms.loadbalancer.players import FakeWorker, on_stage

CONNECTING = balancer_pb2.WorkerState.HEALTH_CONNECTING
READY = balancer_pb2.WorkerState.HEALTH_READY
DRAINING = balancer_pb2.WorkerState.HEALTH_DRAINING
STALLED = balancer_pb2.WorkerState.HEALTH_STALLED


async def test_a_worker_that_dies_loses_its_leases_and_the_other_goes_on(stage):
    one = await stage.worker("w1", slots_total=1)
    await stage.worker("w2", slots_total=1)
    async with stage.gateway() as gateway:
        await gateway.submit(1, 2)
        grants = {(g := await gateway.granted()).worker_id: g for _ in range(2)}
        assert grants.keys() == {"w1", "w2"}
        await one.die()
        revoked = await gateway.revoked()
        assert revoked.lease_id == grants["w1"].lease_id
        assert revoked.reason == balancer_pb2.Revoked.REASON_WORKER_GONE
        await stage.until("w1", CONNECTING)
        await gateway.submit(3, returned=True, excluded_worker_ids=["w1"])
        await gateway.end(grants["w2"].lease_id)
        assert (await gateway.granted()).worker_id == "w2"


async def test_a_worker_that_starts_anew_is_found_again(stage):
    old = await stage.worker("w1", slots_total=1)
    async with stage.gateway() as gateway:
        await gateway.submit(1, 2)
        await gateway.granted()
        await old.die()
        await gateway.revoked()
        new = FakeWorker("w1", epoch=2)
        stage.workers.append(new)
        await new.start(int(old.address.rpartition(":")[2]))
        granted = await gateway.granted()
    assert (granted.ticket_id, granted.worker_epoch) == (2, 2)


async def test_a_worker_with_another_address_is_followed_there(stage):
    old = await stage.worker("w1", slots_total=1)
    new = FakeWorker("w1", epoch=2)
    stage.workers.append(new)
    await new.start()
    async with stage.gateway() as gateway:
        await gateway.submit(1)
        lease_id = (await gateway.granted()).lease_id
        stage.registry.put(WORKER, Endpoint("w1", new.address))
        assert (await gateway.revoked()).lease_id == lease_id
        await gateway.submit(2)
        assert (await gateway.granted()).address == new.address
    await old.report(slots_total=64)  # nobody listens there any more
    snapshot = await stage.snapshot()
    assert [w.load.slots_total for w in snapshot.workers] == [2]


async def test_a_worker_that_left_discovery_finishes_what_it_has(stage):
    worker = await stage.worker("w1", slots_total=2)
    async with stage.gateway() as gateway:
        await gateway.submit(1)
        await gateway.granted()
        stage.registry.remove(WORKER, "w1")
        left = await stage.until("w1", DRAINING)
        assert left.workers[0].leases == 1
        await gateway.submit(2)
        stage.registry.put(WORKER, Endpoint("w1", worker.address))
        assert (await gateway.granted()).ticket_id == 2
        stage.registry.remove(WORKER, "w1")
        await stage.until("w1", DRAINING)
        await worker.die()
        assert {(await gateway.revoked()).reason for _ in range(2)} == {
            balancer_pb2.Revoked.REASON_WORKER_GONE
        }
    await stage.snapshot(lambda s: not s.workers)


async def test_somebody_else_at_a_workers_address_is_not_it(stage):
    stranger = FakeWorker("w9")
    stage.workers.append(stranger)
    await stranger.start()
    stage.registry.put(WORKER, Endpoint("w1", stranger.address))
    await stranger.watched.wait()
    stranger.watched.clear()
    await stranger.watched.wait()  # it was asked again: the first answer was not believed
    snapshot = await stage.snapshot()
    assert [(w.worker_id, w.health) for w in snapshot.workers] == [("w1", CONNECTING)]


async def test_a_registry_that_knows_no_names_gives_addresses(stage):
    worker = FakeWorker("named-by-itself")
    stage.workers.append(worker)
    await worker.start()
    stage.registry.put(WORKER, Endpoint(worker.address, worker.address))
    await stage.until(worker.address, READY)


async def test_a_silent_worker_has_stalled_until_it_is_heard():
    async with on_stage(silent_seconds=1.5) as stage, stage.gateway() as gateway:
        worker = await stage.worker("w1")
        await gateway.submit(1)
        lease_id = (await gateway.granted()).lease_id
        revoked = await gateway.revoked()
        assert revoked.lease_id == lease_id
        assert revoked.reason == balancer_pb2.Revoked.REASON_WORKER_STALLED
        await stage.until("w1", STALLED)
        await gateway.submit(2)
        await worker.report()
        assert (await gateway.granted()).ticket_id == 2


async def test_a_draining_worker_gets_nothing_more(stage):
    await stage.worker("w1", prefill_tokens_per_second=1)
    two = await stage.worker("w2", prefill_tokens_per_second=1_000_000)
    await two.report(draining=True)
    await stage.until("w2", DRAINING)
    async with stage.gateway() as gateway:
        await gateway.submit(1)
        assert (await gateway.granted()).worker_id == "w1"
