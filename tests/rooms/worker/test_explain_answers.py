"""Answers and their explanations at a worker: the scripted engine, and numbers by hand."""

import asyncio
import sys
from collections.abc import AsyncGenerator, Callable
from contextlib import ExitStack, asynccontextmanager

import pytest
from evenflow.v1.explanation_pb2 import ExplanationOptions
from evenflow.v1.worker_pb2 import WorkerServiceExplainRequest

from services.runtime.text import Text
from services.worker.engines.batched import BatchedEngine
from services.worker.engines.engine import Ended, Event, Job, Reason, Serving, StepLimits
from services.worker.engines.scripted import (
    VOCABULARY,
    Pace,
    ScriptedModel,
    ScriptedTokenizer,
    expected_tokens,
)
from services.worker.errors import EmptyPrompt
from services.worker.explaining.calls import explain
from services.worker.explaining.child import Child
from services.worker.explaining.errors import (
    EmptyAnswer,
    ExplainerBusy,
    TooLongToExplain,
    UnknownAnswer,
)
from services.worker.explaining.events import Finished, Outcome, Progress, Stage, Started
from services.worker.explaining.explaining import Explaining, Limits
from services.worker.explaining.reading import AnswerWanted
from services.worker.explaining.turns import Turns
from services.worker.explaining.unread import Making
from services.worker.explaining.values import Options
from services.worker.load import Identity

TINY = (sys.executable, "-m", "tests.tools.tiny_explainer")
LIMITS = StepLimits(slots=2, context=256, vocabulary=VOCABULARY, prefill_chunk=8)
PROMPT = "hello"


class Silent(BatchedEngine):
    """Ends every answer before its first token."""

    async def generate(self, job: Job) -> AsyncGenerator[Event, None]:
        yield Ended(Reason.STOP, 1, 0, 0, 0.0, 0.0, 0.0)


@asynccontextmanager
async def an_explaining(
    kind: type[BatchedEngine] = BatchedEngine,
    changed: Callable[[], None] = lambda: None,
    places: int = 2,
):
    model = ScriptedModel(LIMITS, Pace(step_seconds=0.001))
    turns = Turns(places, changed)
    tokenizer, limits = ScriptedTokenizer(), Limits(64, 16, VOCABULARY)
    async with (
        kind("small", model, tokenizer, Serving()) as engine,
        Child(TINY, idle=60.0) as child,
        Making() as making,
    ):
        explaining = Explaining(engine, tokenizer, "small", {}, child, turns, limits, making)
        yield explaining, engine, turns


def wanted(answer=None, lease_id: int = 0, prompt: str = PROMPT, **options) -> AnswerWanted:
    told = Options(**{"max_answer_tokens": 3, **options})
    return AnswerWanted("r", "", Text(prompt), answer, told, "", lease_id)


async def test_an_answer_is_generated_first_then_waits_then_is_explained():
    async with an_explaining() as (explaining, engine, turns):
        stages, leases = [], set()
        before_it = ExitStack()
        other = before_it.enter_context(turns.turn("another"))
        assert other.join() == 0
        assert [ahead async for ahead in other.nearing()] == []
        events = explaining.answer(wanted(lease_id=7))
        while Stage.WAITING not in stages:
            event = await anext(events)
            leases |= set(engine.load().lease_ids)
            assert isinstance(event, Progress)
            stages.append(event.stage)
        # The place in the queue is still another's, and the slot is given back.
        assert stages == [Stage.ANSWERING] * 3 + [Stage.WAITING]
        assert leases == {7}
        assert engine.load().slots_used == 0
        rest = asyncio.ensure_future(anext(events))
        await asyncio.sleep(0)
        assert not rest.done()
        before_it.close()
        told = [await rest, *[event async for event in events]]
    kinds = [type(event) for event in told if not isinstance(event, Progress)]
    assert kinds == [Started, Outcome, Outcome, Outcome, Finished]
    started = next(event for event in told if isinstance(event, Started))
    assert started.answer_generated
    assert [token.token_id for token in started.prompt] == list(PROMPT.encode())
    expected = expected_tokens(PROMPT, 3)
    assert [token.token_id for token in started.answer] == list(expected)
    first = next(event for event in told if isinstance(event, Outcome))
    assert first.found.scores == pytest.approx([-(b**2) / 100 for b in PROMPT.encode()])


