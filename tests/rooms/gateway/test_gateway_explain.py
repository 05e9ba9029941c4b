"""Explain through a gateway: who is asked, under which lease, and what callers are told."""

import asyncio

import grpc
import pytest
from evenflow.v1 import balancer_pb2 as b
from evenflow.v1 import explanation_pb2 as e
from evenflow.v1 import generation_pb2 as g
from evenflow.v1 import inference_pb2 as i

from gateway.tenants.keys import digest
from services.runtime.status import RpcFault, read_fault
from tests.rooms.gateway.conftest import a_mesh

PROMPT = (11, 12, 13)
ANSWER = (21, 22)
P = e.ExplanationProgress


def progress(stage, done=1, total=2) -> e.ExplainResponse:
    return e.ExplainResponse(progress=P(stage=stage, done=done, total=total))


def started(request, worker_id, answer=ANSWER) -> e.ExplainResponse:
    return e.ExplainResponse(
        started=e.ExplanationStarted(
            request_id=request.request_id,
            model=request.model,
            model_revision="float@1",
            worker_id=worker_id,
            prompt=[e.ExplainedToken(token_id=token) for token in PROMPT],
            answer=[e.ExplainedToken(token_id=token) for token in answer],
            answer_generated=not request.answer_token_ids,
        )
    )


def attribution(position) -> e.ExplainResponse:
    scores = [0.5] * (len(PROMPT) + position)
    return e.ExplainResponse(attribution=e.Attribution(position=position, scores=scores))


def finished() -> e.ExplainResponse:
    return e.ExplainResponse(finished=e.ExplanationFinished(steps=5, is_complete=True))


def well(worker, hangs_at=None):
    """Explains what it is asked; hangs before the first event of that name."""

    async def explain(request):
        events = [started(request, worker.worker_id)]
        if not (request.answer_text or request.answer_token_ids or request.text):
            events[:0] = [progress(P.STAGE_ANSWERING, n) for n in (1, 2)]
        events += [progress(P.STAGE_COMPUTING), attribution(0), attribution(1), finished()]
        for event in events:
            if event.WhichOneof("event") == hangs_at:
                await asyncio.Event().wait()
            yield event

    return explain


def failing(fault):
    async def explain(request):
        raise fault
        yield

    return explain


def request(**fields) -> i.ExplainRequest:
    return i.ExplainRequest(**({"prompt": i.PromptTask(text="who are you?")} | fields))


def label(text="a text", **fields) -> i.ExplainRequest:
    return i.ExplainRequest(label=i.LabelTask(text=text), **fields)


async def events_of(call) -> list[e.ExplainResponse]:
    return [event async for event in call]


def kinds(events) -> list[str]:
    return [event.WhichOneof("event") for event in events]


async def refusal(call) -> RpcFault:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        async for _ in call:
            pass
    return read_fault(caught.value)


def fault(code, reason, **details) -> RpcFault:
    return RpcFault(grpc.StatusCode[code], reason, "its words", **details)


BUSY = fault("RESOURCE_EXHAUSTED", "EXPLAINER_BUSY", retry_after=7.0)
LOST = fault("UNAVAILABLE", "EXPLAINER_LOST", retry_after=1.0)
UNABLE = fault("FAILED_PRECONDITION", "NOT_EXPLAINABLE")


@pytest.fixture
async def serving():
    async with a_mesh(classifiers=("task", "mood")) as mesh:
        for worker in mesh.workers:
            worker.explains = well(worker)
        yield mesh


def asked(mesh):
    return [told for worker in mesh.workers for told in worker.explained]


async def test_the_answer_is_generated_under_a_grant_and_explained_without(serving):
    for worker in serving.workers:
        worker.explains = well(worker, hangs_at="attribution")
    call = serving.stub.Explain(
        request(request_id="mine", options=e.ExplanationOptions(max_answer_tokens=2))
    )
    heard = [await call.read() for _ in range(4)]
    assert kinds(heard) == ["progress", "progress", "started", "progress"]
    # The answer is there, so the slot is free, though the explanation goes on.
    await serving.balancer.until(lambda: serving.balancer.outcomes["OUTCOME_COMPLETED"] == 1)
    (submitted,) = serving.balancer.submitted
    assert (submitted.max_tokens, submitted.prompt_bytes) == (2, len("who are you?"))
    (told,) = asked(serving)
    assert (told.request_id, told.prompt, told.lease_id) == ("mine", "who are you?", 1)
    assert (told.model, told.model_revision, told.worker_epoch) == ("counter", "counter@1", 1)
    (ended,) = [event.ended for event in serving.balancer.events if event.HasField("ended")]
    assert ended.completion_tokens == 2
    assert any(event.HasField("first_token") for event in serving.balancer.events)
    call.cancel()
    await serving.balancer.until(lambda: sum(w.cancelled for w in serving.workers) == 1)


