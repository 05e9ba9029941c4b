"""The app's own promises: no port without good settings, an end with a dead engine."""

import asyncio
import sys
import threading

import pytest
from evenflow.v1 import generation_pb2, worker_pb2, worker_pb2_grpc

from services.discovery.endpoint import Discovery
from services.discovery.memory import MemoryRegistry
from services.runtime.settings import SettingsError, load
from services.runtime.transport import open_channel
from services.worker import app
from services.worker.engines.batched import BatchedEngine
from services.worker.engines.engine import StepLimits
from services.worker.engines.open import in_thread
from services.worker.engines.scripted import VOCABULARY, Pace, ScriptedModel, ScriptedTokenizer
from services.worker.errors import EngineDied
from services.worker.settings import WorkerSettings


class Mortal(ScriptedModel):
    """Cannot let go of a sequence, and that is its end."""

    def release(self, slot: int, keep: int = 0) -> None:
        raise RuntimeError("nothing works any more")


async def test_a_dead_engine_ends_the_app(monkeypatch: pytest.MonkeyPatch) -> None:
    async def open_mortal(*_: object) -> BatchedEngine:
        limits = StepLimits(slots=2, context=64, vocabulary=VOCABULARY, prefill_chunk=8)
        return BatchedEngine("mortal", Mortal(limits, Pace()), ScriptedTokenizer())

    monkeypatch.setattr(app, "open_engine", open_mortal)
    settings = WorkerSettings(listen="127.0.0.1:0", metrics_listen=None)
    registry = MemoryRegistry()
    request = worker_pb2.ExecuteRequest(prompt="Hi", sampling=generation_pb2.Sampling(max_tokens=1))
    with pytest.raises(EngineDied):
        async with (
            app.serve(settings, Discovery(registry, registry)) as running,
            open_channel(running.address, None) as channel,
        ):
            worker_pb2_grpc.WorkerServiceStub(channel).Execute(request)
            await asyncio.Event().wait()


async def test_work_in_a_thread_returns_raises_and_can_be_left() -> None:
    assert await in_thread(lambda: 42) == 42
    with pytest.raises(ZeroDivisionError):
        await in_thread(lambda: 1 // 0)
    started, release = asyncio.Event(), threading.Event()
    loop = asyncio.get_running_loop()

    def slow() -> None:
        loop.call_soon_threadsafe(started.set)
        release.wait()

    waiting = asyncio.ensure_future(in_thread(slow))
    await started.wait()
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    release.set()


def test_all_faults_of_settings_are_told_at_once() -> None:
    flags = ["--engine", "magic", "--slots", "0", "--context", "many", "--scripted-step-ms", "nan"]
    with pytest.raises(SettingsError) as refused:
        load(WorkerSettings, "worker", flags, {"EVENFLOW_WORKER_SPEED": "9"})
    assert len(refused.value.faults) == 5


async def test_the_scripted_worker_needs_no_tensorflow() -> None:
    program = "import sys, services.worker.app as a; sys.exit('tensorflow' in sys.modules)"
    child = await asyncio.create_subprocess_exec(sys.executable, "-c", program)
    assert await child.wait() == 0
