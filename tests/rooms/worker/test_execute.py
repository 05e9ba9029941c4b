"""Execute over a real socket: exact answers, and what is refused before any of them."""

import asyncio
import urllib.request
from typing import Any

import grpc
import pytest
from evenflow.v1 import generation_pb2, worker_pb2

from services.runtime.status import read_fault
from services.worker.engines.scripted import (
    ScriptedTokenizer,
    chat_prompt,
    expected_answer,
    expected_tokens,
)


async def answer(call: Any) -> tuple[str, list[int], generation_pb2.Finished]:
    """Text and tokens of a whole stream, its order checked on the way."""
    events = [event async for event in call]
    kinds = [event.WhichOneof("event") for event in events]
    assert kinds[0] == "started"
    assert kinds[-1] == "finished"
    assert set(kinds[1:-1]) <= {"delta"}
    deltas = [event.delta for event in events[1:-1]]
    tokens: list[int] = []
    for delta in deltas:
        assert delta.position == len(tokens)
        tokens += delta.token_ids
    return "".join(delta.text for delta in deltas), tokens, events[-1].finished


def metrics_page(address: str) -> str:
    with urllib.request.urlopen(f"http://{address}/metrics", timeout=5) as page:
        return str(page.read().decode())


async def test_an_answer_is_exact(worker: Any) -> None:
    text, tokens, finished = await answer(worker.execute("Who are you? \u00e9", 40))
    assert text == expected_answer("Who are you? \u00e9", 40)
    assert tokens == expected_tokens("Who are you? \u00e9", 40)
    assert finished.reason == generation_pb2.FINISH_REASON_LENGTH
    assert (finished.usage.prompt_tokens, finished.usage.completion_tokens) == (15, 40)
    assert finished.timing.decode_ms >= 39  # 39 steps of a millisecond


async def test_the_first_message_tells_who_answers(worker: Any) -> None:
    call = worker.execute("Hi", 3, sampling={"seed": 7})
    started = (await call.read()).started
    load = await worker.load()
    assert (started.request_id, started.model, started.model_revision) == (
        "r-1",
        "scripted",
        "scripted-1",
    )
    assert (started.worker_id, started.worker_epoch) == (load.worker_id, load.epoch)
    assert started.worker_id == worker.running.instance_id
    assert (started.prompt_tokens, started.cached_tokens, started.seed) == (2, 0, 7)
    assert (await call.read()).delta.seed == 7


async def test_prompts_of_one_scope_tell_what_they_share(start: Any) -> None:
    async with start(metrics_listen="127.0.0.1:0") as worker:
        prompt, cached = "You are a concise assistant.", []
        for scope in ("a", "b", "a"):
            text, _, finished = await answer(worker.execute(prompt, 9, cache_scope=scope))
            assert text == expected_answer(prompt, 9)
            cached.append(finished.usage.cached_tokens)
        assert cached == [0, 0, len(prompt) - 1]
        events = [event async for event in worker.execute(prompt, 1, cache_scope="a")]
        assert events[0].started.cached_tokens == len(prompt) - 1
        page = await asyncio.to_thread(metrics_page, worker.running.metrics_address)
    assert f"evenflow_worker_cached_prompt_tokens_total {2 * len(prompt) - 2}.0" in page


async def test_nothing_is_shared_where_it_is_switched_off(start: Any) -> None:
    async with start(prefix_reuse=False) as worker:
        for _ in range(2):
            _, _, finished = await answer(worker.execute("You are a concise assistant.", 9))
            assert finished.usage.cached_tokens == 0


async def test_a_dialogue_is_answered_through_the_template(worker: Any) -> None:
    messages = [
        generation_pb2.ChatMessage(role=generation_pb2.ROLE_SYSTEM, content="Be brief."),
        generation_pb2.ChatMessage(role=generation_pb2.ROLE_USER, content="Hi"),
    ]
    request = worker_pb2.ExecuteRequest(
        chat=worker_pb2.Chat(messages=messages), sampling=generation_pb2.Sampling(max_tokens=5)
    )
    text, _, _ = await answer(worker.stub.Execute(request))
    assert text == expected_answer(chat_prompt([("system", "Be brief."), ("user", "Hi")]), 5)


async def test_a_stop_string_ends_the_answer_and_is_not_shown(worker: Any) -> None:
    whole = expected_answer("Hi", 30)
    stop = whole[33:38]  # begins within a token and ends within the next
    text, _, finished = await answer(worker.execute("Hi", 30, sampling={"stop": [stop]}))
    assert text == whole[: whole.index(stop)]
    assert finished.reason == generation_pb2.FINISH_REASON_STOP


async def test_an_answer_ends_where_the_context_is_full(start: Any) -> None:
    async with start(context=32) as worker:
        text, _, finished = await answer(worker.execute("x" * 30, 100))
    assert text == expected_answer("x" * 30, 2)
    assert finished.reason == generation_pb2.FINISH_REASON_LENGTH


