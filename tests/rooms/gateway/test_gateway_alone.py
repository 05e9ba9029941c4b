"""A gateway whose balancer is gone: it goes on by itself, and comes back."""

import asyncio

import grpc
import pytest
from evenflow.v1 import generation_pb2 as g
from evenflow.v1 import inference_pb2 as i
from structlog.testing import capture_logs

from services.runtime.status import RpcFault, read_fault

C = grpc.StatusCode


def prompt(tokens: int = 5, **rest) -> i.GenerateRequest:
    task = i.PromptTask(text="x")
    return i.GenerateRequest(prompt=task, sampling=g.Sampling(max_tokens=tokens), **rest)


async def tokens_of(call) -> list[int]:
    return [token async for message in call for token in message.delta.token_ids]


def asked(mesh, tokens: int = 5, tenant: str = "default") -> asyncio.Future[list[int]]:
    call = mesh.stub.Generate(prompt(tokens), metadata=(("evenflow-tenant", tenant),), timeout=30)
    return asyncio.ensure_future(tokens_of(call))


async def reason_of(call) -> str:
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await tokens_of(call)
    return read_fault(error.value).reason


def answer(tokens: int) -> list[int]:
    return list(range(1000, 1000 + tokens))


def gated(mesh) -> asyncio.Event:
    """Have every worker begin its answers, and go on when the event is set."""
    go_on = asyncio.Event()

    def script_of(worker):
        async def script(request):
            counting = worker.count_up(request)
            yield await anext(counting)
            await go_on.wait()
            async for message in counting:
                yield message

        return script

    for worker in mesh.workers:
        worker.script = script_of(worker)
    return go_on


def failing(code: grpc.StatusCode, reason: str):
    async def script(request):
        raise RpcFault(code, reason, "as the script says")
        yield

    return script


async def test_nobody_notices_that_the_balancer_was_away(start_mesh):
    async with start_mesh(slots=4, metrics_listen="127.0.0.1:0") as mesh:
        go_on = gated(mesh)
        begun = [asked(mesh, 3) for _ in range(4)]
        await mesh.balancer.until(lambda: mesh.active == 4)
        mesh.balancer.decide = mesh.balancer.hold
        waiting = [asked(mesh, 4) for _ in range(6)]
        await mesh.balancer.until(lambda: len(mesh.balancer.submitted) == 10)

        await mesh.hosting.kill(mesh.balancer)
        # Those that waited there take the four slots that are left, and no more.
        await mesh.balancer.until(lambda: mesh.active == 8)
        newcomers = [asked(mesh, 5) for _ in range(6)]
        go_on.set()
        assert await asyncio.gather(*begun) == [answer(3)] * 4
        assert await asyncio.gather(*waiting) == [answer(4)] * 6
        assert await asyncio.gather(*newcomers) == [answer(5)] * 6
        assert [worker.most_active for worker in mesh.workers] == [4, 4]
        assert await mesh.metric("evenflow_gateway_degraded") == 1
        assert await mesh.metric("evenflow_gateway_degraded_grants_total") == 12

        mesh.balancer.decide = mesh.balancer.grant
        await mesh.hosting.start(mesh.balancer, mesh.balancer.address)
        await mesh.balancer.until(lambda: len(mesh.balancer.gateways) == 2)
        assert await asked(mesh, 2) == answer(2)
        assert len(mesh.balancer.submitted) == 11
        assert await mesh.metric("evenflow_gateway_degraded") == 0
        assert await mesh.metric("evenflow_gateway_degraded_grants_total") == 12


