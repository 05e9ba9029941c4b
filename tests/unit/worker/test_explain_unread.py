"""Explanations go on at their own pace, and little is kept for whoever reads slowly."""

import asyncio
from collections.abc import AsyncGenerator, Sequence

import pytest

from services.runtime.text import Text
from services.worker.explaining.errors import ExplainerFailed
from services.worker.explaining.events import Event, Finished, Outcome, Progress, Stage, Started
from services.worker.explaining.unread import Making
from services.worker.explaining.values import Attributed, Method

STARTED = Started("r", "small", "1", (), (), True, "zeros")
OWED = Outcome(Attributed(0, 7, (1.0,), -1.0, -2.0, 0.0, 0.0, ()), (Text("a"),))
FINISHED = Finished(Method.INTEGRATED_GRADIENTS, 1, 1, 5, 0.0, True, 0.0, 1.0)


def computing(done: int) -> Progress:
    return Progress(Stage.COMPUTING, done, 1000)


class Made:
    """Makes these events, and tells when it is over."""

    def __init__(self, events: Sequence[Event], error: Exception | None = None) -> None:
        self._events = events
        self._error = error
        self.is_over = asyncio.Event()

    async def make(self) -> AsyncGenerator[Event, None]:
        try:
            for event in self._events:
                await asyncio.sleep(0)
                yield event
            if self._error is not None:
                raise self._error
        finally:
            self.is_over.set()


async def test_what_nobody_reads_is_made_to_its_end_and_only_newer_progress_replaces_any():
    answering = [Progress(Stage.ANSWERING, n, 9) for n in range(9)]
    passes = [computing(n) for n in range(1000)]
    made = Made([*answering, *passes, STARTED, *passes, OWED, OWED, FINISHED])
    async with Making() as making, making.unread(made.make()) as events:
        await made.is_over.wait()
        heard = [event async for event in events]
    assert heard == [
        answering[-1],
        passes[-1],
        STARTED,
        passes[-1],
        OWED,
        OWED,
        FINISHED,
    ]


async def test_whoever_keeps_up_hears_all():
    said = [STARTED, *(computing(n) for n in range(5)), OWED, FINISHED]
    async with Making() as making, making.unread(Made(said).make()) as events:
        assert [event async for event in events] == said


async def test_an_explanation_that_fails_says_first_what_it_has():
    made = Made([STARTED, OWED], ExplainerFailed())
    async with Making() as making, making.unread(made.make()) as kept:
        await made.is_over.wait()
        events = aiter(kept)
        assert [await anext(events), await anext(events)] == [STARTED, OWED]
        with pytest.raises(ExplainerFailed):
            await anext(events)


async def test_who_leaves_ends_it():
    made = Made([computing(n) for n in range(1_000_000)])
    async with Making() as making, making.unread(made.make()) as events:
        assert await anext(aiter(events)) == computing(0)
        assert not made.is_over.is_set()
    assert made.is_over.is_set()


async def test_what_ends_the_process_comes_out_as_it_is_and_ends_all_that_is_made():
    made = Made([computing(n) for n in range(1_000_000)])
    with pytest.raises(ZeroDivisionError):
        async with Making() as making:
            events = await making.unread(made.make()).__aenter__()  # a call that has not ended
            await anext(aiter(events))
            raise ZeroDivisionError
    assert made.is_over.is_set()
