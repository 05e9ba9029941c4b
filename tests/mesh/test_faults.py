"""Workers and the balancer die: who notices, and who does not."""

import asyncio
import signal

import grpc
import pytest

from services.runtime.status import read_fault
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


async def test_a_worker_lost_after_it_is_told_with_what_a_resume_needs(open_mesh) -> None:
    async with open_mesh(worker_settings={"scripted_step_ms": 20}) as poker:
        calls = [aiter(poker.generate(f"prompt {n}", 400)) for n in range(8)]
        started = [(await anext(call)).started for call in calls]
        victim = started[0].worker_id
        index = next(w.index for w in poker.mesh.workers if w.id == victim)
        poker.mesh.kill(index, signal.SIGKILL)
        for number, (call, begin) in enumerate(zip(calls, started, strict=True)):
            text, tokens = "", 0
            try:
                async for response in call:
                    assert response.delta.position in (0, tokens)
                    text += response.delta.text
                    tokens += len(response.delta.token_ids)
            except grpc.aio.AioRpcError as error:
                fault = read_fault(error)
                assert begin.worker_id == victim
                assert (fault.code, fault.reason) == (grpc.StatusCode.UNAVAILABLE, "WORKER_LOST")
                assert fault.metadata["worker_id"] == victim
                assert fault.metadata["position"] == str(tokens)
                assert expected_answer(f"prompt {number}", 400).startswith(text)
            else:
                assert begin.worker_id != victim
                assert text == expected_answer(f"prompt {number}", 400)
        # It comes back under a newer epoch, and works.
        old = next(b.worker_epoch for b in started if b.worker_id == victim)
        await poker.until(
            lambda s: (
                len(s.workers) == 2
                and all(
                    worker.load.epoch and worker.health == worker.HEALTH_READY
                    for worker in s.workers
                )
                and next(w for w in s.workers if w.worker_id == victim).load.epoch > old
            )
        )
        text, _ = await poker.answer("again", 8)
        assert text == expected_answer("again", 8)


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


@pytest.mark.parametrize("number", [signal.SIGSTOP])
async def test_a_frozen_worker_is_taken_out_and_comes_back(open_mesh, number) -> None:
    async with open_mesh() as poker:
        poker.mesh.kill(0, number)
        await poker.until(
            lambda s: [w.health == w.HEALTH_READY for w in s.workers].count(True) == 1
        )
        answers = await asyncio.gather(*(poker.answer(f"request {n}", 8) for n in range(8)))
        assert {worker for _, worker in answers} == {"worker-2"}
        poker.mesh.kill(0, signal.SIGCONT)
        await poker.until(lambda s: all(w.health == w.HEALTH_READY for w in s.workers))