async def test_a_balancer_that_is_back_gets_who_waits_and_hears_nothing_of_who_runs(start_mesh):
    async with start_mesh(slots=1) as mesh:
        go_on = gated(mesh)
        await mesh.hosting.kill(mesh.balancer)
        running = [asked(mesh, 3), asked(mesh, 3)]
        await mesh.balancer.until(lambda: mesh.active == 2)
        waiting = asked(mesh, 4)
        leases = {request.lease_id for worker in mesh.workers for request in worker.requests}
        assert len(leases) == 2
        assert 0 not in leases

        mesh.balancer.decide = mesh.balancer.hold
        await mesh.hosting.start(mesh.balancer, mesh.balancer.address)
        await mesh.balancer.until(lambda: bool(mesh.balancer.waiting))
        (submitted,) = mesh.balancer.waiting.values()
        go_on.set()
        assert await asyncio.gather(*running) == [answer(3)] * 2
        mesh.balancer.say(mesh.balancer.grant(submitted))
        assert await waiting == answer(4)
        await mesh.is_quiet()
        assert mesh.balancer.outcomes == {"OUTCOME_COMPLETED": 1}


async def test_a_balancer_that_crashes_before_it_knows_anybody_takes_nothing_away(mesh):
    await mesh.hosting.kill(mesh.balancer)
    assert await asked(mesh, 2) == answer(2)
    known, mesh.balancer.workers = mesh.balancer.workers, []
    mesh.balancer.decide = mesh.balancer.hold
    await mesh.hosting.start(mesh.balancer, mesh.balancer.address)
    await mesh.balancer.until(lambda: len(mesh.balancer.gateways) == 2)
    waiting = asked(mesh, 3)
    await mesh.balancer.until(lambda: bool(mesh.balancer.waiting))
    await mesh.hosting.kill(mesh.balancer)
    assert await waiting == answer(3)
    assert sum(len(worker.requests) for worker in known) == 2


async def test_the_log_says_once_that_it_began_and_once_that_it_ended(start_mesh):
    with capture_logs() as logs:
        async with start_mesh() as mesh:
            await mesh.hosting.kill(mesh.balancer)
            for _ in range(3):
                assert await asked(mesh, 2) == answer(2)
            await mesh.hosting.start(mesh.balancer, mesh.balancer.address)
            await mesh.balancer.until(lambda: len(mesh.balancer.gateways) == 2)
    told = [line for line in logs if line["log_level"] == "warning"]
    began, _, ended = told  # between them, the link says that the balancer is lost
    assert began["event"] == "went on without a balancer"
    assert (began["workers"], began["waiting"], began["leases"]) == (2, 0, 0)
    assert ended["event"] == "granted by itself no more"
    assert (ended["count"], ended["state"]) == (3, "balancer there")


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (C.RESOURCE_EXHAUSTED, "NO_SLOT"),
        (C.FAILED_PRECONDITION, "OTHER_REVISION"),
        (C.UNAVAILABLE, "DRAINING"),
    ],
)
async def test_a_worker_that_refuses_meanwhile_is_not_noticed(mesh, code, reason):
    one, two = mesh.workers
    one.script = failing(code, reason)
    await mesh.hosting.kill(mesh.balancer)
    answers = await asyncio.gather(*(asked(mesh, 3) for _ in range(8)))
    assert answers == [answer(3)] * 8
    assert len(two.requests) == 8


async def test_a_full_fleet_is_waited_for_however_often_it_refuses(start_mesh):
    async with start_mesh(workers=1, max_attempts=1) as mesh:
        (worker,) = mesh.workers

        async def full_twice(request):
            if len(worker.requests) <= 2:
                raise RpcFault(C.RESOURCE_EXHAUSTED, "NO_SLOT", "others hold them all")
            async for message in worker.count_up(request):
                yield message

        worker.script = full_twice
        await mesh.hosting.kill(mesh.balancer)
        assert await asked(mesh, 3) == answer(3)
        assert len(worker.requests) == 3


async def test_a_worker_that_dies_meanwhile_is_not_noticed(mesh):
    one, two = mesh.workers
    one.script = one.hang_before
    two.script = two.hang_before
    await mesh.hosting.kill(mesh.balancer)
    waiting = asked(mesh, 3)
    await mesh.balancer.until(lambda: mesh.active == 1)
    dying, other = (one, two) if one.active else (two, one)
    other.script = other.count_up
    await mesh.hosting.kill(dying)
    assert await waiting == answer(3)
    assert len(other.requests) == 1