async def test_an_explanation_comes_as_its_worker_sends_it(serving):
    events = await events_of(serving.stub.Explain(request(answer_text="an answer")))
    assert kinds(events) == ["started", "progress", "attribution", "attribution", "finished"]
    assert [list(x.attribution.scores) for x in events[2:4]] == [[0.5] * 3, [0.5] * 4]
    (told,) = asked(serving)
    assert told.answer_text == "an answer"
    assert serving.balancer.submitted[0].max_tokens == 1


async def test_tasks_are_put_into_words_as_they_are_for_generations(serving):
    task = i.AnswerTask(question="Who?", context="It was Ann.")
    await events_of(serving.stub.Explain(i.ExplainRequest(answer=task)))
    await events_of(serving.stub.Generate(i.GenerateRequest(answer=task)))
    (run,) = [told for worker in serving.workers for told in worker.requests]
    (told,) = asked(serving)
    assert told.chat == run.chat


async def test_a_label_needs_no_ticket(serving):
    events = await events_of(serving.stub.Explain(label(model="mood")))
    assert kinds(events)[-1] == "finished"
    (told,) = asked(serving)
    assert (told.model, told.text, told.label) == ("mood", "a text", "")
    assert not serving.balancer.submitted


async def test_no_name_means_the_classifier_of_tasks(serving):
    await events_of(serving.stub.Explain(label()))
    assert asked(serving)[0].model == "task"


@pytest.mark.parametrize("hangs_at", ["attribution", "finished"])
@pytest.mark.parametrize("what", [request, label])
async def test_a_lost_worker_is_followed_by_another_that_says_no_more_than_is_new(
    serving, hangs_at, what
):
    for worker in serving.workers:
        worker.explains = well(worker, hangs_at=hangs_at)
    call = aiter(serving.stub.Explain(what()))
    count = {"attribution": 2, "finished": 4}[hangs_at] + 2 * (what is request)
    heard = [await anext(call) for _ in range(count)]
    (first,) = [worker for worker in serving.workers if worker.explained]
    (second,) = [worker for worker in serving.workers if worker is not first]
    second.explains = well(second)
    await serving.hosting.kill(first)
    heard += await events_of(call)
    told = [kind for kind in kinds(heard) if kind != "progress"]
    assert told == ["started", "attribution", "attribution", "finished"]
    if what is request:
        assert list(second.explained[0].answer_token_ids) == list(ANSWER)
        again = serving.balancer.submitted[1]
        assert (again.returned, again.model_revision) == (True, "counter@1")
        assert list(again.excluded_worker_ids) == [first.worker_id]


async def test_who_would_explain_something_else_is_not_passed_on(serving):
    for worker in serving.workers:
        worker.explains = well(worker, hangs_at="attribution")
    call = aiter(serving.stub.Explain(request()))
    for _ in range(4):
        await anext(call)
    (first,) = [worker for worker in serving.workers if worker.explained]
    (second,) = [worker for worker in serving.workers if worker is not first]

    async def other(told):
        yield started(told, second.worker_id, answer=(31, 32))

    second.explains = other
    await serving.hosting.kill(first)
    told = await refusal(call)
    assert (told.code, told.reason) == (grpc.StatusCode.UNAVAILABLE, "WORKER_LOST")


@pytest.mark.parametrize("what", [request, label])
@pytest.mark.parametrize(
    ("says", "code", "wait"),
    [
        (BUSY, "RESOURCE_EXHAUSTED", 7.0),
        (LOST, "UNAVAILABLE", 1.0),
        (UNABLE, "FAILED_PRECONDITION", None),
    ],
)
async def test_who_cannot_explain_is_not_the_last_to_be_asked(serving, what, says, code, wait):
    first, second = serving.workers
    first.explains = failing(says)
    while not first.explained:  # of two as good, one is drawn
        assert kinds(await events_of(serving.stub.Explain(what())))[-1] == "finished"
    second.explains = failing(says)
    told = await refusal(serving.stub.Explain(what()))
    assert (told.code.name, told.reason, told.retry_after) == (code, says.reason, wait)
    await serving.is_quiet()
    assert not serving.balancer.outcomes["OUTCOME_REFUSED"], "a worker that serves is not barred"
    assert not serving.balancer.outcomes["OUTCOME_FAILED"]


