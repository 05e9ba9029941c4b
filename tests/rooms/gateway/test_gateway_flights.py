"""Flights by themselves, under callers that come, dawdle and go in a seeded disorder."""

import asyncio
import random

import pytest
from evenflow.v1 import generation_pb2 as g

from gateway.errors import WorkerBroke
from gateway.flights import Flights, Flyer

TOKENS, BREAKS_AT = 30, 15


async def turns(number: int) -> None:
    """Let the loop turn so often: disorder without a clock."""
    for _ in range(number):
        await asyncio.sleep(0)


class Disorder:
    """Callers of ten keys; every fifth key's generation breaks."""

    def __init__(self, seed: int, flights: Flights) -> None:
        self._rng = random.Random(seed)
        self._flights = flights
        self.running = 0
        self.generations = 0
        self.whole = 0
        self.broken = 0
        self.left = 0
        self.kept: list[int] = []

    async def caller(self, key: int) -> None:
        await turns(self._rng.randrange(400))
        pace = self._rng.choice([0, 0, 0, 1, 9])
        seen: list[int] = []

        async def deliver(message: g.GenerateResponse) -> None:
            await turns(pace)
            seen.append(message.delta.position)

        flyer = Flyer(
            1.0, lambda emit: self._generate(key, emit), self._keep, lambda: 0, lambda due: None
        )
        flying = asyncio.ensure_future(self._flights.fly(key, flyer, deliver))
        if self._rng.random() < 0.3:
            await turns(self._rng.randrange(120))
            flying.cancel()
        try:
            await flying
        except WorkerBroke:
            self.broken += 1
            assert seen == list(range(BREAKS_AT))
        except asyncio.CancelledError:
            self.left += 1
            assert seen == list(range(len(seen)))
        else:
            self.whole += 1
            assert seen == list(range(TOKENS))

    async def _generate(self, key: int, emit) -> None:
        self.running += 1
        self.generations += 1
        try:
            for position in range(TOKENS):
                await turns(self._rng.randrange(5))
                if key % 5 == 0 and position == BREAKS_AT:
                    raise WorkerBroke("w", position, is_lost=True)
                text = "x" * self._rng.choice([1, 20_000])
                await emit(g.GenerateResponse(delta=g.Delta(position=position, text=text)))
        finally:
            self.running -= 1

    def _keep(self, messages) -> None:
        self.kept.append(len(messages))


@pytest.mark.parametrize("seed", range(10))
async def test_everybody_reads_all_once_in_order_and_nothing_is_left(seed):
    async with Flights() as flights:
        disorder = Disorder(seed, flights)
        callers = [disorder.caller(number % 10) for number in range(300)]
        await asyncio.gather(*callers)
        assert repr(flights).startswith("<Flights 0 under way")
    assert disorder.running == 0
    assert disorder.whole + disorder.broken + disorder.left == 300
    assert min(disorder.whole, disorder.broken, disorder.left) > 10
    assert disorder.generations < 300 / 2, "most have shared"
    assert disorder.kept
    assert set(disorder.kept) == {TOKENS}


async def test_flights_that_end_with_the_gateway_end_their_followers():
    for_ever = asyncio.Event()
    started = asyncio.Event()

    async def generate(emit) -> None:
        started.set()
        await for_ever.wait()

    async def deliver(message) -> None:
        raise AssertionError("nothing was produced")

    async with Flights() as flights:
        flyer = Flyer(1.0, generate, lambda messages: None, lambda: 0, lambda due: None)
        follower = asyncio.ensure_future(flights.fly("key", flyer, deliver))
        await started.wait()
    with pytest.raises(asyncio.CancelledError):
        await follower


async def test_a_mistake_of_ours_is_told_with_where_it_was_made():
    async def generate(emit) -> None:
        raise ZeroDivisionError

    async def deliver(message) -> None:
        raise AssertionError("nothing was produced")

    async with Flights() as flights:
        flyer = Flyer(1.0, generate, lambda messages: None, lambda: 0, lambda due: None)
        flying = [flights.fly("key", flyer, deliver) for _ in range(3)]
        errors = await asyncio.gather(*flying, return_exceptions=True)
    for error in errors:
        assert isinstance(error, ZeroDivisionError)
    with pytest.raises(ZeroDivisionError) as raised:
        raise errors[-1]
    assert "generate" in [entry.name for entry in raised.traceback]
