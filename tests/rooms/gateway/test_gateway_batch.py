"""Batch: many tasks over one call."""

import asyncio

import grpc
import pytest
from evenflow.v1 import balancer_pb2 as b
from evenflow.v1 import generation_pb2 as g
from evenflow.v1 import inference_pb2 as i

from gateway import wire
from services.runtime.status import read_fault


def task(task_id: str, tokens: int = 3, text: str = "x", **rest) -> i.BatchRequest:
    request = i.GenerateRequest(
        prompt=i.PromptTask(text=text), sampling=g.Sampling(max_tokens=tokens), **rest
    )
    return i.BatchRequest(id=task_id, request=request)


async def answers_of(call) -> dict[str, list[i.BatchResponse]]:
    answers: dict[str, list[i.BatchResponse]] = {}
    async for response in call:
        answers.setdefault(response.id, []).append(response)
    return answers


def tokens_of(responses: list[i.BatchResponse]) -> list[int]:
    return [token for each in responses for token in each.response.delta.token_ids]


async def test_every_task_is_answered_in_its_own_order(mesh):
    requests = [task(f"t{n}", tokens=1 + n % 7) for n in range(300)]
    answers = await answers_of(mesh.stub.Batch(iter(requests)))
    assert answers.keys() == {request.id for request in requests}
    for n, request in enumerate(requests):
        responses = answers[request.id]
        assert responses[0].response.HasField("started")
        assert tokens_of(responses) == list(range(1000, 1001 + n % 7))
        assert responses[-1].response.HasField("finished")
    await mesh.is_quiet()


async def test_an_empty_batch_ends_well(mesh):
    assert await answers_of(mesh.stub.Batch(iter([]))) == {}


async def test_a_task_that_fails_leaves_the_others_alone(mesh):
    def decide(submitted: b.Submitted) -> b.Decision:
        if submitted.model == "unknown":
            return mesh.balancer.reject(submitted, b.Rejected.REASON_NO_SUCH_MODEL)
        if submitted.model == "late":
            return mesh.balancer.reject(submitted, b.Rejected.REASON_QUEUE_FULL, 1500)
        return mesh.balancer.grant(submitted)

    mesh.balancer.decide = decide
    requests = [
        task("good"),
        task("empty", text="", request_id="?"),
        task("unknown", model="unknown"),
        task("late", model="late"),
        i.BatchRequest(id="none"),
        task("", tokens=1),
        task("x" * 65),
        task("good too"),
    ]
    answers = await answers_of(mesh.stub.Batch(iter(requests)))
    assert tokens_of(answers["good"]) == tokens_of(answers["good too"]) == [1000, 1001, 1002]
    errors = {task_id: answers[task_id][0].error for task_id in answers if "good" not in task_id}
    assert {task_id: (error.code, error.reason) for task_id, error in errors.items()} == {
        "empty": (3, "INVALID_FIELD"),
        "unknown": (5, "UNKNOWN_MODEL"),
        "late": (8, "QUEUE_FULL"),
        "none": (3, "NO_TASK"),
        "": (3, "INVALID_FIELD"),
        "x" * 65: (3, "INVALID_FIELD"),
    }
    assert [v.field for v in errors["empty"].violations] == ["prompt.text", "request_id"]
    assert errors["late"].retry_after_ms == 1500
    assert errors["unknown"].retry_after_ms == 0
    assert errors[""].violations[0].description == "0 characters; must be 1 to 64"
    await mesh.is_quiet()


async def test_a_mistake_of_ours_fails_one_task_and_shows_nothing(mesh, monkeypatch):
    def broken(message, *_):
        raise ValueError("private")

    calls = iter([broken])
    real = wire.execute_request
    monkeypatch.setattr(wire, "execute_request", lambda *args: next(calls, real)(*args))
    answers = await answers_of(mesh.stub.Batch(iter([task("a"), task("b")])))
    ends = sorted(responses[-1].WhichOneof("result") for responses in answers.values())
    assert ends == ["error", "response"]
    (error,) = [r.error for rs in answers.values() for r in rs if r.HasField("error")]
    assert (error.code, error.reason) == (13, "INTERNAL")
    assert "private" not in error.message
    await mesh.is_quiet()


async def test_a_doubled_id_fails_the_call(mesh):
    mesh.balancer.decide = mesh.balancer.hold
    call = mesh.stub.Batch()
    await call.write(task("twice"))
    await mesh.balancer.until(lambda: len(mesh.balancer.waiting) == 1)
    await call.write(task("twice"))
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await answers_of(call)
    fault = read_fault(error.value)
    assert (fault.code, fault.reason) == (grpc.StatusCode.INVALID_ARGUMENT, "INVALID_FIELD")
    assert fault.violations[0].field == "id"
    await mesh.is_quiet()


