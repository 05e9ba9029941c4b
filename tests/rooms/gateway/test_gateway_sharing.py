"""Answers that are shared: cache and single flight, among one tenant's equal requests alone."""

import asyncio
from collections.abc import AsyncIterator

import grpc
import pytest
from evenflow.v1 import balancer_pb2 as b
from evenflow.v1 import generation_pb2 as g
from evenflow.v1 import inference_pb2 as i
from evenflow.v1 import inference_pb2_grpc

from services.runtime.status import RpcFault, read_fault

C = grpc.StatusCode
PATIENCE = 20
ON = {"cache_bytes": 1 << 20, "single_flight": True, "metrics_listen": "127.0.0.1:0"}


@pytest.fixture
async def mesh(start_mesh) -> AsyncIterator:
    async with start_mesh(**ON) as running:
        yield running


def prompt(text: str = "x", tokens: int = 5, request_id: str = "", **sampling):
    return i.GenerateRequest(
        prompt=i.PromptTask(text=text),
        sampling=g.Sampling(max_tokens=tokens, **sampling),
        request_id=request_id,
    )


def of(tenant: str):
    return [("evenflow-tenant", tenant)]


async def messages_of(call) -> list[g.GenerateResponse]:
    return [message async for message in call]


async def source_of(call) -> str:
    return dict(await call.trailing_metadata()).get("evenflow-source", "")


async def fault_of(call) -> RpcFault:
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await messages_of(call)
    return read_fault(error.value)


def unnamed(messages: list[g.GenerateResponse]) -> list[bytes]:
    """What was sent but for the request's own id."""
    copies = [g.GenerateResponse.FromString(m.SerializeToString()) for m in messages]
    assert copies[0].HasField("started")
    copies[0].started.request_id = ""
    return [copy.SerializeToString() for copy in copies]


def executed(mesh) -> int:
    return sum(len(worker.requests) for worker in mesh.workers)


def pause(mesh, position: int = 1) -> asyncio.Event:
    """Have the workers wait for the event before they send the token at `position`."""
    go_on = asyncio.Event()

    def paused(worker):
        async def script(request):
            async for message in worker.count_up(request):
                if message.HasField("delta") and message.delta.position == position:
                    await go_on.wait()
                yield message

        return script

    for worker in mesh.workers:
        worker.script = paused(worker)
    return go_on


JOINED = 'evenflow_gateway_shareable_answers_total{source="joined"}'
CANCELLED = 'evenflow_gateway_requests_total{code="CANCELLED",reason="",task="prompt"}'


async def counted(mesh, name: str, number: int) -> None:
    """Read the gateway's page until it counts so many: it alone tells who waits inside."""
    async with asyncio.timeout(PATIENCE):
        while await mesh.metric(name, default=0) < number:
            pass


# Single flight.


async def test_100_identical_prompts_are_one_generation_and_100_equal_streams(mesh):
    go_on = pause(mesh)
    calls = [mesh.stub.Generate(prompt(request_id=f"r{n}")) for n in range(99)]
    firsts = await asyncio.gather(*(anext(aiter(call)) for call in calls))
    # Who joins late sees at once what has been produced.
    late = mesh.stub.Generate(prompt(request_id="late"))
    stream = aiter(late)
    begun = [await anext(stream), await anext(stream)]
    assert begun[1].delta.token_ids == [1000]
    go_on.set()
    streams = [[first, *await messages_of(call)] for first, call in zip(firsts, calls, strict=True)]
    streams.append(begun + await messages_of(stream))
    assert executed(mesh) == 1
    assert len({tuple(unnamed(stream)) for stream in streams}) == 1
    assert [s[0].started.request_id for s in streams] == [*(f"r{n}" for n in range(99)), "late"]
    assert [t for m in streams[0] for t in m.delta.token_ids] == [1000, 1001, 1002, 1003, 1004]
    sources = await asyncio.gather(*map(source_of, [*calls, late]))
    assert sorted(sources) == ["", *["joined"] * 99]
    await mesh.is_quiet()
    assert mesh.balancer.outcomes == {"OUTCOME_COMPLETED": 1}


