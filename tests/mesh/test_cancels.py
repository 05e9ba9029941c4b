"""Callers that go away: what they held is free at once, and nothing stays behind."""

import asyncio
import random

from services.worker.engines.scripted import expected_answer


async def test_a_caller_that_goes_frees_its_slot_within_a_step(open_mesh) -> None:
    async with open_mesh(workers=1, worker_settings={"slots": 2, "scripted_step_ms": 200}) as poker:
        stays, goes = poker.generate("stays", 12), poker.generate("goes", 1000)
        async for response in goes:
            if response.HasField("delta"):
                break
        before = await poker.until(lambda snapshot: snapshot.workers[0].load.slots_used == 2)
        goes.cancel()
        after = await poker.until(lambda snapshot: snapshot.workers[0].load.slots_used == 1)
        # One step may have been running when the cancel came, one may end before we look.
        assert after.workers[0].load.step_count - before.workers[0].load.step_count <= 3
        assert "".join([r.delta.text async for r in stays]) == expected_answer("stays", 12)
        await poker.until_idle()


async def test_after_1000_cancels_nothing_is_left(poker) -> None:
    rng = random.Random(7)
    bystander = asyncio.create_task(poker.answer("bystander", 400))

    async def come_and_go(number: int) -> None:
        call = poker.generate(f"caller {number}", 400)
        for _ in range(rng.randrange(4)):  # before the first message, or some messages later
            await call.read()
        call.cancel()

    for wave in range(20):
        await asyncio.gather(*(come_and_go(50 * wave + number) for number in range(50)))
    text, _ = await bystander
    assert text == expected_answer("bystander", 400)

    snapshot = await poker.until_idle()
    assert all(worker.load.kv_tokens_used == 0 for worker in snapshot.workers)
    assert all(not worker.load.lease_ids for worker in snapshot.workers)
    tasks = {task.get_name() for task in asyncio.all_tasks() if "Generate" in repr(task)}
    assert tasks == set()
    text, _ = await poker.answer("afterwards", 8)
    assert text == expected_answer("afterwards", 8)
