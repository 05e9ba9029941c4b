"""Generate, end to end through the gateway."""

import asyncio
import logging
from contextlib import contextmanager

import grpc
import pytest
import structlog
from evenflow.v1 import balancer_pb2 as b
from evenflow.v1 import classification_pb2 as c
from evenflow.v1 import generation_pb2 as g
from evenflow.v1 import inference_pb2 as i

from services.runtime.logs import configure
from services.runtime.status import RpcFault, Violation, read_fault

SECRET = "xyzzy-private"


def prompt(text: str = SECRET, tokens: int = 5, **rest) -> i.GenerateRequest:
    sampling = rest.pop("sampling", g.Sampling(max_tokens=tokens))
    return i.GenerateRequest(prompt=i.PromptTask(text=text), sampling=sampling, **rest)


TASKS = {
    "prompt": i.GenerateRequest(prompt=i.PromptTask(text="Once")),
    "chat": i.GenerateRequest(
        chat=i.ChatTask(messages=[g.ChatMessage(role=g.ROLE_USER, content="Hi")])
    ),
    "answer": i.GenerateRequest(answer=i.AnswerTask(question="Who?")),
    "translate": i.GenerateRequest(
        translate=i.TranslateTask(text="Hello", target_language="French")
    ),
    "summarize": i.GenerateRequest(summarize=i.SummarizeTask(text="Long.", words=10)),
}


async def fault_of(call):
    with pytest.raises(grpc.aio.AioRpcError) as error:
        async for _ in call:
            pass
    return read_fault(error.value)


@pytest.mark.parametrize("kind", TASKS)
async def test_every_task_streams_a_workers_messages_unchanged(mesh, kind):
    request = i.GenerateRequest(request_id="mine")
    request.MergeFrom(TASKS[kind])
    request.sampling.max_tokens = 7
    messages = [message async for message in mesh.stub.Generate(request)]
    begun, *deltas, end = messages
    assert begun.started.request_id == "mine"
    assert [d.delta.position for d in deltas] == list(range(7))
    assert "".join(d.delta.text for d in deltas) == "0 1 2 3 4 5 6 "
    assert [t for d in deltas for t in d.delta.token_ids] == list(range(1000, 1007))
    assert end.finished.usage.completion_tokens == 7
    await mesh.is_quiet()
    (told,) = [request for worker in mesh.workers for request in worker.requests]
    assert told.WhichOneof("input") == ("prompt" if kind == "prompt" else "chat")
    assert told.sampling.max_tokens == 7
    assert told.model_revision == "counter@1"
    assert told.worker_epoch == 1
    assert told.lease_id == 1


async def test_the_balancer_hears_of_everything_in_order(mesh):
    metadata = [("evenflow-tenant", "acme")]
    request = prompt(tokens=3, priority=i.PRIORITY_HIGH, model="counter")
    async for _ in mesh.stub.Generate(request, metadata=metadata, timeout=30):
        pass
    await mesh.balancer.until(lambda: mesh.balancer.outcomes.total() == 1)
    submitted, first, ended = mesh.balancer.events
    assert submitted.submitted.tenant == "acme"
    assert submitted.submitted.model == "counter"
    assert submitted.submitted.prompt_bytes == len(SECRET)
    assert submitted.submitted.max_tokens == 3
    assert submitted.submitted.priority == i.PRIORITY_HIGH
    assert 25_000 < submitted.submitted.time_left_ms <= 31_000  # gRPC rounds up
    assert not submitted.submitted.returned
    assert first.first_token.lease_id == ended.ended.lease_id == 1
    assert ended.ended.completion_tokens == 3
    assert mesh.balancer.outcomes == {"OUTCOME_COMPLETED": 1}


async def test_the_deadline_is_handed_on_to_the_worker(mesh):
    async for _ in mesh.stub.Generate(prompt(), timeout=30):
        pass
    async for _ in mesh.stub.Generate(prompt()):
        pass
    with_deadline, without = sorted(t for w in mesh.workers for t in w.times_left)
    assert 25 < with_deadline <= 31
    assert 590 < without <= 601