async def test_who_has_no_place_is_not_asked(start_mesh):
    async with start_mesh(workers=3) as mesh:
        for worker, places in zip(mesh.workers, ((4, 4), (4, 1), (0, 0)), strict=True):
            worker.explains, worker.explanations = well(worker), places
        mesh.balancer.renew("counter@2")
        models = i.ListModelsRequest()
        while (await mesh.stub.ListModels(models)).models[0].revisions != ["counter@2"]:
            pass
        await events_of(mesh.stub.Explain(request()))
        assert sorted(mesh.balancer.submitted[-1].excluded_worker_ids) == ["w1", "w3"]
        assert [len(worker.explained) for worker in mesh.workers] == [0, 1, 0]


@pytest.mark.parametrize(
    ("says", "code", "reason"),
    [
        (fault("INTERNAL", "EXPLAINER_FAILED"), "INTERNAL", "EXPLAINER_FAILED"),
        (fault("FAILED_PRECONDITION", "EMPTY_ANSWER"), "FAILED_PRECONDITION", "EMPTY_ANSWER"),
    ],
)
async def test_what_another_could_not_do_better_ends_it(serving, says, code, reason):
    for worker in serving.workers:
        worker.explains = failing(says)
    told = await refusal(serving.stub.Explain(request()))
    assert (told.code.name, told.reason) == (code, reason)
    assert len(asked(serving)) == 1


async def test_a_workers_complaint_names_the_callers_field(serving):
    from services.runtime.status import Violation

    for worker in serving.workers:
        violations = [Violation("input", "600 tokens; at most 512 are explained here")]
        worker.explains = failing(
            fault("INVALID_ARGUMENT", "TOO_LONG_TO_EXPLAIN", violations=violations)
        )
    task = i.SummarizeTask(text="long")
    told = await refusal(serving.stub.Explain(i.ExplainRequest(summarize=task)))
    assert (told.reason, told.violations[0].field) == ("TOO_LONG_TO_EXPLAIN", "summarize")
    told = await refusal(serving.stub.Explain(label()))
    assert told.violations[0].field == "label.text"


async def test_a_stream_without_an_end_is_told(serving):
    async def short(told):
        yield started(told, "w")

    for worker in serving.workers:
        worker.explains = short
    told = await refusal(serving.stub.Explain(request()))
    assert (told.code, told.reason) == (grpc.StatusCode.INTERNAL, "MALFORMED")


@pytest.mark.parametrize(
    ("wrong", "reason", "field", "limit"),
    [
        (i.ExplainRequest(), "NO_TASK", "task", "label"),
        (request(prompt=i.PromptTask()), "INVALID_FIELD", "prompt.text", "not be empty"),
        (
            request(prompt=i.PromptTask(text="é" * 32_769)),
            "INVALID_FIELD",
            "prompt.text",
            "at most 65536",
        ),
        (request(answer_text="a" * 65_537), "INVALID_FIELD", "answer_text", "at most 65536"),
        (request(answer_token_ids=[1] * 65), "INVALID_FIELD", "answer_token_ids", "at most 64"),
        (
            request(answer_text="a", answer_token_ids=[1]),
            "INVALID_FIELD",
            "answer_token_ids",
            "answer_text",
        ),
        (
            request(options=e.ExplanationOptions(steps=7)),
            "INVALID_FIELD",
            "options.steps",
            "8 to 1024",
        ),
        (
            request(options=e.ExplanationOptions(tolerance=float("nan"))),
            "INVALID_FIELD",
            "options.tolerance",
            "0 to 1",
        ),
        (
            request(options=e.ExplanationOptions(max_answer_tokens=65)),
            "INVALID_FIELD",
            "options.max_answer_tokens",
            "1 to 64",
        ),
        (request(options=e.ExplanationOptions(method=9)), "INVALID_FIELD", "options.method", "9"),
        (request(request_id="not this"), "INVALID_FIELD", "request_id", "A-Za-z0-9"),
        (request(priority=9), "INVALID_FIELD", "priority", "9"),
        (label(""), "INVALID_FIELD", "label.text", "not be empty"),
        (label(answer_text="a"), "INVALID_FIELD", "answer_text", "no answer"),
        (
            i.ExplainRequest(label=i.LabelTask(text="a", label="l" * 257)),
            "INVALID_FIELD",
            "label.label",
            "at most 256",
        ),
    ],
)
async def test_what_is_wrong_is_named_with_its_limit(serving, wrong, reason, field, limit):
    told = await refusal(serving.stub.Explain(wrong))
    assert (told.code, told.reason) == (grpc.StatusCode.INVALID_ARGUMENT, reason)
    assert [violation.field for violation in told.violations] == [field]
    assert limit in told.violations[0].description
    assert not asked(serving)


async def test_a_deadline_ends_the_call_at_the_worker_too(serving):
    for worker in serving.workers:
        worker.explains = well(worker, hangs_at="attribution")
    told = await refusal(serving.stub.Explain(request(), timeout=0.5))
    assert told.code is grpc.StatusCode.DEADLINE_EXCEEDED
    await serving.balancer.until(lambda: sum(w.cancelled for w in serving.workers) == 1)
    await serving.is_quiet()


