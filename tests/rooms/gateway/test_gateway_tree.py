"""A long summary or question, level by level: what is told and what not; steps that fail."""

import asyncio

import grpc
import pytest
from evenflow.v1 import generation_pb2 as g
from evenflow.v1 import inference_pb2 as i

from services.runtime.status import RpcFault, read_fault

TEXT = "\n\n".join(f"Part {n:02}. " + "It has some words. " * 50 for n in range(12))


def summary() -> i.GenerateRequest:
    sampling = g.Sampling(max_tokens=64, stop=["STOP"], seed=7, temperature=0.5)
    return i.GenerateRequest(summarize=i.SummarizeTask(text=TEXT), sampling=sampling)


def read(request) -> str:
    """What a step is to summarize."""
    return request.chat.messages[-1].content.split("\n\n", 1)[-1]


def is_last(request) -> bool:
    return read(request).startswith("<")


def shortening(worker, before=None, tokens: int = 2):
    """Answer with what the text begins with, in brackets; the last step with all that it reads."""

    async def script(request):
        yield g.GenerateResponse(
            started=g.Started(
                model_revision=request.model_revision, worker_id=worker.worker_id, prompt_tokens=9
            )
        )
        if before is not None:
            await before(request)
        text = read(request) if is_last(request) else f"<{read(request)[:7]}>"
        yield g.GenerateResponse(
            delta=g.Delta(text=text, token_ids=[7] * tokens, position=0, seed=request.sampling.seed)
        )
        usage = g.Usage(prompt_tokens=9, completion_tokens=tokens)
        yield g.GenerateResponse(finished=g.Finished(reason=g.FINISH_REASON_STOP, usage=usage))

    return script


@pytest.fixture
async def small(start_mesh):
    async with start_mesh(context=1024) as mesh:
        for worker in mesh.workers:
            worker.script = shortening(worker)
        yield mesh


async def test_the_last_level_alone_is_told(small):
    messages = [message async for message in small.stub.Generate(summary())]
    told = "".join(message.delta.text for message in messages)
    parts = [f"<{TEXT[at:][:7]}>" for at in range(len(TEXT)) if TEXT[at:].startswith("Part ")]
    plan = messages[-1].finished.plan
    assert told.split("\n\n") == [p for p in parts if p in told]
    assert told.startswith("<Part 00>")
    assert (plan.levels, plan.parts) == (2, len(plan.steps) - 1)
    assert len(told.split("\n\n")) == plan.parts > 4
    assert [m.delta.position for m in messages if m.delta.token_ids] == [0]
    done = [m.progress.steps_done for m in messages if m.HasField("progress")]
    assert done == list(range(len(plan.steps) + 1))
    assert messages[0].HasField("started")
    # What is told comes behind all the steps that it is made of.
    first = next(at for at, m in enumerate(messages) if m.HasField("delta"))
    assert sum(m.HasField("progress") for m in messages[:first]) == plan.parts + 1
    assert {step.worker_id for step in plan.steps} == {"w1", "w2"}
    await small.is_quiet()


async def test_steps_below_know_no_stop_and_have_seeds_of_their_own(small):
    async for _ in small.stub.Generate(summary()):
        pass
    requests = [request for worker in small.workers for request in worker.requests]
    below = [request for request in requests if not is_last(request)]
    (last,) = [request for request in requests if is_last(request)]
    assert not any(request.sampling.stop for request in below)
    assert list(last.sampling.stop) == ["STOP"]
    assert len({request.sampling.seed for request in requests}) == len(requests)
    assert 7 in {request.sampling.seed for request in below}
    assert {s.model_revision for s in small.balancer.submitted} == {"counter@1"}


async def test_a_worker_lost_on_either_level_changes_nothing(small):
    undisturbed = await text_of(small.stub.Generate(summary()))
    one, two = small.workers

    async def hang_at_the_last(request) -> None:
        if is_last(request):
            await asyncio.Event().wait()

    one.script = shortening(one, hang_at_the_last)
    two.script = shortening(two, hang_at_the_last)
    answer = asyncio.ensure_future(text_of(small.stub.Generate(summary())))
    await one.until(lambda: any(is_last(w.requests[-1]) and w.active == 1 for w in small.workers))
    (holder,) = [worker for worker in small.workers if worker.active]
    other = two if holder is one else one
    other.script = shortening(other)
    await small.hosting.kill(holder)
    assert await answer == undisturbed
    await small.is_quiet()


async def test_a_step_that_fails_above_tells_its_level(small):
    async def fail_at_the_last(request) -> None:
        if is_last(request):
            raise RpcFault(grpc.StatusCode.INVALID_ARGUMENT, "INVALID_FIELD", "as told")

    for worker in small.workers:
        worker.script = shortening(worker, fail_at_the_last)
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await text_of(small.stub.Generate(summary()))
    fault = read_fault(error.value)
    assert fault.message.startswith("level 1, part 1 of 1: ")
    assert (fault.metadata["level"], fault.metadata["part"]) == ("1", "1")
    await small.is_quiet()