async def test_another_tenants_equal_prompt_is_a_generation_of_its_own(mesh):
    go_on = pause(mesh)
    calls = [mesh.stub.Generate(prompt(), metadata=of(tenant)) for tenant in ("a", "b", "a")]
    await asyncio.gather(*(anext(aiter(call)) for call in calls))
    assert executed(mesh) == 2
    go_on.set()
    for call in calls:
        await messages_of(call)
    # Nor does what one has in the cache serve another.
    third = mesh.stub.Generate(prompt(), metadata=of("c"))
    await messages_of(third)
    assert executed(mesh) == 3
    assert await source_of(third) == ""


async def test_when_the_first_caller_goes_the_others_fly_on(mesh):
    go_on = pause(mesh)
    leader = mesh.stub.Generate(prompt())
    await anext(aiter(leader))
    others = [mesh.stub.Generate(prompt()) for _ in range(3)]
    await asyncio.gather(*(anext(aiter(call)) for call in others))
    leader.cancel()
    await counted(mesh, CANCELLED, 1)
    go_on.set()
    for call in others:
        messages = await messages_of(call)
        assert messages[-1].HasField("finished")
    await mesh.is_quiet()
    assert executed(mesh) == 1
    assert mesh.balancer.outcomes == {"OUTCOME_COMPLETED": 1}


async def test_the_last_to_leave_cancels_the_generation(mesh):
    for worker in mesh.workers:
        worker.script = worker.hang_after
    calls = [mesh.stub.Generate(prompt()) for _ in range(5)]
    await asyncio.gather(*(anext(aiter(call)) for call in calls))
    for call in calls:
        assert mesh.active == 1
        call.cancel()
    await mesh.is_quiet()
    assert executed(mesh) == sum(worker.cancelled for worker in mesh.workers) == 1
    assert mesh.balancer.outcomes == {"OUTCOME_ABANDONED": 1}
    # What was cut short is in no cache.
    for worker in mesh.workers:
        worker.script = worker.count_up
    assert len(await messages_of(mesh.stub.Generate(prompt()))) == 7
    assert executed(mesh) == 2


async def test_all_who_leave_in_the_queue_take_the_ticket_out(mesh):
    mesh.balancer.decide = mesh.balancer.hold
    calls = [mesh.stub.Generate(prompt()) for _ in range(5)]
    await mesh.balancer.until(lambda: bool(mesh.balancer.waiting))
    await counted(mesh, JOINED, 4)
    assert len(mesh.balancer.waiting) == 1
    for call in calls:
        call.cancel()
    await mesh.is_quiet()
    assert mesh.balancer.events[-1].HasField("cancelled")


async def test_a_failure_is_everybodys_own_and_not_kept(mesh):
    go_on = asyncio.Event()

    def breaking(worker):
        async def script(request):
            async for message in worker.count_up(request):
                yield message
                if message.HasField("delta"):
                    await go_on.wait()
                    raise RpcFault(C.INTERNAL, "ENGINE_FAILED", "NaN")

        return script

    for worker in mesh.workers:
        worker.script = breaking(worker)
    calls = [mesh.stub.Generate(prompt()) for _ in range(10)]
    await asyncio.gather(*(anext(aiter(call)) for call in calls))
    go_on.set()
    faults = await asyncio.gather(*map(fault_of, calls))
    assert [(f.code, f.reason) for f in faults] == [(C.INTERNAL, "POISON")] * 10
    assert executed(mesh) == 2  # the second went on where the first had failed
    for worker in mesh.workers:
        worker.script = worker.count_up
    again = await messages_of(mesh.stub.Generate(prompt()))
    assert again[-1].HasField("finished")
    assert executed(mesh) == 3
    await mesh.is_quiet()


async def test_what_the_balancer_refuses_it_refuses_to_each_with_when_to_come_back(mesh):
    mesh.balancer.decide = mesh.balancer.hold
    calls = [mesh.stub.Generate(prompt()) for _ in range(3)]
    await counted(mesh, JOINED, 2)
    (submitted,) = mesh.balancer.submitted
    mesh.balancer.say(mesh.balancer.reject(submitted, b.Rejected.REASON_QUEUE_FULL, 1500))
    faults = await asyncio.gather(*map(fault_of, calls))
    assert [(f.reason, f.retry_after) for f in faults] == [("QUEUE_FULL", 1.5)] * 3


