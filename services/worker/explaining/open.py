"""What a worker's settings make of explaining: process, queue and limits, wired.

Decides what can be explained: the TensorFlow engine's model, whatever it is served
in, and classifiers that were trained as folders; nothing where TensorFlow is not
installed, for a worker that serves by LiteRT alone need not have it.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from importlib.util import find_spec
from pathlib import Path

from services.worker.classifiers.classifying import Classifiers
from services.worker.classifiers.folder import BUNDLED
from services.worker.classifiers.wanted import wanted_of
from services.worker.engines.batched import BatchedEngine
from services.worker.engines.models.finding import default_cache_dir
from services.worker.explaining.child import Child, command
from services.worker.explaining.explaining import Explaining, Limits
from services.worker.explaining.trained import Trained
from services.worker.explaining.turns import Turns
from services.worker.explaining.unread import Making
from services.worker.settings import WorkerSettings


@asynccontextmanager
async def open_explaining(
    settings: WorkerSettings,
    engine: BatchedEngine,
    classifiers: Classifiers,
    changed: Callable[[], None],
) -> AsyncIterator[tuple[Explaining, Turns]]:
    """Explain while the block runs; the process is started when it is first needed."""
    explains = settings.explanations > 0 and find_spec("tensorflow") is not None
    is_able = explains and has_gradients(settings)
    cache_dir = settings.cache_dir or default_cache_dir()
    bounds = (
        settings.explain_tokens,
        settings.explain_threads,
        settings.explain_memory_mb,
        cache_dir,
    )
    turns = Turns(settings.explanations, changed)
    async with (
        Child(command(*map(str, bounds)), idle=settings.explain_idle_seconds) as child,
        Making() as making,
    ):
        explaining = Explaining(
            engine,
            engine.tokenizer if is_able else None,
            settings.model,
            _folders(settings.classifiers, classifiers) if explains else {},
            child,
            turns,
            Limits(settings.explain_tokens, settings.explain_answer_tokens, engine.vocabulary),
            making,
        )
        if settings.explain_at_start and is_able:
            await child.start()
        yield explaining, turns


def has_gradients(settings: WorkerSettings) -> bool:
    """Whether the model that is served can be differentiated, in whatever it is served."""
    return settings.engine == "tensorflow"


def _folders(entries: tuple[str, ...], classifiers: Classifiers) -> dict[str, Trained]:
    """The folders of those that are served."""
    served = {info.name: info.version for info in classifiers.infos}
    folders = {}
    for wanted in map(wanted_of, entries):
        if wanted.name in served and not wanted.is_keras_file:
            path = Path(wanted.path) if wanted.path else BUNDLED
            folders[wanted.name] = Trained(path, served[wanted.name])
    return folders
