"""Which classifiers the settings name, opened and at work.

Decides what a classifier that cannot be opened comes to: a trained folder that was asked
for keeps the worker from starting; the bundled one and Keras files, which are other
people's, are done without, and told by name. LiteRT is imported only where a folder is
served, TensorFlow never.
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
from services.worker.classifiers.keras_classifier import KerasClassifier, command
from services.worker.classifiers.wanted import Wanted, wanted_of
from services.worker.engines.open import in_thread

log = structlog.get_logger(__name__)


@asynccontextmanager
async def open_classifiers(
    entries: Sequence[str], keras_memory_mb: int
) -> AsyncIterator[Classifiers]:
    """Serve classifiers while the block runs.

    Raises:
        StartFailed: a trained folder that was asked for cannot be opened.
    """
    async with AsyncExitStack() as stack:
        served = []
        for wanted in map(wanted_of, entries):
            try:
                classifier = await _opened(wanted, keras_memory_mb, stack)
            except (ClassifierError, ImportError) as error:
                if wanted.path and not wanted.is_keras_file:
                    raise StartFailed(f"classifier {wanted.name}: {error}") from None
                log.warning("classifier refused", classifier=wanted.name, error=str(error))
                continue
            classifying = Classifying(classifier)
            name = f"classifier {wanted.name}"
            await stack.enter_async_context(background(name, classifying.work()))
            served.append(classifying)
        yield Classifiers(served)


async def _opened(wanted: Wanted, keras_memory_mb: int, stack: AsyncExitStack) -> Classifier:
    if wanted.is_keras_file:
        process = command(Path(wanted.path), keras_memory_mb)
        return await stack.enter_async_context(KerasClassifier(process, wanted.name))

    def folder() -> Classifier:
        from services.worker.classifiers.litert_classifier import LiteRtClassifier

        path = Path(wanted.path) if wanted.path else BUNDLED
        classifier = LiteRtClassifier(open_folder(path), wanted.name)
        stack.callback(classifier.close)
        return classifier

    return await in_thread(folder)
