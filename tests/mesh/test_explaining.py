"""Explanations through a whole mesh: the bundled classifier, differentiated for real."""

import asyncio
import os
import signal
from pathlib import Path

import grpc
import pytest
from evenflow.v1 import explanation_pb2, inference_pb2

from services.runtime.status import read_fault

TEXT = "Translate into French: good morning, my friend"
# Explaining yields to all else on the machine, and TensorFlow is long to load.
PATIENCE = 300


def label(**fields) -> inference_pb2.ExplainRequest:
    return inference_pb2.ExplainRequest(label=inference_pb2.LabelTask(text=TEXT), **fields)


def explaining_processes(worker_pid: int) -> list[int]:
    """The process in which a worker explains, where it runs."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(stat.read_text().rsplit(")", 1)[1].split()[1])
            is_ours = b"explain_process" in (stat.parent / "cmdline").read_bytes()
        except (OSError, IndexError):
            continue
        if parent == worker_pid and is_ours:
            found.append(int(stat.parent.name))
    return found


async def test_a_label_is_explained_though_an_explaining_process_is_killed(poker) -> None:
    call = aiter(poker.inference.Explain(label(request_id="mine"), timeout=PATIENCE))
    first = await anext(call)
    assert first.progress.stage == explanation_pb2.ExplanationProgress.STAGE_LOADING
    pids = [pid for worker in poker.mesh.workers for pid in explaining_processes(worker.pid)]
    assert len(pids) == 1
    os.kill(pids[0], signal.SIGKILL)
    events = [event async for event in call]
    kinds = [event.WhichOneof("event") for event in events if not event.HasField("progress")]
    assert kinds == ["started", "attribution", "finished"]
    started = next(event.started for event in events if event.HasField("started"))
    assert (started.request_id, started.model) == ("mine", "task")
    told = next(event.attribution for event in events if event.HasField("attribution"))
    assert len(told.scores) == len(started.prompt)
    change = told.logprob - told.baseline_logprob
    assert sum(told.scores) == pytest.approx(change, abs=0.02 * abs(change))
    assert told.alternatives[0].text == "translation"
    assert events[-1].finished.is_complete


async def test_a_model_without_gradients_generates_and_explains_nothing(poker) -> None:
    request = inference_pb2.ExplainRequest(prompt=inference_pb2.PromptTask(text=TEXT))
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        async for _ in poker.inference.Explain(request, timeout=PATIENCE):
            pass
    fault = read_fault(caught.value)
    assert (fault.code.name, fault.reason) == ("FAILED_PRECONDITION", "NOT_EXPLAINABLE")
    snapshot = await poker.until_idle()
    assert all(worker.load.generated_tokens_total == 0 for worker in snapshot.workers)
    assert all(worker.health == worker.HEALTH_READY for worker in snapshot.workers)


async def test_who_leaves_an_explanation_leaves_nothing_behind(poker) -> None:
    call = poker.inference.Explain(label(), timeout=PATIENCE)
    await call.read()
    call.cancel()
    await poker.until(lambda snapshot: all(w.load.explanations_used == 0 for w in snapshot.workers))
    async with asyncio.timeout(PATIENCE):
        assert [event async for event in poker.inference.Explain(label())][-1].finished.is_complete
