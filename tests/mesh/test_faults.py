"""Workers and the balancer die: who notices, and who does not."""

import asyncio
import signal

from evenflow.v1 import generation_pb2

from services.worker.engines.scripted import expected_answer


async def test_a_worker_lost_before_its_first_token_is_not_noticed(open_mesh) -> None:
    settings = {"scripted_prefill_rate": 100, "prefill_chunk": 32}
    async with open_mesh(worker_settings=settings) as poker:
        prompt = "p" * 200  # two seconds of prefill
        calls = [asyncio.create_task(poker.answer(prompt + str(n), 8)) for n in range(6)]
        await poker.until(lambda s: all(worker.load.slots_used for worker in s.workers))
        poker.mesh.kill(0)
        answers = await asyncio.gather(*calls)
        assert [text for text, _ in answers] == [
            expected_answer(prompt + str(n), 8) for n in range(6)
        ]


async def test_a_worker_killed_in_the_middle_costs_nobody_a_token(open_mesh) -> None:
    settings = {"scripted_step_ms": 20, "slots": 32}
    sampled = generation_pb2.Sampling(max_tokens=300, temperature=1.0, seed=7)
    async with open_mesh(worker_settings=settings, workers=3) as poker:
        undisturbed = [await poker.answer(f"prompt {n}", 300) for n in range(2)]
        assert undisturbed[0][0] == expected_answer("prompt 0", 300)
        calls = [aiter(poker.generate(f"prompt {n}", 300)) for n in range(16)]
        calls += [aiter(poker.generate(f"prompt {n}", sampling=sampled)) for n in range(8)]
        started = [(await anext(call)).started for call in calls]
        victims = {begun.worker_id for begun in started[:1]}
        for worker in poker.mesh.workers:
            if worker.id in victims:
                poker.mesh.kill(worker.index, signal.SIGKILL)
        answers = await asyncio.gather(*map(whole, calls))
        for number in range(16):
            assert answers[number] == expected_answer(f"prompt {number}", 300)
        for number in range(8):
            text, _ = await poker.answer(f"prompt {number}", sampling=sampled)
            assert answers[16 + number] == text
        assert any(begun.worker_id not in victims for begun in started)
        # It comes back under a newer epoch, and works.
        old = next(begun.worker_epoch for begun in started if begun.worker_id in victims)
        await poker.until(
            lambda s: (
                len(s.workers) == 3
                and all(
                    worker.load.epoch and worker.health == worker.HEALTH_READY
                    for worker in s.workers
                )
                and next(w for w in s.workers if w.worker_id in victims).load.epoch > old
            )
        )
        text, _ = await poker.answer("again", 8)
        assert text == expected_answer("again", 8)


async def whole(call) -> str:
    """The rest of an answer; every token once and in its place."""
    text, tokens = "", 0
    async for response in call:
        if response.delta.token_ids:
            assert response.delta.position == tokens
        text += response.delta.text
        tokens += len(response.delta.token_ids)
    assert tokens == 300
    return text


async def test_with_all_workers_gone_requests_wait_for_one_to_return(open_mesh) -> None:
    async with open_mesh(workers=1) as poker:
        await poker.answer("before", 4)
        poker.mesh.kill(0)
        text, _ = await poker.answer("meanwhile", 4)
        assert text == expected_answer("meanwhile", 4)


async def test_a_worker_that_drains_finishes_and_gets_no_more(open_mesh) -> None:
    async with open_mesh(worker_settings={"scripted_step_ms": 20}, restarts=False) as poker:
        calls = [aiter(poker.generate(f"prompt {n}", 100)) for n in range(8)]
        started = [(await anext(call)).started for call in calls]
        assert {begin.worker_id for begin in started} == {"worker-1", "worker-2"}
        poker.mesh.kill(0, signal.SIGTERM)
        for number, call in enumerate(calls):
            text = "".join([response.delta.text async for response in call])
            assert text == expected_answer(f"prompt {number}", 100)
        answers = await asyncio.gather(*(poker.answer(f"later {n}", 8) for n in range(8)))
        assert {worker for _, worker in answers} == {"worker-2"}


async def test_what_a_drain_has_no_time_for_goes_on_elsewhere(open_mesh) -> None:
    settings = {"scripted_step_ms": 20, "drain_seconds": 0.5}
    async with open_mesh(worker_settings=settings, restarts=False) as poker:
        calls = [aiter(poker.generate(f"prompt {n}", 300)) for n in range(4)]
        started = [(await anext(call)).started for call in calls]
        assert {begin.worker_id for begin in started} == {"worker-1", "worker-2"}
        poker.mesh.kill(0, signal.SIGTERM)
        answers = await asyncio.gather(*map(whole, calls))
        assert answers == [expected_answer(f"prompt {n}", 300) for n in range(4)]


async def test_a_frozen_worker_is_taken_out_and_comes_back(open_mesh) -> None:
    async with open_mesh(worker_settings={"scripted_step_ms": 20}) as poker:
        calls = [aiter(poker.generate(f"prompt {n}", 300)) for n in range(4)]
        started = [(await anext(call)).started for call in calls]
        assert {begin.worker_id for begin in started} == {"worker-1", "worker-2"}
        poker.mesh.kill(0, signal.SIGSTOP)
        assert await asyncio.gather(*map(whole, calls)) == [
            expected_answer(f"prompt {n}", 300) for n in range(4)
        ]
        await poker.until(
            lambda s: [w.health == w.HEALTH_READY for w in s.workers].count(True) == 1
        )
        answers = await asyncio.gather(*(poker.answer(f"request {n}", 8) for n in range(8)))
        assert {worker for _, worker in answers} == {"worker-2"}
        poker.mesh.kill(0, signal.SIGCONT)
        await poker.until(lambda s: all(w.health == w.HEALTH_READY for w in s.workers))