async def test_a_seed_is_drawn_where_none_is_given_and_told(mesh):
    seeds = set()
    for _ in range(3):
        sampling = g.Sampling(temperature=1, max_tokens=1)
        async for message in mesh.stub.Generate(prompt(sampling=sampling)):
            seeds.add(message.started.seed)
    assert len(seeds - {0}) == 3
    sampling = g.Sampling(temperature=1, seed=99, max_tokens=1)
    messages = [m async for m in mesh.stub.Generate(prompt(sampling=sampling))]
    assert messages[0].started.seed == 99


async def test_many_at_once_are_all_exact(mesh):
    async def one(tokens: int) -> list[int]:
        call = mesh.stub.Generate(prompt(tokens=tokens))
        return [token async for message in call for token in message.delta.token_ids]

    lengths = [1 + n % 23 for n in range(80)]
    answers = await asyncio.gather(*map(one, lengths))
    assert answers == [list(range(1000, 1000 + length)) for length in lengths]
    await mesh.is_quiet()
    assert {len(w.requests) for w in mesh.workers} == {40}
    # What is ready goes out together.
    assert max(mesh.balancer.batches) > 1


async def test_models_are_listed(mesh):
    response = await mesh.stub.ListModels(i.ListModelsRequest())
    (model,) = response.models
    assert (model.name, model.revisions, model.context_tokens) == ("counter", ["counter@1"], 8192)
    assert (model.workers, model.slots) == (2, 16)


BAD = {
    "no task": (i.GenerateRequest(), "NO_TASK", "task", "must be set"),
    "empty prompt": (prompt(""), "INVALID_FIELD", "prompt.text", "must not be empty"),
    "5 MB prompt": (
        prompt("x" * 5_000_000),
        "INVALID_FIELD",
        "prompt.text",
        "5000000 bytes; must be at most 1048576",
    ),
    "temperature -1": (
        prompt(sampling=g.Sampling(temperature=-1)),
        "INVALID_FIELD",
        "sampling.temperature",
        "-1; must be 0 to 2",
    ),
    "temperature NaN": (
        prompt(sampling=g.Sampling(temperature=float("nan"))),
        "INVALID_FIELD",
        "sampling.temperature",
        "nan; must be 0 to 2",
    ),
    "max_tokens 0": (
        prompt(sampling=g.Sampling(max_tokens=0)),
        "INVALID_FIELD",
        "sampling.max_tokens",
        "0; must be 1 to 8192",
    ),
}


@pytest.mark.parametrize("name", BAD)
async def test_bad_input_has_its_own_clear_error_and_no_other_effect(mesh, name):
    request, reason, field, description = BAD[name]
    fault = await fault_of(mesh.stub.Generate(request))
    assert fault.code is grpc.StatusCode.INVALID_ARGUMENT
    assert fault.reason == reason
    (violation,) = fault.violations
    assert violation.field == field
    assert description in violation.description
    assert field in fault.message
    async for _ in mesh.stub.Generate(prompt()):
        pass
    assert len(mesh.balancer.submitted) == 1  # the good one


async def test_bytes_that_are_no_request(mesh):
    generate = mesh.channel.unary_stream("/evenflow.v1.InferenceService/Generate")
    fault = await fault_of(generate(b"\xff\xff\xff" + SECRET.encode()))
    assert fault.code is grpc.StatusCode.INVALID_ARGUMENT
    assert fault.reason == "MALFORMED"
    assert SECRET not in fault.message


async def test_a_tenant_that_is_no_name(mesh):
    metadata = [("evenflow-tenant", "a"), ("evenflow-tenant", "b")]
    fault = await fault_of(mesh.stub.Generate(prompt(), metadata=metadata))
    assert [violation.field for violation in fault.violations] == ["evenflow-tenant"]


