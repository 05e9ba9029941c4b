"""Many callers at once: nobody's answer is wrong, and the work is spread."""

import asyncio
import random

from services.worker.engines.scripted import expected_answer


async def test_200_at_once_are_exact_even_and_within_the_slots(open_mesh) -> None:
    rng = random.Random(2)
    wanted = [(f"request number {number}", rng.randint(8, 40)) for number in range(200)]
    async with open_mesh(worker_settings={"scripted_step_ms": 25}) as poker:
        answers = await asyncio.gather(*(poker.answer(prompt, tokens) for prompt, tokens in wanted))
        snapshot = await poker.until_idle()
    assert [text for text, _ in answers] == [expected_answer(*each) for each in wanted]
    peaks = {worker.worker_id: worker.load.slots_used_peak for worker in snapshot.workers}
    assert set(peaks.values()) == {8}, "both full at some time, neither ever beyond its slots"
    served = [worker.load.generated_tokens_total for worker in snapshot.workers]
    assert sum(served) == sum(tokens for _, tokens in wanted)
    assert max(served) - min(served) <= 0.05 * sum(served) / len(served)
    assert snapshot.rejections_total == 0


async def test_tenants_that_share_get_alike(open_mesh) -> None:
    """A tenant with 120 requests does not hold up one with eight."""
    # Slow enough for all 120 to be there before the first are done.
    async with open_mesh(worker_settings={"scripted_step_ms": 20}) as poker:
        order: list[str] = []

        async def ask(tenant: str, number: int) -> None:
            async for _ in poker.generate(f"{tenant} {number}", 24, tenant=tenant):
                pass
            order.append(tenant)

        crowd = [asyncio.create_task(ask("crowd", number)) for number in range(120)]
        await poker.until(lambda snapshot: any(q.waiting >= 80 for q in snapshot.queues))
        few = [asyncio.create_task(ask("few", number)) for number in range(8)]
        await asyncio.gather(*crowd, *few)
        last = len(order) - 1 - order[::-1].index("few")
        assert order[last:].count("crowd") >= 40, "the few were done long before the crowd"
