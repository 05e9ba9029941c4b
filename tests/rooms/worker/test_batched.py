"""The engine without a server: its thread, its readers, and a model that fails."""

import asyncio
import threading
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing

import numpy as np
import pytest

from services.runtime.text import Text
from services.worker.engines.batched import BatchedEngine
from services.worker.engines.engine import (
    Began,
    Ended,
    Event,
    Job,
    Logits,
    Piece,
    Row,
    Sampling,
    Serving,
    StepLimits,
)
from services.worker.engines.scripted import (
    VOCABULARY,
    Pace,
    ScriptedModel,
    ScriptedTokenizer,
    expected_answer,
    expected_tokens,
)
from services.worker.errors import EngineDied, EngineFailed, NoSlot, PromptTooLong

LIMITS = StepLimits(slots=4, context=256, vocabulary=VOCABULARY, prefill_chunk=8)


class Poisoned(ScriptedModel):
    """Fails at steps that hold a marked token: "!" raises, "?" has logits that are no numbers."""

    def __init__(self) -> None:
        super().__init__(LIMITS, Pace(step_seconds=0.001))
        self.released: list[int] = []

    def prefill(self, slot: int, start: int, tokens: Sequence[int]) -> None:
        if ord("#") in tokens:
            raise RuntimeError("secret of the prompt")
        super().prefill(slot, start, tokens)

    def decode(self, rows: Sequence[Row]) -> Logits:
        if any(row.token == ord("!") for row in rows):
            raise RuntimeError("secret of the prompt")
        logits = super().decode(rows)
        for index, row in enumerate(rows):
            if row.token == ord("?"):
                logits[index, 0] = np.nan
        return logits

    def release(self, slot: int, keep: int = 0) -> None:
        self.released.append(slot)
        super().release(slot, keep)


class Gated(ScriptedModel):
    """Lets a step run only once it is let through."""

    def __init__(self) -> None:
        super().__init__(LIMITS, Pace())
        self.gate = threading.Semaphore(0)

    def decode(self, rows: Sequence[Row]) -> Logits:
        self.gate.acquire()
        return super().decode(rows)


def engine(model: ScriptedModel | None = None, *, prefix_reuse: bool = True) -> BatchedEngine:
    model = model or ScriptedModel(LIMITS, Pace())
    return BatchedEngine("test", model, ScriptedTokenizer(), Serving(prefix_reuse=prefix_reuse))


def job(prompt: str, max_tokens: int = 8, lease_id: int = 0) -> Job:
    return Job("r-1", Text(prompt), Sampling(max_tokens=max_tokens), lease_id)


async def run(of: BatchedEngine, prompt: str, max_tokens: int = 8) -> list[Event]:
    async with aclosing(of.generate(job(prompt, max_tokens))) as events:
        return [event async for event in events]


def text(events: Sequence[Event]) -> str:
    return "".join(event.text.reveal for event in events if isinstance(event, Piece))


async def changed_until_idle(of: BatchedEngine) -> None:
    changed = asyncio.Event()
    of.on_change = changed.set
    while of.load().slots_used:
        changed.clear()
        await changed.wait()


async def test_a_reader_that_waits_gets_its_pieces_as_one() -> None:
    async with engine() as running, aclosing(running.generate(job("Hi", 50))) as events:
        assert await anext(events) == Began(2, 0)
        await changed_until_idle(running)
        rest = [event async for event in events]
    piece, ended = rest
    assert isinstance(piece, Piece)
    assert isinstance(ended, Ended)
    assert (piece.position, piece.token_ids) == (0, tuple(expected_tokens("Hi", 50)))
    assert piece.text.reveal == expected_answer("Hi", 50)