async def test_a_tenant_that_is_no_name_is_none_for_any_call_and_in_no_log(mesh, capfd):
    metadata = [("evenflow-tenant", f"{SECRET}!")]
    asked = i.GenerateRequest(prompt=i.PromptTask(text="x"))
    for call in (
        mesh.stub.Classify(c.ClassifyRequest(texts=["x"]), metadata=metadata),
        mesh.stub.Plan(i.PlanRequest(request=asked), metadata=metadata),
        mesh.stub.ListModels(i.ListModelsRequest(), metadata=metadata),
    ):
        with pytest.raises(grpc.aio.AioRpcError) as error:
            await call
        fault = read_fault(error.value)
        assert fault.code is grpc.StatusCode.INVALID_ARGUMENT
        assert [violation.field for violation in fault.violations] == ["evenflow-tenant"]
    out, err = capfd.readouterr()
    assert SECRET not in out + err


REJECTIONS = {
    "REASON_QUEUE_FULL": (grpc.StatusCode.RESOURCE_EXHAUSTED, "QUEUE_FULL"),
    "REASON_EXPIRED": (grpc.StatusCode.DEADLINE_EXCEEDED, "DEADLINE"),
    "REASON_NO_SUCH_MODEL": (grpc.StatusCode.NOT_FOUND, "UNKNOWN_MODEL"),
    "REASON_NO_WORKERS": (grpc.StatusCode.UNAVAILABLE, "NO_WORKERS"),
    "REASON_TOO_LARGE": (grpc.StatusCode.INVALID_ARGUMENT, "PROMPT_TOO_LONG"),
}


@pytest.mark.parametrize("name", REJECTIONS)
async def test_what_the_balancer_refuses(mesh, name):
    reason = b.Rejected.Reason.Value(name)
    mesh.balancer.decide = lambda submitted: mesh.balancer.reject(submitted, reason, 1500)
    fault = await fault_of(mesh.stub.Generate(prompt(model="nobody-has-it")))
    assert (fault.code, fault.reason) == REJECTIONS[name]
    assert fault.retry_after == (None if fault.code is grpc.StatusCode.INVALID_ARGUMENT else 1.5)
    assert all(not worker.requests for worker in mesh.workers)


async def test_a_prompt_longer_than_the_context_is_the_workers_to_tell(mesh):
    async def too_long(request):
        rule = Violation("input", "9000 tokens; the context holds 8192")
        code = grpc.StatusCode.INVALID_ARGUMENT
        raise RpcFault(code, "PROMPT_TOO_LONG", "too long by 808 tokens", violations=[rule])
        yield

    for worker in mesh.workers:
        worker.script = too_long
    fault = await fault_of(mesh.stub.Generate(prompt()))
    assert fault.code is grpc.StatusCode.INVALID_ARGUMENT
    assert fault.reason == "PROMPT_TOO_LONG"
    assert fault.message == "too long by 808 tokens"
    assert fault.violations == (Violation("prompt", "9000 tokens; the context holds 8192"),)
    await mesh.is_quiet()
    assert len(mesh.balancer.submitted) == 1


async def test_a_deadline_of_a_millisecond(mesh):
    mesh.balancer.decide = mesh.balancer.hold
    fault = await fault_of(mesh.stub.Generate(prompt(), timeout=0.001))
    assert fault.code is grpc.StatusCode.DEADLINE_EXCEEDED
    mesh.balancer.decide = mesh.balancer.grant
    async for _ in mesh.stub.Generate(prompt()):
        pass
    await mesh.is_quiet()


async def test_a_deadline_that_passes_in_the_queue_takes_the_ticket_out(mesh):
    mesh.balancer.decide = mesh.balancer.hold
    fault = await fault_of(mesh.stub.Generate(prompt(), timeout=0.2))
    assert fault.code is grpc.StatusCode.DEADLINE_EXCEEDED
    await mesh.is_quiet()
    assert mesh.balancer.events[-1].HasField("cancelled")


