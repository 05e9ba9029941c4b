"""Callers that go away: nothing remains of them."""

import asyncio
import gc

import grpc
from evenflow.v1 import generation_pb2 as g
from evenflow.v1 import inference_pb2 as i

from gateway.dispatch import Lease
from gateway.journal import Journal
from gateway.runs.running import Run


def prompt() -> i.GenerateRequest:
    return i.GenerateRequest(prompt=i.PromptTask(text="x"), sampling=g.Sampling(max_tokens=5))


def remaining(*kinds: type) -> list[object]:
    gc.collect()
    return [each for each in gc.get_objects() if isinstance(each, kinds)]


async def test_a_cancel_while_waiting_takes_the_ticket_out(mesh):
    mesh.balancer.decide = mesh.balancer.hold
    call = mesh.stub.Generate(prompt())
    await mesh.balancer.until(lambda: bool(mesh.balancer.waiting))
    call.cancel()
    await mesh.is_quiet()
    assert mesh.balancer.events[-1].HasField("cancelled")


async def test_a_cancel_before_the_first_token_reaches_the_worker(mesh):
    for worker in mesh.workers:
        worker.script = worker.hang_before
    call = mesh.stub.Generate(prompt())
    await mesh.balancer.until(lambda: bool(mesh.balancer.leases))
    (worker_id,) = mesh.balancer.leases.values()
    (worker,) = [w for w in mesh.workers if w.worker_id == worker_id]
    await worker.until(lambda: worker.active == 1)
    call.cancel()
    await mesh.is_quiet()
    assert worker.cancelled == 1
    assert mesh.balancer.outcomes == {"OUTCOME_ABANDONED": 1}


async def test_a_caller_that_is_gone_frees_its_worker(mesh):
    for worker in mesh.workers:
        worker.script = worker.hang_after
    address = mesh.address
    async with grpc.aio.insecure_channel(address) as channel:
        generate = channel.unary_stream(
            "/evenflow.v1.InferenceService/Generate",
            request_serializer=i.GenerateRequest.SerializeToString,
            response_deserializer=g.GenerateResponse.FromString,
        )
        stream = aiter(generate(prompt()))
        await anext(stream)
    await mesh.is_quiet()
    assert mesh.balancer.outcomes == {"OUTCOME_ABANDONED": 1}


async def test_a_grant_that_crosses_a_cancel_is_given_back(mesh):
    mesh.balancer.decide = mesh.balancer.hold
    call = mesh.stub.Generate(prompt())
    await mesh.balancer.until(lambda: bool(mesh.balancer.waiting))
    (submitted,) = mesh.balancer.submitted
    call.cancel()
    await mesh.balancer.until(lambda: mesh.balancer.events[-1].HasField("cancelled"))
    mesh.balancer.say(mesh.balancer.grant_to(submitted, mesh.workers[0]))
    await mesh.balancer.until(lambda: mesh.balancer.outcomes.total() == 1)
    await mesh.is_quiet()
    assert mesh.balancer.outcomes == {"OUTCOME_ABANDONED": 1}
    assert mesh.workers[0].requests == []


async def test_a_reader_that_stops_reading_can_still_be_cancelled(mesh):
    wide = "x" * 60_000

    async def flood(request):
        yield g.GenerateResponse(started=g.Started(worker_id="w"))
        for position in range(request.sampling.max_tokens):
            yield g.GenerateResponse(
                delta=g.Delta(text=wide, token_ids=[position], position=position)
            )
            sent.append(position)

    sent: list[int] = []
    for worker in mesh.workers:
        worker.script = flood
    sampling = g.Sampling(max_tokens=8192)
    request = i.GenerateRequest(prompt=i.PromptTask(text="x"), sampling=sampling)
    call = mesh.stub.Generate(request)
    await anext(aiter(call))
    await mesh.balancer.until(lambda: any(e.HasField("first_token") for e in mesh.balancer.events))
    call.cancel()
    await mesh.is_quiet()
    # Windows, not memory, hold what is not read: half a gigabyte was asked for.
    assert len(sent) * len(wide) < 20_000_000


def our_tasks() -> set[asyncio.Task]:
    """All tasks but those in which grpcio's servers wait for their next call."""
    return {
        task
        for task in asyncio.all_tasks()
        if not task.get_coro().__qualname__.startswith("AioServer.")
    }


HELD, BEFORE, AFTER, AT_ONCE = 1, 2, 3, 4  # max_tokens tells a request's fate


async def cancel_sixty(mesh) -> None:
    """Cancel twenty each in the queue, before the first token and after it, and ten at once."""

    def ask(fate: int):
        sampling = g.Sampling(max_tokens=fate)
        return mesh.stub.Generate(
            i.GenerateRequest(prompt=i.PromptTask(text="x"), sampling=sampling)
        )

    calls = [ask(fate) for fate in (HELD, BEFORE, AFTER) for _ in range(20)]
    await asyncio.gather(*(anext(aiter(call)) for call in calls[40:]))
    await mesh.balancer.until(lambda: len(mesh.balancer.waiting) == 20)
    await mesh.balancer.until(lambda: mesh.active == 40)
    for call in [*calls, *(ask(AT_ONCE) for _ in range(10))]:
        call.cancel()
    await mesh.is_quiet()


async def test_nothing_remains_of_a_thousand_cancels(start_mesh):
    async with start_mesh(metrics_listen="127.0.0.1:0") as mesh:
        balancer = mesh.balancer
        balancer.decide = lambda submitted: (
            None if submitted.max_tokens == HELD else balancer.grant(submitted)
        )
        for worker in mesh.workers:
            worker.script = lambda request, worker=worker: (
                worker.hang_before(request)
                if request.sampling.max_tokens == BEFORE
                else worker.hang_after(request)
            )
        tasks_before = our_tasks()
        for _ in range(17):
            await cancel_sixty(mesh)
        left = our_tasks() - tasks_before
        if left:
            _, left = await asyncio.wait(left, timeout=10)
        assert not left
        assert balancer.leases == {}
        assert balancer.waiting == {}
        assert [worker.active for worker in mesh.workers] == [0, 0]
        assert remaining(Run, Lease, Journal) == []
        assert await mesh.metric("evenflow_gateway_in_flight") == 0
        assert await mesh.metric("evenflow_gateway_tickets_waiting") == 0
        assert sum(len(worker.requests) for worker in mesh.workers) >= 17 * 40
