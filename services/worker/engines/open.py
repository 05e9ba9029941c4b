"""Which engine the settings name; the only file that knows all of them.

TensorFlow is imported only where its engine is asked for.
"""

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

from services.worker.engines.batched import BatchedEngine
from services.worker.engines.engine import Serving, StepLimits
from services.worker.engines.scripted import VOCABULARY, Pace, ScriptedModel, ScriptedTokenizer
from services.worker.settings import EngineSettings

T = TypeVar("T")
Progress = Callable[[str, float], None]


async def open_engine(settings: EngineSettings, progress: Progress) -> BatchedEngine:
    """Load the model; the engine runs once it is entered. `progress` is called on any thread."""
    match settings.engine:
        case "scripted":
            return _scripted(settings)
        case "tensorflow":
            return await in_thread(lambda: _tensorflow(settings, progress))
        case unknown:
            raise ValueError(f"no engine called {unknown!r}")


def _scripted(settings: EngineSettings) -> BatchedEngine:
    limits = StepLimits(settings.slots, settings.context, VOCABULARY, settings.prefill_chunk)
    pace = Pace(
        settings.scripted_step_ms / 1e3,
        settings.scripted_row_ms / 1e3,
        settings.scripted_prefill_rate,
    )
    model = ScriptedModel(limits, pace)
    return BatchedEngine("scripted", model, ScriptedTokenizer(), _serving(settings))


def _tensorflow(settings: EngineSettings, progress: Progress) -> BatchedEngine:
    from services.worker.engines.models.finding import default_cache_dir
    from services.worker.engines.pretrained import open_pretrained

    name, model, tokenizer = open_pretrained(
        settings.model,
        settings.cache_dir or default_cache_dir(),
        slots=settings.slots,
        context=settings.context,
        threads=settings.threads,
        prefill_chunk=settings.prefill_chunk,
        precision=settings.precision,
        memory_mb=settings.memory_mb,
        xla=settings.xla,
        progress=progress,
        prepared_dir=settings.prepared_dir,
    )
    return BatchedEngine(name, model, tokenizer, _serving(settings))


def _serving(settings: EngineSettings) -> Serving:
    return Serving(
        prefix_reuse=settings.prefix_reuse,
        kv_tokens=settings.kv_tokens,
        prefill_beside=settings.prefill_beside,
    )


async def in_thread(work: Callable[[], T]) -> T:
    """Await work on a daemon thread: a signal need not wait for a model to load.

    `asyncio.to_thread` would: its threads are joined when the process ends.
    """
    loop = asyncio.get_running_loop()
    done: asyncio.Future[T] = loop.create_future()

    def settle(result: T | None, error: BaseException | None) -> None:
        if done.cancelled():
            return
        if error is not None:
            done.set_exception(error)
        else:
            done.set_result(result)  # type: ignore[arg-type]  # None only beside an error

    def run() -> None:
        result, failure = None, None
        try:
            result = work()
        except BaseException as error:
            failure = error
        with suppress(RuntimeError):  # the loop has ended meanwhile
            loop.call_soon_threadsafe(settle, result, failure)

    threading.Thread(target=run, name="open engine", daemon=True).start()
    return await done
