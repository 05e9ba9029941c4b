"""Workers and balancers that fail, refuse, stall, send garbage or come back."""

import asyncio

import grpc
import pytest
from evenflow.v1 import balancer_pb2 as b
from evenflow.v1 import generation_pb2 as g
from evenflow.v1 import inference_pb2 as i

from services.runtime.status import RpcFault, read_fault

C = grpc.StatusCode


@pytest.fixture
async def mesh_with_metrics(start_mesh):
    async with start_mesh(metrics_listen="127.0.0.1:0") as running:
        yield running


def prompt(tokens: int = 5) -> i.GenerateRequest:
    return i.GenerateRequest(prompt=i.PromptTask(text="x"), sampling=g.Sampling(max_tokens=tokens))


async def tokens_of(call) -> list[int]:
    return [token async for message in call for token in message.delta.token_ids]


async def fault_of(call) -> RpcFault:
    with pytest.raises(grpc.aio.AioRpcError) as error:
        async for _ in call:
            pass
    return read_fault(error.value)


def failing(code: grpc.StatusCode, reason: str):
    async def script(request):
        raise RpcFault(code, reason, "as the script says")
        yield

    return script


def first_to(mesh, worker):
    """Grant first to this worker, then to whoever is not excluded."""
    decide = mesh.balancer.decide

    def decision(submitted: b.Submitted) -> b.Decision:
        if len(mesh.balancer.submitted) == 1:
            return mesh.balancer.grant_to(submitted, worker)
        return decide(submitted)

    mesh.balancer.decide = decision


async def test_a_worker_that_dies_before_the_first_token_is_not_noticed(mesh):
    one, two = mesh.workers
    one.script = one.hang_before
    first_to(mesh, one)
    answer = asyncio.ensure_future(tokens_of(mesh.stub.Generate(prompt(4))))
    await one.until(lambda: one.active == 1)
    await mesh.hosting.kill(one)
    assert await answer == [1000, 1001, 1002, 1003]
    await mesh.is_quiet()
    first, second = mesh.balancer.submitted
    assert not first.returned
    assert second.returned
    assert second.excluded_worker_ids == ["w1"]
    assert mesh.balancer.outcomes == {"OUTCOME_FAILED": 1, "OUTCOME_COMPLETED": 1}
    assert len(two.requests) == 1


async def test_a_worker_that_is_not_there_is_not_noticed(mesh):
    one, two = mesh.workers
    await mesh.hosting.kill(one)
    first_to(mesh, one)
    assert await tokens_of(mesh.stub.Generate(prompt(2))) == [1000, 1001]
    assert mesh.balancer.submitted[1].excluded_worker_ids == ["w1"]
    assert len(two.requests) == 1


async def test_two_that_are_not_there_are_no_poison(start_mesh):
    async with start_mesh(workers=3) as mesh:
        for worker in mesh.workers[:2]:
            await mesh.hosting.kill(worker)
        assert await tokens_of(mesh.stub.Generate(prompt(2))) == [1000, 1001]


@pytest.mark.parametrize(
    ("code", "reason", "excluded"),
    [
        (C.RESOURCE_EXHAUSTED, "NO_SLOT", []),
        (C.FAILED_PRECONDITION, "STALE_EPOCH", []),
        (C.FAILED_PRECONDITION, "OTHER_REVISION", ["w1"]),
        (C.UNAVAILABLE, "DRAINING", ["w1"]),
    ],
)
async def test_a_worker_that_refuses_is_not_noticed(mesh, code, reason, excluded):
    one, two = mesh.workers
    one.script = failing(code, reason)
    first_to(mesh, one)
    mesh.balancer._turn = 0  # the next grant goes to the second
    assert await tokens_of(mesh.stub.Generate(prompt(2))) == [1000, 1001]
    await mesh.is_quiet()
    assert mesh.balancer.submitted[1].excluded_worker_ids == excluded
    assert mesh.balancer.outcomes == {"OUTCOME_REFUSED": 1, "OUTCOME_COMPLETED": 1}
    assert len(two.requests) == 1


async def test_workers_that_always_refuse_are_tried_a_bounded_number_of_times(start_mesh):
    async with start_mesh(max_attempts=3) as mesh:
        for worker in mesh.workers:
            worker.script = failing(C.RESOURCE_EXHAUSTED, "NO_SLOT")
        fault = await fault_of(mesh.stub.Generate(prompt()))
        assert (fault.code, fault.reason) == (C.UNAVAILABLE, "NO_WORKERS")
        assert fault.retry_after == 1.0
        assert len(mesh.balancer.submitted) == 3
        await mesh.is_quiet()