async def test_who_cancels_frees_all_steps(small):
    for worker in small.workers:
        worker.script = shortening(worker, lambda request: asyncio.Event().wait())
    call = small.stub.Generate(summary())
    await small.workers[0].until(lambda: small.active > 4)
    call.cancel()
    await small.is_quiet()


def question() -> i.GenerateRequest:
    task = i.AnswerTask(question="What is zebra?", context=TEXT.replace("Part 07", "Zebra 7"))
    return i.GenerateRequest(answer=task, sampling=g.Sampling(max_tokens=64))


def finding(worker):
    async def script(request):
        said = request.chat.messages[-1].content
        text = "The zebra." if "Zebra" in said else "It does not say."
        yield g.GenerateResponse(started=g.Started(worker_id=worker.worker_id))
        delta = g.Delta(text=text, token_ids=[7])
        if request.sampling.HasField("logprobs"):
            delta.logprobs.add(logprob=-0.5)
        yield g.GenerateResponse(delta=delta)
        yield g.GenerateResponse(finished=g.Finished(reason=g.FINISH_REASON_STOP))

    return script


async def test_a_question_is_asked_of_each_part_and_answered_from_the_best(small):
    for worker in small.workers:
        worker.script = finding(worker)
    messages = [message async for message in small.stub.Generate(question())]
    assert "".join(message.delta.text for message in messages) == "The zebra."
    plan = messages[-1].finished.plan
    assert (plan.task, plan.levels) == ("answer", 2)
    *parts, last = plan.steps
    (used,) = [step for step in parts if step.evidence.used]
    assert (used.evidence.rank, used.evidence.mean_logprob) == (1, -0.5)
    assert used.begin <= last.begin < last.end <= used.end
    assert sorted(step.evidence.rank for step in parts) == list(range(1, len(parts) + 1))
    assert f"part {used.part + 1}, the best by evidence" in plan.reason
    assert not last.HasField("evidence")
    (read_last,) = [
        request.chat.messages[-1].content
        for worker in small.workers
        for request in worker.requests
        if not request.sampling.HasField("logprobs")
    ]
    assert "Zebra 7" in read_last
    await small.is_quiet()


def dialogue(turns: int) -> i.GenerateRequest:
    messages = [g.ChatMessage(role=g.ROLE_SYSTEM, content="Be kind.")]
    for turn in range(turns):
        role = g.ROLE_ASSISTANT if turn % 2 else g.ROLE_USER
        messages.append(g.ChatMessage(role=role, content=f"Turn {turn}. " + "Some words. " * 40))
    return i.GenerateRequest(chat=i.ChatTask(messages=messages), sampling=g.Sampling(max_tokens=64))


async def test_what_falls_out_of_a_dialogue_is_summarized_in_its_place(small):
    messages = [message async for message in small.stub.Generate(dialogue(21))]
    plan = messages[-1].finished.plan
    assert (plan.task, plan.levels) == ("chat", 2)
    requests = [request for worker in small.workers for request in worker.requests]
    (last,) = [r for r in requests if r.chat.messages[-1].content.startswith("Turn 20.")]
    system, *stayed = last.chat.messages
    assert system.content.startswith("Be kind.\n\nSummary of the dialogue")
    assert "<User: T>" in system.content
    assert stayed == list(dialogue(21).chat.messages)[-len(stayed) :]
    assert (plan.steps[0].begin, plan.steps[-2].end) == (1, 22 - len(stayed))


async def test_a_dialogue_that_fits_goes_as_it_stands(small):
    messages = [message async for message in small.stub.Generate(dialogue(3))]
    assert not messages[-1].finished.HasField("plan")
    assert len(small.balancer.submitted) == 1


async def test_a_plan_is_what_is_then_done_and_runs_nothing(small):
    plan = await small.stub.Plan(i.PlanRequest(request=summary()))
    assert not small.balancer.submitted
    done = [m async for m in small.stub.Generate(summary())][-1].finished.plan
    assert (plan.reason, plan.parts, plan.levels) == (done.reason, done.parts, done.levels)
    assert [(s.level, s.begin, s.end, s.max_tokens) for s in plan.steps] == [
        (s.level, s.begin, s.end, s.max_tokens) for s in done.steps
    ]
    assert not any(step.worker_id or step.completion_tokens for step in plan.steps)


async def test_a_short_task_is_planned_as_one_step(small):
    request = i.GenerateRequest(chat=dialogue(1).chat)
    plan = await small.stub.Plan(i.PlanRequest(request=request))
    assert (plan.task, plan.levels, plan.parts, len(plan.steps)) == ("chat", 1, 1, 1)
    assert (plan.steps[0].end, plan.steps[0].max_tokens) == (2, 256)


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        (i.GenerateRequest(), grpc.StatusCode.INVALID_ARGUMENT),
        (i.GenerateRequest(model="other", prompt={"text": "a"}), grpc.StatusCode.NOT_FOUND),
    ],
)
async def test_what_cannot_be_planned_is_refused(small, request_, code):
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await small.stub.Plan(i.PlanRequest(request=request_))
    assert error.value.code() is code


async def text_of(call) -> str:
    return "".join([message.delta.text async for message in call])