async def test_who_waits_is_told_how_many_are_before_it_whenever_that_changes():
    async with an_explaining(places=5) as (explaining, _, turns):
        others = [ExitStack() for _ in range(3)]
        for left, scope in zip(others, "aab", strict=True):
            left.enter_context(turns.turn(scope)).join()
        events = explaining.answer(wanted((4, 5)))  # of a scope of its own
        told = [await anext(events)]
        first, second, third = others
        coming = asyncio.ensure_future(anext(events))
        first.close()  # that of b and this one are before a's second
        told.append(await coming)
        coming = asyncio.ensure_future(anext(events))
        await asyncio.sleep(0)
        second.close()
        await asyncio.sleep(0)
        assert not coming.done(), "nothing has changed for it"
        third.close()
        rest = [await coming, *[event async for event in events]]
    waits = [Progress(Stage.WAITING, 0, 2), Progress(Stage.WAITING, 1, 2)]
    assert told == waits
    assert not [event for event in rest if isinstance(event, Progress) and event in waits]
    assert isinstance(rest[-1], Finished)


async def test_a_given_answer_needs_no_engine():
    async with an_explaining(Silent) as (explaining, _, _):
        events = [event async for event in explaining.answer(wanted((4, 5)))]
        (started,) = [event for event in events if isinstance(event, Started)]
        assert not started.answer_generated
        assert [token.token_id for token in started.answer] == [4, 5]
        events = [event async for event in explaining.answer(wanted(Text("ab")))]
        (started,) = [event for event in events if isinstance(event, Started)]
        assert [token.token_id for token in started.answer] == list(b"ab")


@pytest.mark.parametrize(
    ("what", "error", "told"),
    [
        (wanted(), EmptyAnswer, "give one"),
        (wanted((VOCABULARY,)), UnknownAnswer, f"below {VOCABULARY}"),
        (wanted((1, 2, 3, 4)), TooLongToExplain, "the answer has 4 tokens; at most 3"),
        (wanted(prompt=""), EmptyPrompt, "no token for anything"),
        (wanted(prompt="x" * 64), TooLongToExplain, "have 65 tokens; at most 64"),
    ],
)
async def test_what_cannot_be_explained_gives_its_place_back(what, error, told):
    async with an_explaining(Silent) as (explaining, _, turns):
        with pytest.raises(error, match=told):
            async for _ in explaining.answer(what):
                pass
        assert turns.used == 0


async def test_who_finds_no_place_generates_nothing():
    async with an_explaining() as (explaining, engine, turns):
        with turns.turn(""), turns.turn("another"):
            with pytest.raises(ExplainerBusy):
                await anext(explaining.answer(wanted()))
            assert engine.load().generated_tokens_total == 0


async def test_who_does_not_read_holds_up_nobody():
    has_ended = asyncio.Event()
    async with an_explaining(changed=lambda: turns.used or has_ended.set()) as found:
        explaining, engine, turns = found
        identity = Identity("w", 1, engine.info)
        request = WorkerServiceExplainRequest(
            prompt=PROMPT, options=ExplanationOptions(max_answer_tokens=16)
        )
        unread = explain(request, explaining, identity)
        await anext(unread)
        await has_ended.wait()
        told = [response.WhichOneof("event") async for response in unread]
    kinds = [kind for kind in told if kind != "progress"]
    assert kinds == ["started", *16 * ["attribution"], "finished"]
    assert len(told) - len(kinds) < 20