async def test_a_worker_that_dies_in_the_middle_is_not_noticed(mesh_with_metrics):
    mesh = mesh_with_metrics
    one, two = mesh.workers
    one.script = one.hang_after
    first_to(mesh, one)
    messages = aiter(mesh.stub.Generate(prompt(4)))
    seen = [await anext(messages), await anext(messages)]
    assert seen[1].delta.token_ids == [1000]
    await mesh.hosting.kill(one)
    seen += [message async for message in messages]
    assert [message.WhichOneof("event") for message in seen] == [
        "started",
        *["delta"] * 4,
        "finished",
    ]
    assert [message.delta.position for message in seen[1:-1]] == [0, 1, 2, 3]
    await mesh.is_quiet()
    (request,) = two.requests
    assert list(request.answered_token_ids) == [1000]
    again = mesh.balancer.submitted[1]
    assert (again.model_revision, again.max_tokens) == ("counter@1", 3)
    assert (again.returned, again.excluded_worker_ids) == (True, ["w1"])
    assert mesh.balancer.outcomes == {"OUTCOME_FAILED": 1, "OUTCOME_COMPLETED": 1}
    told = [e.ended.completion_tokens for e in mesh.balancer.events if e.HasField("ended")]
    assert told == [1, 3]
    assert await mesh.metric("evenflow_gateway_resumed_total") == 1


async def test_who_goes_on_with_something_else_is_not_believed(mesh):
    one, two = mesh.workers
    one.script = one.hang_after

    async def another(request):
        yield g.GenerateResponse(
            started=g.Started(model_revision="counter@1", worker_id="w2", prompt_tokens=99)
        )

    two.script = another
    first_to(mesh, one)
    messages = aiter(mesh.stub.Generate(prompt(4)))
    await anext(messages)
    await anext(messages)
    await mesh.hosting.kill(one)
    fault = await fault_of(messages)
    assert (fault.code, fault.reason) == (C.INTERNAL, "MALFORMED")


async def test_a_lost_stream_that_nobody_can_go_on_with_is_told_where_it_stands(mesh):
    one, _ = mesh.workers
    one.script = one.hang_after
    first_to(mesh, one)
    stream = aiter(mesh.stub.Generate(prompt()))
    assert (await anext(stream)).HasField("started")
    assert (await anext(stream)).delta.token_ids == [1000]
    mesh.balancer.decide = lambda s: mesh.balancer.reject(s, b.Rejected.REASON_NO_WORKERS)
    await mesh.hosting.kill(one)
    fault = await fault_of(stream)
    assert (fault.code, fault.reason) == (C.UNAVAILABLE, "WORKER_LOST")
    assert fault.metadata == {"worker_id": "w1", "position": "1"}
    assert fault.retry_after is not None
    await mesh.is_quiet()


async def test_a_sequence_that_fails_in_the_middle_goes_on_elsewhere(mesh):
    async def script(request):
        async for message in one.count_up(request):
            yield message
            raise RpcFault(C.INTERNAL, "ENGINE_FAILED", "NaN")

    one, _ = mesh.workers
    one.script = script
    first_to(mesh, one)
    assert await tokens_of(mesh.stub.Generate(prompt(3))) == [1000, 1001, 1002]


async def test_a_request_that_breaks_two_workers_is_poison(start_mesh):
    async with start_mesh(workers=3) as mesh:
        for worker in mesh.workers:
            worker.script = worker.hang_before
        answer = asyncio.ensure_future(fault_of(mesh.stub.Generate(prompt())))
        broken = []
        for attempt in (1, 2):
            await mesh.balancer.until(lambda n=attempt: len(mesh.balancer.ticket_of) == n)
            (worker_id,) = mesh.balancer.leases.values()
            (worker,) = [w for w in mesh.workers if w.worker_id == worker_id]
            await worker.until(lambda worker=worker: worker.active == 1)
            await mesh.hosting.kill(worker)
            broken.append(worker_id)
        fault = await answer
        assert (fault.code, fault.reason) == (C.INTERNAL, "POISON")
        assert fault.metadata == {"worker_ids": ",".join(broken)}
        assert sum(len(worker.requests) for worker in mesh.workers) == 2


async def test_a_lease_revoked_before_the_first_token_is_not_noticed(mesh):
    one, _ = mesh.workers
    one.script = one.hang_before
    first_to(mesh, one)
    answer = asyncio.ensure_future(tokens_of(mesh.stub.Generate(prompt(2))))
    await one.until(lambda: one.active == 1)
    mesh.balancer.say(mesh.balancer.revoke(1))
    assert await answer == [1000, 1001]
    await mesh.is_quiet()
    assert one.cancelled == 1
    assert mesh.balancer.submitted[1].excluded_worker_ids == ["w1"]


async def test_a_lease_revoked_in_the_message_that_grants_it_is_not_missed(mesh):
    one, two = mesh.workers
    one.script = one.hang_before
    grant = mesh.balancer.grant_to

    def both(submitted: b.Submitted) -> None:
        if len(mesh.balancer.submitted) == 1:
            granted = grant(submitted, one)
            mesh.balancer.say(granted)
            mesh.balancer.say(mesh.balancer.revoke(granted.granted.lease_id))
        else:
            mesh.balancer.say(grant(submitted, two))

    mesh.balancer.decide = both
    assert await tokens_of(mesh.stub.Generate(prompt(2))) == [1000, 1001]
    await mesh.is_quiet()


