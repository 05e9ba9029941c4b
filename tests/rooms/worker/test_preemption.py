"""A worker with little cache: whoever has a slot is served, exactly, whatever must wait."""

import asyncio
import urllib.request
from typing import Any

from services.worker.engines.scripted import expected_answer, expected_tokens


async def answered(call: Any) -> tuple[str, list[int]]:
    """Text and tokens of a stream in which no token is lost or comes twice."""
    text = ""
    tokens: list[int] = []
    async for event in call:
        if event.HasField("delta"):
            assert event.delta.position == len(tokens)
            text += event.delta.text
            tokens += event.delta.token_ids
    return text, tokens


def metrics_page(address: str) -> str:
    with urllib.request.urlopen(f"http://{address}/metrics", timeout=5) as page:
        return str(page.read().decode())


async def test_sixty_four_share_a_cache_that_holds_a_few(start: Any) -> None:
    settings = {"slots": 64, "context": 512, "kv_tokens": 1500, "scripted_step_ms": 3}
    # Each runs for 300 ms at least, by which time more have come than the room can hold.
    prompts = [f"{n % 7} prompts begin alike, then {n} " * (1 + n % 3) for n in range(64)]
    async with start(**settings, metrics_listen="127.0.0.1:0") as worker:
        calls = [worker.execute(prompt, 100 + n) for n, prompt in enumerate(prompts)]
        answers = await asyncio.gather(*map(answered, calls))
        load = await worker.reported(lambda report: report.slots_used == 0)
        page = await asyncio.to_thread(metrics_page, worker.running.metrics_address)
    for n, (prompt, answer) in enumerate(zip(prompts, answers, strict=True)):
        assert answer == (expected_answer(prompt, 100 + n), expected_tokens(prompt, 100 + n))
    assert (load.kv_tokens_total, load.kv_tokens_used) == (1500, 0)
    assert load.generated_tokens_total == sum(100 + n for n in range(64))
    assert load.preemptions_total > 0
    assert f"evenflow_worker_preemptions_total {load.preemptions_total}.0" in page


async def test_an_answer_ends_where_the_cache_is_full(start: Any) -> None:
    async with start(context=512, kv_tokens=100) as worker:
        load = await worker.load()
        assert (load.context_tokens, load.kv_tokens_total) == (100, 100)
        text, _ = await answered(worker.execute("x" * 60, 100))
        assert text == expected_answer("x" * 60, 40)
        error = await worker.refusal(prompt="x" * 100)
        assert "100" in (error.details() or "")


async def test_who_waits_for_room_counts_and_may_leave(start: Any) -> None:
    async with start(kv_tokens=2000, scripted_step_ms=20.0) as worker:
        running = worker.execute("x" * 1000, 1000)
        await running.read()
        waiting = worker.execute("y" * 990, 10)
        load = await worker.reported(lambda report: report.prefill_backlog_tokens > 0)
        assert (load.slots_used, load.prefill_backlog_tokens) == (2, 989)
        assert load.kv_tokens_used > load.kv_tokens_total
        waiting.cancel()
        load = await worker.reported(lambda report: report.slots_used < 2)
        assert (load.prefill_backlog_tokens, load.preemptions_total) == (0, 0)
        running.cancel()