async def test_an_id_may_be_used_again_when_its_task_has_ended(mesh):
    call = mesh.stub.Batch()
    for _ in range(5):
        await call.write(task("again", tokens=1))
        while not (await call.read()).response.HasField("finished"):
            pass
    await call.done_writing()
    assert await call.read() is grpc.aio.EOF


async def test_bytes_that_are_no_request_fail_the_call(mesh):
    batch = mesh.channel.stream_stream("/evenflow.v1.InferenceService/Batch")
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await answers_of(batch(iter([b"\xff\xff"])))
    assert read_fault(error.value).reason == "MALFORMED"


async def test_no_more_is_read_than_may_be_in_flight(start_mesh):
    async with start_mesh(batch_in_flight=4) as mesh:
        held: list[b.Submitted] = []

        def hold(submitted: b.Submitted) -> None:
            held.append(submitted)

        mesh.balancer.decide = hold
        taken = 0

        async def endless():
            nonlocal taken
            while taken < 100_000:
                taken += 1
                yield task(f"t{taken}", tokens=1, text="x" * 10_000)

        call = mesh.stub.Batch(endless())
        await mesh.balancer.until(lambda: len(held) == 4)
        mesh.balancer.say(mesh.balancer.grant_to(held[0], mesh.workers[0]))
        await mesh.balancer.until(lambda: len(held) == 5)
        # One has ended and one has taken its place; the rest is held back by windows.
        assert len(mesh.balancer.waiting) == 4
        await asyncio.wait({asyncio.ensure_future(anext(aiter(call)))})
        assert taken < 200
        call.cancel()
        await mesh.is_quiet()


async def test_a_slow_reader_gets_everything(mesh):
    wide = "x" * 2_000

    async def script(request):
        yield g.GenerateResponse(started=g.Started(worker_id="w"))
        for position in range(request.sampling.max_tokens):
            yield g.GenerateResponse(
                delta=g.Delta(text=wide, token_ids=[position], position=position)
            )
        tokens = request.sampling.max_tokens
        yield g.GenerateResponse(finished=g.Finished(usage=g.Usage(completion_tokens=tokens)))

    for worker in mesh.workers:
        worker.script = script
    call = mesh.stub.Batch()
    writing = asyncio.ensure_future(write_all(call, [task(f"t{n}", 20) for n in range(200)]))
    # Nothing is read until as many run as may: all of them are blocked in their writes.
    await mesh.balancer.until(lambda: len(mesh.balancer.submitted) >= 64)
    seen: dict[str, list[int]] = {}
    while (response := await call.read()) is not grpc.aio.EOF:
        seen.setdefault(response.id, []).extend(response.response.delta.token_ids)
    await writing
    assert len(seen) == 200
    assert all(tokens == list(range(20)) for tokens in seen.values())


async def write_all(call, requests) -> None:
    for request in requests:
        await call.write(request)
    await call.done_writing()


async def test_a_cancel_ends_all_its_tasks(mesh):
    for worker in mesh.workers:
        worker.script = worker.hang_after
    call = mesh.stub.Batch()
    for n in range(30):
        await call.write(task(f"t{n}"))
    await mesh.balancer.until(lambda: mesh.active == 30)
    call.cancel()
    await mesh.is_quiet()
    assert mesh.balancer.outcomes == {"OUTCOME_ABANDONED": 30}


async def test_the_calls_deadline_is_that_of_its_tasks(mesh):
    call = mesh.stub.Batch(iter([task("a")]), timeout=30)
    await answers_of(call)
    (submitted,) = mesh.balancer.submitted
    assert submitted.time_left_ms <= 31_000


async def test_a_task_whose_time_ends_while_nobody_reads_fails_alone(start_mesh):
    wide = "x" * 20_000

    async def script(request):
        yield g.GenerateResponse(started=g.Started(worker_id="w"))
        for position in range(request.sampling.max_tokens):
            yield g.GenerateResponse(
                delta=g.Delta(text=wide, token_ids=[position], position=position)
            )
        tokens = request.sampling.max_tokens
        yield g.GenerateResponse(finished=g.Finished(usage=g.Usage(completion_tokens=tokens)))

    async with start_mesh(default_deadline_seconds=0.5, max_deadline_seconds=0.5) as mesh:
        for worker in mesh.workers:
            worker.script = script
        call = mesh.stub.Batch()
        names = {f"t{n}" for n in range(8)}
        await write_all(call, [task(name, tokens=2_000) for name in sorted(names)])
        # Nobody reads: each task is blocked until its time is over, and its worker then let go.
        await mesh.balancer.until(lambda: mesh.balancer.outcomes["OUTCOME_ABANDONED"] == 8)
        ends: dict[str, str] = {}
        while (response := await call.read()) is not grpc.aio.EOF:
            assert response.id not in ends
            if response.HasField("error"):
                ends[response.id] = response.error.reason
        assert ends == dict.fromkeys(names, "DEADLINE")