async def test_a_lease_revoked_in_the_middle_is_not_noticed(mesh):
    one, _ = mesh.workers
    one.script = one.hang_after
    first_to(mesh, one)
    stream = aiter(mesh.stub.Generate(prompt(3)))
    seen = [await anext(stream), await anext(stream)]
    mesh.balancer.say(mesh.balancer.revoke(1))
    seen += [message async for message in stream]
    assert [t for message in seen for t in message.delta.token_ids] == [1000, 1001, 1002]
    await mesh.is_quiet()
    assert one.cancelled == 1


GARBAGE = {
    "a gap": [g.GenerateResponse(delta=g.Delta(token_ids=[1], position=3))],
    "twice": [
        g.GenerateResponse(delta=g.Delta(token_ids=[1], position=0)),
        g.GenerateResponse(delta=g.Delta(token_ids=[1], position=0)),
    ],
    "no end": [g.GenerateResponse(delta=g.Delta(token_ids=[1], position=0))],
    "too few": [g.GenerateResponse(finished=g.Finished(usage=g.Usage(completion_tokens=2)))],
    "nothing": [g.GenerateResponse()],
}


@pytest.mark.parametrize("name", GARBAGE)
async def test_garbage_from_a_worker(mesh, name):
    async def script(request):
        yield g.GenerateResponse(started=g.Started(worker_id="w1"))
        for message in GARBAGE[name]:
            yield message

    for worker in mesh.workers:
        worker.script = script
    fault = await fault_of(mesh.stub.Generate(prompt()))
    assert (fault.code, fault.reason) == (C.INTERNAL, "MALFORMED")
    assert fault.metadata["worker_id"] in ("w1", "w2")
    await mesh.is_quiet()
    assert mesh.balancer.outcomes == {"OUTCOME_FAILED": 1}


async def test_streams_outlive_their_balancer_and_tickets_wait_for_the_next(start_mesh):
    async with start_mesh(degraded_seconds=0.0) as mesh:
        await outlive_the_balancer(mesh)


async def outlive_the_balancer(mesh) -> None:
    go_on = asyncio.Event()

    async def script(request):
        counting = mesh.workers[0].count_up(request)
        yield await anext(counting)
        await go_on.wait()
        async for message in counting:
            yield message

    for worker in mesh.workers:
        worker.script = script
    running = aiter(mesh.stub.Generate(prompt(3)))
    await anext(running)
    mesh.balancer.decide = mesh.balancer.hold
    waiting = asyncio.ensure_future(tokens_of(mesh.stub.Generate(prompt(2), timeout=30)))
    await mesh.balancer.until(lambda: len(mesh.balancer.submitted) == 2)
    old = mesh.balancer.submitted[1]

    await mesh.hosting.kill(mesh.balancer)
    go_on.set()
    assert await tokens_of(running) == [1000, 1001, 1002]

    mesh.balancer.decide = mesh.balancer.grant
    await mesh.hosting.start(mesh.balancer, mesh.balancer.address)
    assert await waiting == [1000, 1001]
    new = mesh.balancer.submitted[2]
    assert new.ticket_id == old.ticket_id
    assert new.time_left_ms < old.time_left_ms
    assert len(mesh.balancer.gateways) == 2
    # The old lease is not spoken of to the new balancer.
    await mesh.balancer.until(lambda: mesh.balancer.outcomes.total() == 1)
    assert mesh.balancer.events[-1].ended.lease_id == 2


async def test_another_balancer_is_found_where_discovery_names_one(start_mesh):
    async with start_mesh(degraded_seconds=0.0) as mesh:
        mesh.balancer.decide = mesh.balancer.hold
        waiting = asyncio.ensure_future(tokens_of(mesh.stub.Generate(prompt(2))))
        await mesh.balancer.until(lambda: bool(mesh.balancer.waiting))
        await mesh.hosting.kill(mesh.balancer)
        mesh.balancer.decide = mesh.balancer.grant
        await mesh.hosting.start(mesh.balancer)  # at another address
        mesh.registry.remove("evenflow-balancer", "balancer-1")
        mesh.put_balancer("balancer-2")
        assert await waiting == [1000, 1001]


async def test_without_a_balancer_requests_wait_a_bounded_time_then_fail_at_once(start_mesh):
    async with start_mesh(balancer_grace_seconds=0.3, degraded_seconds=0.0) as mesh:
        await mesh.hosting.kill(mesh.balancer)
        began = asyncio.get_running_loop().time()
        fault = await fault_of(mesh.stub.Generate(prompt()))
        assert (fault.code, fault.reason) == (C.UNAVAILABLE, "NO_BALANCER")
        assert fault.retry_after == 1.0
        again = asyncio.get_running_loop().time()
        assert again - began < 5
        assert (await fault_of(mesh.stub.Generate(prompt()))).reason == "NO_BALANCER"
        assert asyncio.get_running_loop().time() - again < 0.3
        # The last snapshot stands.
        assert len((await mesh.stub.ListModels(i.ListModelsRequest())).models) == 1


async def test_the_balancers_address_may_be_set(start_mesh):
    async with start_mesh() as mesh, start_mesh(balancer=mesh.balancer.address) as second:
        assert await tokens_of(second.stub.Generate(prompt(2))) == [1000, 1001]
        assert len(mesh.balancer.submitted) == 1
        assert second.balancer.submitted == []
