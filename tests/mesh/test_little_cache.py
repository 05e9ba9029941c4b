"""Workers with little cache and many slots: the mesh goes on, every answer exact."""

import asyncio
from typing import Any

from services.worker.engines.scripted import expected_answer


async def test_a_hundred_answers_share_a_cache_that_holds_a_few(open_mesh: Any) -> None:
    little = {"slots": 32, "context": 512, "kv_tokens": 900, "scripted_step_ms": 1}
    prompts = [f"{n} little prompts " * (1 + n % 5) for n in range(100)]
    async with open_mesh(worker_settings=little) as poker:
        answers = await asyncio.gather(
            *(poker.answer(prompt, 20 + n) for n, prompt in enumerate(prompts))
        )
        snapshot = await poker.until_idle()
    for n, (prompt, (text, _)) in enumerate(zip(prompts, answers, strict=True)):
        assert text == expected_answer(prompt, 20 + n)
    assert [worker.load.kv_tokens_used for worker in snapshot.workers] == [0, 0]
    assert len({worker for _, worker in answers}) == 2