async def test_a_worker_that_has_begun_anew_is_of_use(mesh):
    await mesh.hosting.kill(mesh.balancer)
    assert await asked(mesh, 3) == answer(3)
    epochs = {request.worker_epoch for worker in mesh.workers for request in worker.requests}
    assert epochs == {0}, "any: nobody would tell the new one"


async def test_a_tenant_with_many_does_not_hold_up_one_with_few(start_mesh):
    async with start_mesh(workers=1, slots=1, metrics_listen="127.0.0.1:0") as mesh:
        (worker,) = mesh.workers
        go_on = gated(mesh)
        await mesh.hosting.kill(mesh.balancer)
        first = asked(mesh, 1, "crowd")
        await mesh.balancer.until(lambda: mesh.active == 1)
        crowd = [asked(mesh, 2, "crowd") for _ in range(10)]
        few = [asked(mesh, 3, "few") for _ in range(2)]
        everybody = asyncio.gather(first, *crowd, *few)
        order: list[int] = []

        async def noting(request):
            order.append(request.sampling.max_tokens)
            async for message in worker.count_up(request):
                yield message

        worker.script = noting
        async with asyncio.timeout(20):
            while await mesh.metric("evenflow_gateway_tickets_waiting") < 12:
                continue
        go_on.set()
        await everybody
        assert worker.most_active == 1
        assert order[:4] == [2, 3, 2, 3]


async def test_a_caller_that_leaves_while_it_waits_gets_nothing(start_mesh):
    async with start_mesh(workers=1, slots=1) as mesh:
        (worker,) = mesh.workers
        go_on = gated(mesh)
        await mesh.hosting.kill(mesh.balancer)
        first = asked(mesh, 2)
        await mesh.balancer.until(lambda: mesh.active == 1)
        call = mesh.stub.Generate(prompt(3), timeout=0.2)
        with pytest.raises(grpc.aio.AioRpcError) as error:
            await tokens_of(call)
        assert error.value.code() is C.DEADLINE_EXCEEDED
        go_on.set()
        assert await first == answer(2)
        assert await asked(mesh, 4) == answer(4)
        assert [request.sampling.max_tokens for request in worker.requests] == [2, 4]


async def test_a_snapshot_grows_too_old(start_mesh):
    async with start_mesh(
        workers=1, slots=1, degraded_seconds=1.0, balancer_grace_seconds=0.1
    ) as mesh:
        go_on = gated(mesh)
        with capture_logs() as logs:
            await mesh.hosting.kill(mesh.balancer)
            running = asked(mesh, 3)
            await mesh.balancer.until(lambda: mesh.active == 1)
            assert await reason_of(mesh.stub.Generate(prompt(), timeout=20)) == "NO_BALANCER"
        ended = [line for line in logs if line["event"] == "granted by itself no more"]
        assert [line["state"] for line in ended] == ["waiting for a balancer"]
        go_on.set()
        assert await running == answer(3)
        assert await reason_of(mesh.stub.Generate(prompt())) == "NO_BALANCER"


async def test_what_nobody_known_serves_waits_for_the_balancer_as_ever(start_mesh):
    async with start_mesh(balancer_grace_seconds=0.2) as mesh:
        await mesh.hosting.kill(mesh.balancer)
        assert await reason_of(mesh.stub.Generate(prompt(model="other"))) == "NO_BALANCER"
        assert await asked(mesh, 3) == answer(3)


async def test_who_has_never_met_a_balancer_knows_nobody(start_mesh):
    async with start_mesh() as other:
        await other.hosting.kill(other.balancer)
        gone = other.balancer.address
        async with start_mesh(balancer=gone, balancer_grace_seconds=0.2) as mesh:
            assert await reason_of(mesh.stub.Generate(prompt())) == "NO_BALANCER"
