"""Explanations of two tenants through a whole mesh: a real Consul, workers and TensorFlow.

Each worker explains one at a time, in a process of its own that takes seconds to start: by
then all have come. What is counted is who ends after whom.
"""

import asyncio
import json
import sys
from collections import Counter
from typing import Any

import grpc
import pytest
from evenflow.v1 import explanation_pb2 as e
from evenflow.v1 import inference_pb2

from services.runtime.status import read_fault

PLACES = 4  # each worker's
POINTS = 257  # of every line, so that none ends at once


async def explained(poker: Any, tenant: str, text: str) -> str:
    """Have a label explained to the end; the worker that did it."""
    request = inference_pb2.ExplainRequest(
        label=inference_pb2.LabelTask(text=text),
        options=e.ExplanationOptions(steps=POINTS, tolerance=0),
    )
    metadata = (("evenflow-tenant", tenant),)
    worker = ""
    async for event in poker.inference.Explain(request, timeout=280, metadata=metadata):
        worker = event.started.worker_id or worker
        if event.HasField("finished"):
            return worker
    raise AssertionError("it ended without Finished")


@pytest.mark.consul
@pytest.mark.timeout(300)
async def test_who_asks_for_many_explanations_keeps_no_other_tenant_waiting(
    open_mesh, consul_dev
) -> None:
    ends: list[str] = []  # the workers of the tenant that wants many, one after another

    async def one_of_many(number: int) -> None:
        ends.append(await explained(poker, "greedy", f"What is the capital of country {number}?"))

    async with open_mesh(discovery="consul", consul_address=consul_dev.http) as poker:
        many = [asyncio.create_task(one_of_many(number)) for number in range(2 * PLACES)]
        await poker.until(
            lambda fleet: [w.load.explanations_used for w in fleet.workers] == [PLACES, PLACES]
        )
        words = ("explain", "Translate into French: good morning", "--classify", "--json")
        flags = (f"--steps={POINTS}", "--tolerance=0", "--tenant=other")
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "services.cli", *words, *flags),
            f"--target={poker.mesh.gateway.address}",
            stdout=asyncio.subprocess.PIPE,
        )
        assert process.stdout is not None
        first = json.loads(await process.stdout.readline())
        ended_before = len(ends)
        rest = [json.loads(line) async for line in process.stdout]
        ended_meanwhile = Counter(ends[ended_before:])
        ended_by_then = Counter(ends)
        assert await process.wait() == 0
        outcomes = await asyncio.gather(*many, return_exceptions=True)

    # What its person saw: that one was before it, and then that it went on.
    assert first == {"event": "progress", "stage": "waiting", "done": 0, "total": 1}
    (worker,) = {event["worker_id"] for event in rest if event["event"] == "started"}
    assert rest[-1]["event"] == "finished"
    # Of its worker's only the one that ran ended before it; others came after.
    assert ended_meanwhile[worker] <= 1
    assert Counter(ends)[worker] > ended_by_then[worker]
    # Where all places were taken, one of the many gave way, and was told so.
    gave_way = [outcome for outcome in outcomes if outcome is not None]
    assert len(ends) + len(gave_way) == 2 * PLACES
    for error in gave_way:
        assert isinstance(error, grpc.aio.AioRpcError)
        assert read_fault(error).reason == "EXPLAINER_BUSY"
    assert len(gave_way) <= 1