async def test_a_reader_that_stops_holds_nobody_up_and_gets_everything(mesh):
    wide = "x" * 20_000

    async def flood(request):
        yield g.GenerateResponse(started=g.Started(worker_id="w"))
        for position in range(request.sampling.max_tokens):
            yield g.GenerateResponse(
                delta=g.Delta(text=wide, token_ids=[position], position=position)
            )
        usage = g.Usage(completion_tokens=request.sampling.max_tokens)
        yield g.GenerateResponse(finished=g.Finished(usage=usage))

    for worker in mesh.workers:
        worker.script = flood
    async with grpc.aio.insecure_channel(mesh.address) as channel:
        stub = inference_pb2_grpc.InferenceServiceStub(channel)
        stopped = stub.Generate(prompt(tokens=40))
        first = await anext(aiter(stopped))
        # 800 kB: far beyond what is sent to one that does not read.
        fast = await asyncio.wait_for(messages_of(mesh.stub.Generate(prompt(tokens=40))), PATIENCE)
        assert len(fast) == 42
        assert unnamed([first, *await messages_of(stopped)]) == unnamed(fast)
    assert executed(mesh) == 1


async def test_a_flight_that_nobody_reads_waits(mesh):
    wide, sent = "x" * 60_000, []

    async def flood(request):
        yield g.GenerateResponse(started=g.Started(worker_id="w"))
        for position in range(request.sampling.max_tokens):
            yield g.GenerateResponse(
                delta=g.Delta(text=wide, token_ids=[position], position=position)
            )
            sent.append(position)

    for worker in mesh.workers:
        worker.script = flood
    call = mesh.stub.Generate(prompt(tokens=8192))
    await anext(aiter(call))
    await mesh.balancer.until(lambda: any(e.HasField("first_token") for e in mesh.balancer.events))
    call.cancel()
    await mesh.is_quiet()
    assert len(sent) * len(wide) < 20_000_000


async def test_each_has_its_own_deadline(mesh):
    for worker in mesh.workers:
        worker.script = worker.hang_after
    patient = mesh.stub.Generate(prompt(), timeout=60)
    await anext(aiter(patient))
    hasty = mesh.stub.Generate(prompt(), timeout=0.3)
    assert (await fault_of(hasty)).code is C.DEADLINE_EXCEEDED
    assert mesh.active == 1
    patient.cancel()
    await mesh.is_quiet()


async def test_a_leaders_deadline_in_mid_stream_is_its_own(mesh):
    go_on = pause(mesh)
    leader = mesh.stub.Generate(prompt(), timeout=0.5)
    await anext(aiter(leader))
    follower = mesh.stub.Generate(prompt(), timeout=60)
    await anext(aiter(follower))
    assert (await fault_of(leader)).code is C.DEADLINE_EXCEEDED
    go_on.set()
    assert len(await messages_of(follower)) == 6
    assert executed(mesh) == 1


async def test_a_leaders_deadline_in_the_queue_promotes_a_follower(mesh):
    mesh.balancer.decide = mesh.balancer.hold
    leader = mesh.stub.Generate(prompt(), timeout=0.5)
    await mesh.balancer.until(lambda: bool(mesh.balancer.waiting))
    followers = [mesh.stub.Generate(prompt(), timeout=t) for t in (40, 60, 50)]
    await counted(mesh, JOINED, 3)
    (expired,) = mesh.balancer.submitted
    mesh.balancer.decide = mesh.balancer.grant
    mesh.balancer.say(mesh.balancer.reject(expired, b.Rejected.REASON_EXPIRED))
    streams = [await messages_of(call) for call in followers]
    assert len({tuple(unnamed(stream)) for stream in streams}) == 1
    _, second = mesh.balancer.submitted
    assert 50_000 < second.time_left_ms <= 61_000
    assert executed(mesh) == 1
    leader.cancel()


# The cache.


async def test_a_hit_streams_the_same_without_a_worker(mesh):
    generated = mesh.stub.Generate(prompt(request_id="first"))
    once = await messages_of(generated)
    hit = mesh.stub.Generate(prompt(request_id="second"))
    again = await messages_of(hit)
    assert unnamed(again) == unnamed(once)
    assert again[0].started.request_id == "second"
    assert again[-1].finished.usage == once[-1].finished.usage
    assert executed(mesh) == len(mesh.balancer.submitted) == 1
    assert (await source_of(generated), await source_of(hit)) == ("", "cached")
    for source, number in {"generated": 1, "cached": 1}.items():
        name = f'evenflow_gateway_shareable_answers_total{{source="{source}"}}'
        assert await mesh.metric(name) == number
    assert await mesh.metric("evenflow_gateway_cache_answers") == 1
    assert await mesh.metric("evenflow_gateway_cache_bytes") > 0