@pytest.mark.parametrize("poison", ["raise!", "not a number?", "#in the first chunk"])
async def test_a_poisoned_sequence_fails_alone(poison: str) -> None:
    model = Poisoned()
    async with engine(model, prefix_reuse=False) as running:
        healthy = [asyncio.ensure_future(run(running, f"prompt {n}", 40)) for n in range(3)]
        with pytest.raises(EngineFailed) as failed:
            await run(running, poison)
        assert "secret" not in str(failed.value)
        assert failed.value.__cause__ is None
        for n, answer in enumerate(healthy):
            assert text(await answer) == expected_answer(f"prompt {n}", 40)
        assert running.load().slots_used == 0
        assert len(model.released) == 4
        assert text(await run(running, "after")) == expected_answer("after", 8)


async def test_an_engine_whose_thread_dies_says_so_to_everybody() -> None:
    class Mortal(ScriptedModel):
        def release(self, slot: int, keep: int = 0) -> None:
            raise RuntimeError("nothing works any more")

    async with engine(Mortal(LIMITS, Pace(step_seconds=0.001))) as running:
        staying = asyncio.ensure_future(run(running, "stays", 200))
        ending = asyncio.ensure_future(run(running, "ends", 1))
        with pytest.raises(EngineDied):
            await running.until_dead()
        results = await asyncio.gather(staying, ending, return_exceptions=True)
        assert EngineFailed in map(type, results)
        with pytest.raises(EngineFailed):
            await run(running, "too late")
        assert running.load().slots_used == 0


async def test_the_step_count_stands_still_while_the_thread_is_stuck() -> None:
    model = Gated()
    async with engine(model) as running, aclosing(running.generate(job("A", 10, 7))) as events:
        first = asyncio.ensure_future(anext(events))
        model.gate.release()
        await first
        stuck = running.load()
        assert (stuck.slots_used, stuck.lease_ids) == (1, (7,))
        assert running.load().step_count == stuck.step_count
        model.gate.release()
        await anext(events)  # the first step's piece
        await anext(events)
        assert running.load().step_count == stuck.step_count + 1
        model.gate.release(20)


async def test_slots_and_context_are_refused_before_any_event() -> None:
    model = Gated()
    async with engine(model) as running:
        held: list[AsyncGenerator[Event, None]] = [running.generate(job("A")) for _ in range(4)]
        firsts = [asyncio.ensure_future(anext(one)) for one in held]
        await asyncio.sleep(0)  # each takes its seat when it is first awaited
        with pytest.raises(NoSlot):
            await run(running, "A")
        model.gate.release(1000)
        await asyncio.gather(*firsts)
        for one in held:
            await one.aclose()
        await changed_until_idle(running)
        with pytest.raises(PromptTooLong, match="256 tokens"):
            await run(running, "x" * 256)
        assert text(await run(running, "x" * 255)) == expected_answer("x" * 255, 1)
        assert (running.load().slots_used_peak, running.load().slots_used) == (4, 0)


async def test_closing_ends_all_sequences_and_may_be_done_twice() -> None:
    async with engine(ScriptedModel(LIMITS, Pace(step_seconds=0.001))) as running:
        staying = asyncio.ensure_future(run(running, "stays", 200))
        events = running.generate(job("begins", 200))
        await anext(events)
        await running.aclose()
        with pytest.raises(EngineFailed):
            await staying
        await running.aclose()
        await events.aclose()
        assert running.load().slots_used == 0
        assert not [thread for thread in threading.enumerate() if thread.name == "engine"]


async def test_prompts_of_one_scope_alone_share_what_they_begin_with() -> None:
    def asked(prompt: str, scope: str) -> Job:
        return Job("r-1", Text(prompt), Sampling(max_tokens=3), cache_scope=scope)

    async def cached(running: BatchedEngine, job: Job) -> list[int]:
        events = [event async for event in running.generate(job)]
        return [event.cached_tokens for event in events if isinstance(event, Began | Ended)]

    system = "You are a concise assistant. "
    async with engine() as running:
        assert await cached(running, asked(system + "Who?", "a")) == [0, 0]
        assert await cached(running, asked(system + "What?", "b")) == [0, 0]
        assert await cached(running, asked(system + "Why?", "a")) == [len(system) + 2] * 2
        assert await cached(running, asked(system + "What?", "b")) == [len(system) + 4] * 2
        assert text(await run(running, system)) == expected_answer(system, 8)
