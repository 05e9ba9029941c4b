"""A prefix hit changes no bit of the real model's logits, and no token of an answer."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import numpy as np
import pytest

from services.runtime.text import Text
from services.worker.engines.batched import BatchedEngine
from services.worker.engines.engine import (
    Ended,
    Job,
    Piece,
    Row,
    Sampling,
    Serving,
    SlotCopier,
    StepModel,
    TokenScore,
)
from services.worker.engines.models.finding import default_cache_dir
from services.worker.engines.pretrained import open_pretrained
from tests.real.conftest import Opened

pytestmark = [pytest.mark.real, pytest.mark.timeout(600)]

LENGTH = 700
SYSTEM = "You answer questions about timetables, fares and lost property in plain words.\n" * 3
QUESTIONS = ("When does the last train leave?", "Where is my umbrella?", "When is it too late?")


@pytest.fixture(scope="module", params=["float32", "int8"])
def model(request: pytest.FixtureRequest, opened: Opened) -> StepModel:
    if request.param == "float32":
        return opened.model
    _, model, _ = open_pretrained(opened.name, default_cache_dir(), precision="int8")
    return model


def prefill(model: StepModel, slot: int, start: int, tokens: Sequence[int]) -> None:
    chunk = model.limits.prefill_chunk
    for first in range(0, len(tokens), chunk):
        model.prefill(slot, start + first, tokens[first : first + chunk])


def test_a_copied_beginning_gives_the_same_bits(model: StepModel) -> None:
    assert isinstance(model, SlotCopier)
    numbers = np.random.default_rng(11)
    tokens = [int(n) for n in numbers.integers(17, model.limits.vocabulary, LENGTH)]
    row = Row(0, LENGTH - 1, tokens[-1])
    prefill(model, 0, 0, tokens[:-1])
    (expected,) = model.decode([row])
    for count in (16, 63, 64, 65, 255, 256, 257, 511, 512, 513, LENGTH - 1):
        prefill(model, 3, 0, tokens[::-1])  # what the slot held before
        model.copy(0, 3, count)
        prefill(model, 3, count, tokens[count:-1])
        (found,) = model.decode([Row(3, LENGTH - 1, tokens[-1])])
        np.testing.assert_array_equal(found, expected)


class Answers:
    """What an engine says: each answer's tokens with their log probabilities."""

    def __init__(self, engine: BatchedEngine) -> None:
        self._engine = engine
        self.cached: list[int] = []

    async def of(self, prompt: str, temperature: float) -> list[TokenScore]:
        sampling = Sampling(temperature=temperature, seed=5, max_tokens=24, logprobs=3)
        scores: list[TokenScore] = []
        async for event in self._engine.generate(Job("r-1", Text(prompt), sampling)):
            if isinstance(event, Piece):
                scores += event.scores
            elif isinstance(event, Ended):
                self.cached.append(event.cached_tokens)
        return scores


@asynccontextmanager
async def answering(opened: Opened, model: StepModel, *, reuse: bool) -> AsyncIterator[Answers]:
    engine = BatchedEngine(opened.name, model, opened.tokenizer, Serving(prefix_reuse=reuse))
    async with engine:
        yield Answers(engine)


@pytest.mark.parametrize("temperature", [0.0, 0.8])
async def test_answers_are_the_same_with_and_without_a_hit(
    opened: Opened, model: StepModel, temperature: float
) -> None:
    prompts = [SYSTEM + question for question in QUESTIONS]
    prompts.append(prompts[0] + " Or the first?")
    async with answering(opened, model, reuse=False) as answers:
        expected = [await answers.of(prompt, temperature) for prompt in prompts]
        assert answers.cached == [0] * len(prompts)
    async with answering(opened, model, reuse=True) as answers:
        assert [await answers.of(prompt, temperature) for prompt in prompts] == expected
        shared = len(opened.tokenizer.encode(SYSTEM))
        assert answers.cached[0] == 0
        assert all(cached >= shared - 1 for cached in answers.cached[1:])
