"""A long translation in parts: order, progress, what was done; lost, failing, cancelled."""

import asyncio

import grpc
import pytest
from evenflow.v1 import generation_pb2 as g
from evenflow.v1 import inference_pb2 as i

from services.runtime.status import RpcFault, read_fault

NAMES = ["ant", "bee", "cat", "dog", "emu", "fox"]
TEXT = "\n\n".join(" ".join([name] * 38) for name in NAMES)
TOLD = "\n\n".join(f"<{name}>" for name in NAMES)


def translation(text: str = TEXT) -> i.GenerateRequest:
    task = i.TranslateTask(text=text, target_language="de")
    return i.GenerateRequest(translate=task, sampling=g.Sampling(max_tokens=4))


def name_of(request) -> str:
    return request.chat.messages[-1].content.split("\n\n", 1)[1][:3]


def naming(worker, before=None):
    """Answer with the name of the part, once `before` has let it."""

    async def script(request):
        yield g.GenerateResponse(
            started=g.Started(
                model_revision=request.model_revision, worker_id=worker.worker_id, prompt_tokens=9
            )
        )
        if before is not None:
            await before(name_of(request))
        text = f"<{name_of(request)}>"
        yield g.GenerateResponse(delta=g.Delta(text=text, token_ids=[7], position=0))
        usage = g.Usage(prompt_tokens=9, completion_tokens=1)
        yield g.GenerateResponse(finished=g.Finished(reason=g.FINISH_REASON_STOP, usage=usage))

    return script


async def test_parts_are_told_in_their_order_however_they_end(mesh):
    others = asyncio.Semaphore(0)

    async def first_last(name: str) -> None:
        if name == "ant":
            for _ in NAMES[1:]:
                await others.acquire()
        else:
            others.release()

    for worker in mesh.workers:
        worker.script = naming(worker, first_last)
    messages = [message async for message in mesh.stub.Generate(translation())]
    assert "".join(message.delta.text for message in messages) == TOLD
    positions = [m.delta.position for m in messages if m.delta.token_ids]
    assert positions == list(range(6))
    assert messages[0].HasField("started")
    done = [m.progress.steps_done for m in messages if m.HasField("progress")]
    assert done == [0, 1, 2, 3, 4, 5, 6]
    finished = messages[-1].finished
    assert (finished.usage.prompt_tokens, finished.usage.completion_tokens) == (54, 6)
    assert finished.plan.parts == 6
    assert {step.worker_id for step in finished.plan.steps} == {"w1", "w2"}
    assert [TEXT[step.begin : step.begin + 3] for step in finished.plan.steps] == NAMES
    assert {s.model_revision for s in mesh.balancer.submitted} == {"counter@1"}
    await mesh.is_quiet()


async def test_a_worker_lost_in_the_middle_changes_nothing(mesh):
    one, two = mesh.workers
    two.script = naming(two)
    one.script = naming(one, lambda name: asyncio.Event().wait())
    answer = asyncio.ensure_future(text_of(mesh.stub.Generate(translation())))
    await one.until(lambda: one.active == 3)
    await mesh.hosting.kill(one)
    assert await answer == TOLD
    await mesh.is_quiet()


async def test_a_part_that_fails_fails_the_task_once_and_ends_the_others(mesh):
    reached = asyncio.Event()

    async def fail_at_dog(name: str) -> None:
        if name == "dog":
            await reached.wait()
            raise RpcFault(grpc.StatusCode.INVALID_ARGUMENT, "INVALID_FIELD", "as told")
        await asyncio.Event().wait()

    for worker in mesh.workers:
        worker.script = naming(worker, fail_at_dog)
    answer = asyncio.ensure_future(text_of(mesh.stub.Generate(translation())))
    await mesh.workers[0].until(lambda: mesh.active == 6)
    reached.set()
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await answer
    fault = read_fault(error.value)
    assert fault.code is grpc.StatusCode.INVALID_ARGUMENT
    assert fault.message.startswith("part 4 of 6: ")
    assert (fault.metadata["part"], fault.metadata["parts"]) == ("4", "6")
    await mesh.is_quiet()


async def test_who_cancels_frees_all_parts(mesh):
    for worker in mesh.workers:
        worker.script = naming(worker, lambda name: asyncio.Event().wait())
    call = mesh.stub.Generate(translation())
    await mesh.workers[0].until(lambda: mesh.active == 6)
    call.cancel()
    await mesh.is_quiet()


async def test_more_parts_run_at_once_where_room_comes(start_mesh):
    async with start_mesh(slots=1) as mesh:
        may_end = asyncio.Semaphore(0)
        for worker in mesh.workers:
            worker.script = naming(worker, lambda name: may_end.acquire())
        answer = asyncio.ensure_future(text_of(mesh.stub.Generate(translation())))
        await mesh.workers[0].until(lambda: mesh.active == 2)
        mesh.balancer.slots = 8
        mesh.balancer.renew("counter@1")
        while (await mesh.stub.ListModels(i.ListModelsRequest())).models[0].slots != 16:
            pass
        may_end.release()
        await mesh.workers[0].until(lambda: mesh.active == 5)  # all that are left
        for _ in range(5):
            may_end.release()
        assert await answer == TOLD


async def test_a_short_text_is_one_plain_step(mesh):
    messages = [message async for message in mesh.stub.Generate(translation("Hello!"))]
    assert not any(message.HasField("progress") for message in messages)
    assert not messages[-1].finished.HasField("plan")
    assert len(mesh.balancer.submitted) == 1
    assert mesh.balancer.submitted[0].model_revision == ""


async def test_a_kept_answer_comes_with_the_plan_it_was_made_by(start_mesh):
    async with start_mesh(cache_bytes=1 << 20) as mesh:
        for worker in mesh.workers:
            worker.script = naming(worker)
        made = [message async for message in mesh.stub.Generate(translation())]
        kept = [message async for message in mesh.stub.Generate(translation())]
        assert kept[-1].finished.plan == made[-1].finished.plan
        assert len(mesh.balancer.submitted) == 6


async def text_of(call) -> str:
    return "".join([message.delta.text async for message in call])