@pytest.mark.parametrize("what", [request, label])
async def test_a_deadline_that_a_worker_sees_first_is_told_as_one(serving, what):
    for worker in serving.workers:
        worker.explains = failing(fault("DEADLINE_EXCEEDED", ""))
    told = await refusal(serving.stub.Explain(what()))
    assert told.code is grpc.StatusCode.DEADLINE_EXCEEDED
    assert len(asked(serving)) == 1


async def test_a_ticket_that_waits_leaves_with_its_caller(serving):
    serving.balancer.decide = serving.balancer.hold
    call = serving.stub.Explain(request())
    await serving.balancer.until(lambda: bool(serving.balancer.waiting))
    call.cancel()
    await serving.is_quiet()
    assert not asked(serving)


async def test_a_revoked_lease_goes_elsewhere(serving):
    for worker in serving.workers:
        worker.explains = well(worker, hangs_at="progress")
    call = asyncio.ensure_future(events_of(serving.stub.Explain(request())))
    await serving.balancer.until(lambda: len(asked(serving)) == 1)
    for worker in serving.workers:
        worker.explains = well(worker)
    (lease_id,) = serving.balancer.leases
    serving.balancer.say(serving.balancer.revoke(lease_id))
    assert kinds(await call)[-1] == "finished"


async def test_what_nobody_serves_is_named(serving):
    serving.balancer.decide = lambda told: serving.balancer.reject(
        told, b.Rejected.REASON_NO_SUCH_MODEL
    )
    told = await refusal(serving.stub.Explain(request(model="other")))
    assert (told.code, told.reason) == (grpc.StatusCode.NOT_FOUND, "UNKNOWN_MODEL")
    assert "'other'; served now: counter" in told.message
    told = await refusal(serving.stub.Explain(label(model="topics")))
    assert (told.code, told.reason) == (grpc.StatusCode.NOT_FOUND, "UNKNOWN_CLASSIFIER")
    assert "mood, task" in told.message


async def test_quotas_rights_and_priorities_hold(start_mesh, tmp_path):
    roll = tmp_path / "tenants.toml"
    roll.write_text(
        f'[tenants.small]\nkeys = ["{digest("small-key")}"]\ntokens_per_minute = 30\n'
        f'models = ["counter", "mood"]\nhighest_priority = "normal"\n'
    )
    metadata = (("authorization", "Bearer small-key"),)
    async with start_mesh(classifiers=("task", "mood"), tenants=roll) as mesh:
        for worker in mesh.workers:
            worker.explains = well(worker)

        def explain(what):
            return mesh.stub.Explain(what, metadata=metadata)

        told = await refusal(mesh.stub.Explain(request()))
        assert told.code is grpc.StatusCode.UNAUTHENTICATED
        told = await refusal(explain(request(model="other")))
        assert told.reason == "MODEL_NOT_ALLOWED"
        told = await refusal(explain(label(model="task")))
        assert told.reason == "MODEL_NOT_ALLOWED"
        told = await refusal(explain(request(priority=i.PRIORITY_HIGH)))
        assert told.reason == "PRIORITY_NOT_ALLOWED"
        # 3 of the prompt and 16 of an answer are reserved, 3 and 2 were used: 25 are left.
        await events_of(explain(request()))
        longer = request(options=e.ExplanationOptions(max_answer_tokens=24))
        told = await refusal(explain(longer))
        assert (told.code.name, told.reason) == ("RESOURCE_EXHAUSTED", "TOKENS_PER_MINUTE")
        await events_of(explain(request()))


async def test_calls_are_counted(start_mesh):
    async with start_mesh(metrics_listen="127.0.0.1:0") as mesh:
        for worker in mesh.workers:
            worker.explains = well(worker)
        await events_of(mesh.stub.Explain(request()))
        name = 'evenflow_gateway_requests_total{code="OK",reason="",task="explain"}'
        assert await mesh.metric(name) == 1


async def test_a_tenant_shares_its_cache_with_nobody(serving):
    metadata = (("evenflow-tenant", "mine"),)
    await events_of(serving.stub.Explain(request(), metadata=metadata))
    await events_of(
        serving.stub.Generate(
            i.GenerateRequest(prompt=i.PromptTask(text="a"), sampling=g.Sampling(max_tokens=1)),
            metadata=metadata,
        )
    )
    (run,) = [told for worker in serving.workers for told in worker.requests]
    await events_of(serving.stub.Explain(label(), metadata=metadata))
    scopes = [told.cache_scope for told in asked(serving)]
    assert scopes == ["mine", "mine"]
    assert run.cache_scope == "mine"
