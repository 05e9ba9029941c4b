"""One classifier at work: calls in, batches through it, rows out.

Carries out what `microbatch.py` decides. A batch that fails fails the calls
that have a text in it, and no others. Knows nothing of what runs the texts.
"""

import asyncio
from collections.abc import Mapping, Sequence
from itertools import count

import structlog

from services.runtime.text import Text
from services.worker.classifiers.classifier import Classifier, ClassifierInfo, Row
from services.worker.classifiers.microbatch import MicroBatch, Turn
from services.worker.errors import ClassifierBusy, ClassifierFailed

log = structlog.get_logger(__name__)

# A full batch of short texts takes a few milliseconds: so long may who comes next wait.
AT_ONCE = 32
# Texts that wait at most; a call of as many as a call may hold always fits an idle one.
MOST_WAITING = 2048


class _Call:
    """The texts of one call, and their rows as they come."""

    def __init__(self, texts: Sequence[Text], done: "asyncio.Future[None]") -> None:
        self.texts = texts
        self.rows: list[Row | None] = [None] * len(texts)
        self.left = len(texts)
        self.done = done

    def ran(self, index: int, row: Row) -> None:
        self.rows[index] = row
        self.left -= 1
        if not self.left and not self.done.done():
            self.done.set_result(None)

    def failed(self, error: Exception) -> None:
        if not self.done.done():
            self.done.set_exception(error)


class Classifying:
    """Serves one classifier while `work` runs."""

    def __init__(
        self, classifier: Classifier, *, at_once: int = AT_ONCE, most: int = MOST_WAITING
    ) -> None:
        self._classifier = classifier
        self._batch = MicroBatch(at_once, most)
        self._calls: dict[int, _Call] = {}
        self._numbers = count(1)
        self._has_come = asyncio.Event()
        self._loop = asyncio.get_running_loop()

    @property
    def info(self) -> ClassifierInfo:
        """Who the classifier is."""
        return self._classifier.info

    async def classify(self, texts: Sequence[Text]) -> Sequence[Row]:
        """A row of probabilities for each text; one that is cancelled gives up its place.

        Raises:
            ClassifierBusy: as many texts wait as may.
            ClassifierFailed: it cannot run these texts.
        """
        number = next(self._numbers)
        full = self._batch.came(number, len(texts))
        if full is not None:
            raise ClassifierBusy(self.info.name, full.limit, full.wait)
        call = self._calls[number] = _Call(texts, self._loop.create_future())
        self._has_come.set()
        try:
            await call.done
        finally:
            self._batch.left(number)
            del self._calls[number]
        return [row for row in call.rows if row is not None]

    async def work(self) -> None:
        """Run batch after batch. Never returns."""
        while True:
            turns = self._batch.next()
            if turns:
                await self._run(turns)
            else:
                self._has_come.clear()
                await self._has_come.wait()

    async def _run(self, turns: Sequence[Turn]) -> None:
        calls = [self._calls[number] for number, _ in turns]  # held, should one of them leave
        began = self._loop.time()
        try:
            texts = [call.texts[index] for call, (_, index) in zip(calls, turns, strict=True)]
            rows = await self._classifier.run(texts)
        except Exception as error:  # whatever a model makes of a text
            # The exception's own words may hold some of the text.
            log.error("batch failed", model=self.info.name, error=type(error).__name__)  # noqa: TRY400
            for call in calls:
                call.failed(ClassifierFailed(self.info.name))
        else:
            for call, (_, index), row in zip(calls, turns, rows, strict=True):
                call.ran(index, row)
        finally:
            self._batch.ran(self._loop.time() - began)


class Classifiers:
    """All that a worker serves, by name."""

    def __init__(self, served: Sequence[Classifying] = ()) -> None:
        self._by_name: Mapping[str, Classifying] = {each.info.name: each for each in served}

    @property
    def infos(self) -> tuple[ClassifierInfo, ...]:
        """Who they are, by name."""
        return tuple(self._by_name[name].info for name in sorted(self._by_name))

    def find(self, name: str) -> Classifying | None:
        """The one called that; "" the only one there is."""
        if not name and len(self._by_name) == 1:
            (only,) = self._by_name.values()
            return only
        return self._by_name.get(name)
