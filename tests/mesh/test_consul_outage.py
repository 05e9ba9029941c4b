"""Consul dies under load: nobody notices; who starts meanwhile joins when it is back."""

import asyncio
import itertools
import os

import pytest

from services.cli.mesh.worker_process import worker_process
from services.runtime.lifecycle import Running
from services.worker.engines.scripted import expected_answer
from tests.tools.consul_agent import consul_agent

OUTAGE_SECONDS = 20.0


@pytest.mark.consul
@pytest.mark.timeout(180)
async def test_no_request_fails_while_consul_is_dead(open_mesh, real_consul) -> None:
    async with (
        consul_agent() as agent,
        open_mesh(discovery="consul", consul_address=agent.http) as poker,
        asyncio.TaskGroup() as group,
    ):
        served: list[str] = []
        enough = asyncio.Event()

        async def caller(number: int) -> None:
            for turn in itertools.count():
                prompt = f"caller {number} turn {turn}"
                text, worker = await poker.answer(prompt, 32)
                assert text == expected_answer(prompt, 32)
                served.append(worker)
                if enough.is_set():
                    return

        for number in range(8):
            group.create_task(caller(number))
        await agent.kill()
        flags = (*poker.mesh.plan.worker_flags, "--instance-id=latecomer")
        async with worker_process(flags, os.environ, grace=10, said=lambda line: None) as late:
            running = await anext(
                news async for news in late.announcements() if type(news) is Running
            )
            assert running.instance_id == "latecomer"
            before = len(served)
            await asyncio.sleep(OUTAGE_SECONDS)  # how long it is dead is what is asked
            assert len(served) > before + 100, "the load went on all the while"
            assert "latecomer" not in served
            await agent.start()
            await poker.until(
                lambda s: (
                    [w.health for w in s.workers] == [w.HEALTH_READY for w in s.workers]
                    and len(s.workers) == 3
                )
            )
            while "latecomer" not in served:
                _, worker = await poker.answer(f"is it there {len(served)}", 4)  # never a cache hit
                served.append(worker)
            enough.set()