async def test_sampling_without_a_seed_is_never_shared(mesh):
    go_on = pause(mesh)
    calls = [mesh.stub.Generate(prompt(temperature=1)) for _ in range(3)]
    await asyncio.gather(*(anext(aiter(call)) for call in calls))
    go_on.set()
    for call in calls:
        await messages_of(call)
    await messages_of(mesh.stub.Generate(prompt(temperature=1)))
    assert executed(mesh) == 4
    assert len({r.sampling.seed for w in mesh.workers for r in w.requests}) == 4


async def test_a_given_seed_is_shared_and_another_is_not(mesh):
    for seed in (7, 7, 8):
        messages = await messages_of(mesh.stub.Generate(prompt(temperature=1, seed=seed)))
        assert messages[0].started.seed == seed
    assert executed(mesh) == 2


async def test_what_an_earlier_revision_answered_is_not_served(mesh):
    await messages_of(mesh.stub.Generate(prompt()))
    mesh.balancer.renew("counter@2")
    async with asyncio.timeout(PATIENCE):
        while (await mesh.stub.ListModels(i.ListModelsRequest())).models[0].revisions == [
            "counter@1"
        ]:
            pass
    for _ in range(2):
        (started, *_) = await messages_of(mesh.stub.Generate(prompt()))
        assert started.started.model_revision == "counter@2"
    assert executed(mesh) == 2


async def test_an_answer_of_a_revision_that_was_not_asked_for_is_not_kept(mesh):
    def renewed(worker):
        async def script(request):
            async for message in worker.count_up(request):
                if message.HasField("started"):
                    message.started.model_revision = "counter@2"
                yield message

        return script

    for worker in mesh.workers:
        worker.script = renewed(worker)
    for _ in range(2):
        await messages_of(mesh.stub.Generate(prompt()))
    assert executed(mesh) == 2


async def test_a_batch_of_equal_tasks_is_one_generation_under_ids_of_their_own(mesh):
    go_on = pause(mesh)
    call = mesh.stub.Batch()
    for n in range(20):
        await call.write(i.BatchRequest(id=f"t{n}", request=prompt(request_id=f"r{n}")))
    await counted(mesh, JOINED, 19)
    go_on.set()
    await call.done_writing()
    answers: dict[str, list[g.GenerateResponse]] = {}
    async for response in call:
        answers.setdefault(response.id, []).append(response.response)
    assert executed(mesh) == 1
    assert {k: m[0].started.request_id for k, m in answers.items()} == {
        f"t{n}": f"r{n}" for n in range(20)
    }
    assert len({tuple(unnamed(messages)) for messages in answers.values()}) == 1


async def test_without_a_cache_nothing_is_kept(start_mesh):
    async with start_mesh(**ON | {"cache_bytes": 0}) as mesh:
        for _ in range(2):
            await messages_of(mesh.stub.Generate(prompt()))
        assert executed(mesh) == 2


async def test_without_single_flight_each_flies_alone_and_is_kept(start_mesh):
    async with start_mesh(**ON | {"single_flight": False}) as mesh:
        go_on = pause(mesh)
        calls = [mesh.stub.Generate(prompt()) for _ in range(3)]
        await asyncio.gather(*(anext(aiter(call)) for call in calls))
        assert executed(mesh) == 3
        go_on.set()
        for call in calls:
            await messages_of(call)
        await messages_of(mesh.stub.Generate(prompt()))
        assert executed(mesh) == 3


async def test_nothing_remains_of_flights_that_were_left(mesh):
    def flights() -> list[asyncio.Task]:
        return [task for task in asyncio.all_tasks() if task.get_name() == "flight"]

    for worker in mesh.workers:
        worker.script = worker.hang_after
    for wave in range(10):
        texts = [f"{wave} {n % 5}" for n in range(20)]
        calls = [mesh.stub.Generate(prompt(text)) for text in texts]
        await asyncio.gather(*(anext(aiter(call)) for call in calls))
        assert len(flights()) == 5
        for call in calls:
            call.cancel()
        await mesh.is_quiet()
    left = flights()
    if left:
        _, pending = await asyncio.wait(left, timeout=PATIENCE)
        assert not pending
    assert executed(mesh) == 50
