"""Which classifiers the settings name, opened and at work.

Decides what a classifier that cannot be opened comes to: one that was asked for
keeps the worker from starting, the bundled one is done without. LiteRT is
imported only where one is served, TensorFlow never.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import structlog

from services.runtime.lifecycle import StartFailed, background
from services.worker.classifiers.classifier import Classifier
from services.worker.classifiers.classifying import Classifiers, Classifying
from services.worker.classifiers.errors import ClassifierError
from services.worker.classifiers.folder import BUNDLED, open_folder
from services.worker.classifiers.wanted import Wanted, wanted_of
from services.worker.engines.open import in_thread

log = structlog.get_logger(__name__)


@asynccontextmanager
async def open_classifiers(entries: Sequence[str]) -> AsyncIterator[Classifiers]:
    """Serve classifiers while the block runs.

    Raises:
        StartFailed: one that was asked for cannot be opened.
    """
    async with AsyncExitStack() as stack:
        served = []
        for wanted in map(wanted_of, entries):
            try:
                classifier = await _opened(wanted, stack)
            except (ClassifierError, ImportError) as error:
                if wanted.path:
                    raise StartFailed(f"classifier {wanted.name}: {error}") from None
                log.warning("no task model", error=str(error))
                continue
            classifying = Classifying(classifier)
            name = f"classifier {wanted.name}"
            await stack.enter_async_context(background(name, classifying.work()))
            served.append(classifying)
        yield Classifiers(served)


async def _opened(wanted: Wanted, stack: AsyncExitStack) -> Classifier:
    def folder() -> Classifier:
        from services.worker.classifiers.litert_classifier import LiteRtClassifier

        path = Path(wanted.path) if wanted.path else BUNDLED
        classifier = LiteRtClassifier(open_folder(path), wanted.name)
        stack.callback(classifier.close)
        return classifier

    return await in_thread(folder)