async def test_log_probabilities_come_with_their_tokens(worker: Any) -> None:
    call = worker.execute("Hi", 2, sampling={"logprobs": 2})
    deltas = [event.delta async for event in call if event.HasField("delta")]
    for delta in deltas:  # a slow reader may get both tokens in one
        assert [score.token_id for score in delta.logprobs] == list(delta.token_ids)
    assert [token for delta in deltas for token in delta.token_ids] == [581, 342]
    score = deltas[0].logprobs[0]
    assert (score.text, score.logprob, len(score.alternatives)) == (" w325", 0.0, 2)


async def test_twenty_at_once_are_exact_and_never_more_than_the_slots(worker: Any) -> None:
    async def until_granted(prompt: str) -> str:
        """As a balancer would: what finds no slot comes again once one is free."""
        while True:
            try:
                return (await answer(worker.execute(prompt, 25)))[0]
            except grpc.aio.AioRpcError as error:
                refusals.append(read_fault(error).reason)
            await worker.reported(lambda report: report.slots_used < report.slots_total)

    refusals: list[str] = []
    prompts = [f"prompt {n} " * (n + 1) for n in range(20)]
    texts = await asyncio.gather(*map(until_granted, prompts))
    assert texts == [expected_answer(prompt, 25) for prompt in prompts]
    assert set(refusals) == {"NO_SLOT"}
    load = await worker.reported(lambda report: report.slots_used == 0)
    assert load.slots_used_peak == 8
    assert load.generated_tokens_total == 20 * 25
    assert (load.kv_tokens_used, load.prefill_backlog_tokens, list(load.lease_ids)) == (0, 0, [])


async def test_no_slot_is_said_at_once_and_before_any_message(start: Any) -> None:
    async with start(slots=2) as worker:
        calls = [worker.execute("Hi", 2000) for _ in range(2)]
        for call in calls:
            await call.read()
        late = worker.execute("Hi", 1)
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await late.read()
        assert refused.value.code() == grpc.StatusCode.RESOURCE_EXHAUSTED
        assert read_fault(refused.value).reason == "NO_SLOT"
        assert not await late.initial_metadata()
        for call in calls:
            call.cancel()


async def test_bytes_that_are_no_request_are_refused(worker: Any) -> None:
    raw = worker.channel.unary_stream("/evenflow.v1.WorkerService/Execute")
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await raw(b"\xff\xff\xff").read()
    assert refused.value.code() == grpc.StatusCode.INVALID_ARGUMENT


ELSEWHERE = {
    "stale": ({"worker_epoch": 1}, grpc.StatusCode.FAILED_PRECONDITION, "STALE_EPOCH"),
    "model": ({"model": "other"}, grpc.StatusCode.NOT_FOUND, "UNKNOWN_MODEL"),
    "revision": (
        {"model_revision": "other"},
        grpc.StatusCode.FAILED_PRECONDITION,
        "OTHER_REVISION",
    ),
    "context": ({"prompt": "x" * 2048}, grpc.StatusCode.INVALID_ARGUMENT, "PROMPT_TOO_LONG"),
}


@pytest.mark.parametrize(("fields", "code", "reason"), ELSEWHERE.values(), ids=ELSEWHERE)
async def test_what_cannot_run_here_is_refused(
    worker: Any, fields: dict[str, Any], code: grpc.StatusCode, reason: str
) -> None:
    error = await worker.refusal(**{"prompt": "Hi"} | fields)
    assert (error.code(), read_fault(error).reason) == (code, reason)
    load = await worker.reported(lambda report: report.slots_used == 0)
    assert load.step_count == 0


async def test_a_prompt_that_the_model_has_no_token_for_is_the_callers_fault(
    worker: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As one control character is to SmolLM2: no worker has failed at it."""
    monkeypatch.setattr(ScriptedTokenizer, "encode", lambda self, text: [])
    fault = read_fault(await worker.refusal(prompt="\x04"))
    assert (fault.code, fault.reason) == (grpc.StatusCode.INVALID_ARGUMENT, "INVALID_FIELD")
    assert [violation.field for violation in fault.violations] == ["input"]
    await worker.reported(lambda report: report.slots_used == 0)


async def test_a_prompt_that_is_too_long_hears_both_numbers(worker: Any) -> None:
    fault = read_fault(await worker.refusal(prompt="x" * 3000))
    assert fault.metadata == {"prompt_tokens": "3000", "context_tokens": "2048"}
    assert "3000" in fault.message
    assert "2048" in fault.message


async def test_the_right_incarnation_model_and_revision_are_served(worker: Any) -> None:
    load = await worker.load()
    fields = {
        "worker_epoch": load.epoch,
        "model": load.model,
        "model_revision": load.model_revision,
    }
    text, _, _ = await answer(worker.execute("Hi", 2, **fields))
    assert text == expected_answer("Hi", 2)