async def test_a_deadline_that_passes_is_counted_as_one(start_mesh):
    async with start_mesh(metrics_listen="127.0.0.1:0") as mesh:
        mesh.balancer.decide = mesh.balancer.hold
        await fault_of(mesh.stub.Generate(prompt(), timeout=0.2))
        await mesh.balancer.until(lambda: mesh.balancer.events[-1].HasField("cancelled"))
        labels = 'code="DEADLINE_EXCEEDED",reason="DEADLINE",task="prompt"'
        assert await mesh.metric(f"evenflow_gateway_requests_total{{{labels}}}") == 1


async def test_a_deadline_that_passes_in_mid_stream_frees_the_worker(mesh):
    for worker in mesh.workers:
        worker.script = worker.hang_after
    fault = await fault_of(mesh.stub.Generate(prompt(), timeout=0.5))
    assert fault.code is grpc.StatusCode.DEADLINE_EXCEEDED
    await mesh.is_quiet()
    assert mesh.balancer.outcomes == {"OUTCOME_ABANDONED": 1}


async def test_the_gateways_own_deadline_stands_where_the_caller_has_none(start_mesh):
    async with start_mesh(default_deadline_seconds=0.2) as mesh:
        for worker in mesh.workers:
            worker.script = worker.hang_after
        fault = await fault_of(mesh.stub.Generate(prompt()))
        assert (fault.code, fault.reason) == (grpc.StatusCode.DEADLINE_EXCEEDED, "DEADLINE")
        await mesh.is_quiet()


async def test_admission_is_bounded_and_says_when_to_come_back(start_mesh):
    async with start_mesh(max_in_flight=2) as mesh:
        mesh.balancer.decide = mesh.balancer.hold
        calls = [mesh.stub.Generate(prompt()) for _ in range(2)]
        await mesh.balancer.until(lambda: len(mesh.balancer.waiting) == 2)
        fault = await fault_of(mesh.stub.Generate(prompt()))
        assert fault.code is grpc.StatusCode.RESOURCE_EXHAUSTED
        assert fault.reason == "TOO_MANY_REQUESTS"
        assert fault.retry_after is not None
        for call in calls:
            call.cancel()
        await mesh.is_quiet()
        mesh.balancer.decide = mesh.balancer.grant
        async for _ in mesh.stub.Generate(prompt()):
            pass


async def test_one_tenant_cannot_take_all(start_mesh):
    async with start_mesh(max_in_flight_per_tenant=1) as mesh:
        mesh.balancer.decide = mesh.balancer.hold
        call = mesh.stub.Generate(prompt(), metadata=[("evenflow-tenant", "greedy")])
        await mesh.balancer.until(lambda: len(mesh.balancer.waiting) == 1)
        metadata = [("evenflow-tenant", "greedy")]
        fault = await fault_of(mesh.stub.Generate(prompt(), metadata=metadata))
        assert fault.reason == "TOO_MANY_REQUESTS"
        mesh.balancer.decide = mesh.balancer.grant
        async for _ in mesh.stub.Generate(prompt(), metadata=[("evenflow-tenant", "modest")]):
            pass
        call.cancel()
        await mesh.is_quiet()


@contextmanager
def real_logs():
    """Log as a server process does, everything."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    configure("debug", "json")
    yield
    structlog.reset_defaults()
    root.handlers[:] = handlers
    root.setLevel(level)


async def test_no_prompt_in_logs_or_errors(mesh, capfd):
    async def broken(request):
        raise ValueError(request.prompt)
        yield

    with real_logs():
        async for _ in mesh.stub.Generate(prompt()):
            pass
        for worker in mesh.workers:
            worker.script = broken
        faults = [await fault_of(mesh.stub.Generate(prompt()))]
        faults.append(await fault_of(mesh.stub.Generate(prompt(sampling=g.Sampling(top_k=0)))))
        mesh.balancer.decide = mesh.balancer.hold
        faults.append(await fault_of(mesh.stub.Generate(prompt(), timeout=0.1)))
        await mesh.is_quiet()
    assert all(SECRET not in f"{fault!r}{fault.violations}{fault.metadata}" for fault in faults)
    logged = capfd.readouterr()
    assert "request ended" in logged.out + logged.err
    assert SECRET not in logged.out
    assert SECRET not in logged.err
