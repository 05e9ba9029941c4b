"""Dispatch on real sockets: grants, late binding, refusals, streams that end."""

import grpc
import pytest
from evenflow.v1 import balancer_pb2

from services.runtime.status import read_fault
from tests.rooms.loadbalancer.players import on_stage


async def test_a_grant_names_worker_model_and_a_lease_of_its_own(stage):
    worker = await stage.worker("w1")
    async with stage.gateway() as gateway:
        await gateway.submit(7, 8)
        first, second = await gateway.granted(), await gateway.granted()
    assert (first.ticket_id, second.ticket_id) == (7, 8)
    assert (first.worker_id, first.address, first.worker_epoch) == ("w1", worker.address, 1)
    assert (first.model, first.model_revision) == ("m", "r1")
    assert second.lease_id == first.lease_id + 1
    assert 0 < first.lease_id < 1 << 63
    assert first.predicted_ttft_ms == pytest.approx(11)  # 10 tokens at 10,000/s, one step


async def test_leases_of_two_balancers_never_meet():
    leases = []
    for _ in range(2):
        async with on_stage() as stage, stage.gateway() as gateway:
            await stage.worker("w1")
            await gateway.submit(1)
            leases.append((await gateway.granted()).lease_id)
    assert leases[0] >> 32 != leases[1] >> 32


async def test_tickets_wait_until_a_worker_has_room(stage):
    await stage.worker("w1", slots_total=1)
    async with stage.gateway() as gateway:
        await gateway.submit(1, 2, 3)
        first = await gateway.granted()
        waits = await stage.snapshot()
        assert [(q.tenant, q.waiting) for q in waits.queues] == [("t", 2)]
        await gateway.end(first.lease_id, completion_tokens=5)
        second = await gateway.granted()
        assert second.ticket_id == 2
        assert second.queue_ms > 0
        cancelled = balancer_pb2.TicketEvent(cancelled=balancer_pb2.Cancelled(ticket_id=3))
        await gateway.say(cancelled)
        await stage.snapshot(lambda s: not s.queues)


async def test_what_a_worker_reports_of_strangers_counts(stage):
    worker = await stage.worker("w1", lease_ids=[901, 902])
    async with stage.gateway() as gateway:
        await gateway.submit(1)
        waits = await stage.snapshot(lambda s: bool(s.queues))
        assert waits.grants_total == 0
        await worker.report(lease_ids=[902])
        assert (await gateway.granted()).ticket_id == 1


async def test_a_full_queue_refuses_and_says_when_to_come_back():
    async with on_stage(queue_limit=2) as stage, stage.gateway() as gateway:
        await stage.worker("w1", slots_total=1)
        await gateway.submit(1, 2, 3, 4)
        assert (await gateway.decision()).granted.ticket_id == 1
        refused = await gateway.rejected()
    assert (refused.ticket_id, refused.reason) == (4, balancer_pb2.Rejected.REASON_QUEUE_FULL)
    assert refused.retry_after_ms >= 100


async def test_a_deadline_that_comes_first_is_told_in_time(stage):
    await stage.worker("w1", slots_total=1)
    async with stage.gateway() as gateway:
        await gateway.submit(1)
        await gateway.granted()
        await gateway.submit(2, time_left_ms=50)
        refused = await gateway.rejected()
    assert (refused.ticket_id, refused.reason) == (2, balancer_pb2.Rejected.REASON_EXPIRED)


async def test_models_that_nobody_serves_and_prompts_that_fit_nowhere_are_refused(stage):
    await stage.worker("w1")
    async with stage.gateway() as gateway:
        await gateway.submit(1, model="other")
        assert (await gateway.rejected()).reason == balancer_pb2.Rejected.REASON_NO_SUCH_MODEL
        await gateway.submit(2, prompt_bytes=100_000)
        assert (await gateway.rejected()).reason == balancer_pb2.Rejected.REASON_TOO_LARGE
        await gateway.submit(3, model="")
        assert (await gateway.granted()).ticket_id == 3


async def test_without_workers_tickets_are_refused_after_a_while():
    async with on_stage(no_workers_seconds=0.2) as stage, stage.gateway() as gateway:
        await gateway.submit(1)
        refused = await gateway.rejected()
    assert refused.reason == balancer_pb2.Rejected.REASON_NO_WORKERS
    assert refused.retry_after_ms > 0


async def test_a_gateway_that_goes_takes_its_tickets_along(stage):
    await stage.worker("w1", slots_total=1)
    async with stage.gateway("gateway-2") as other:
        async with stage.gateway("gateway-1") as gateway:
            await gateway.submit(1, 2, 3)
            first = await gateway.granted()
            await other.submit(1)
            await stage.snapshot(lambda s: s.queues and s.queues[0].waiting == 3)
        await stage.snapshot(lambda s: s.queues and s.queues[0].waiting == 1)
        # The lease is still in force; a gateway that came back may tell of its end.
        async with stage.gateway("gateway-1") as again:
            await again.end(first.lease_id)
            assert (await other.granted()).ticket_id == 1


async def test_a_gateway_that_half_closes_ends_its_stream(stage):
    async with stage.gateway() as gateway:
        await gateway.call.done_writing()
        assert await gateway.call.read() is grpc.aio.EOF
        assert await gateway.call.code() is grpc.StatusCode.OK


async def test_a_stream_without_a_gateways_name_is_refused(stage):
    async with stage.gateway("") as gateway:
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await gateway.call.read()
    fault = read_fault(caught.value)
    assert (fault.code, fault.reason) == (grpc.StatusCode.INVALID_ARGUMENT, "INVALID_FIELD")
    assert [v.field for v in fault.violations] == ["gateway_id"]


async def test_decisions_that_are_ready_together_come_in_one_message(stage):
    await stage.worker("w1", slots_total=64)
    async with stage.gateway() as gateway:
        await gateway.submit(*range(1, 51))
        response = await gateway.call.read()
    assert [d.granted.ticket_id for d in response.decisions] == list(range(1, 51))
