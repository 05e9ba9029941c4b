"""The real model with little cache, and cut at any token: the same answers as alone."""

import asyncio
import random

import pytest

from services.runtime.text import Text
from services.worker.engines.batched import BatchedEngine
from services.worker.engines.engine import (
    Job,
    Piece,
    Sampling,
    Serving,
    StepModel,
    TokenScore,
)
from services.worker.engines.models.finding import default_cache_dir
from services.worker.engines.pretrained import open_pretrained
from tests.real.conftest import Opened

pytestmark = [pytest.mark.real, pytest.mark.timeout(600)]

TOKENS = 40
PROMPTS = [
    f"Once upon a time, {n} friends of a {who} went" for n in (3, 9) for who in ("fox", "cat")
]
SAMPLINGS = [
    Sampling(max_tokens=TOKENS, logprobs=1),
    Sampling(max_tokens=TOKENS, logprobs=1, temperature=0.9, seed=7, presence_penalty=0.5),
]
JOBS = [Job("r-1", Text(prompt), sampling) for prompt in PROMPTS for sampling in SAMPLINGS]


@pytest.fixture(scope="module", params=["float32", "int8"])
def model(request: pytest.FixtureRequest, opened: Opened) -> StepModel:
    if request.param == "float32":
        return opened.model
    _, model, _ = open_pretrained(opened.name, default_cache_dir(), precision="int8")
    return model


async def scores(of: BatchedEngine, job: Job) -> list[TokenScore]:
    events = [event async for event in of.generate(job)]
    return [score for event in events if isinstance(event, Piece) for score in event.scores]


async def test_neither_a_stop_for_want_of_cache_nor_a_cut_changes_an_answer(
    opened: Opened, model: StepModel
) -> None:
    async with BatchedEngine(opened.name, model, opened.tokenizer) as engine:
        alone = [await scores(engine, job) for job in JOBS]
        assert engine.load().preemptions_total == 0
    scarce = Serving(kv_tokens=170, prefill_beside=16)
    async with BatchedEngine(opened.name, model, opened.tokenizer, scarce) as engine:
        assert await asyncio.gather(*(scores(engine, job) for job in JOBS)) == alone
        assert engine.load().preemptions_total > 0
        numbers = random.Random(5)
        cuts = [numbers.randrange(len(answer) + 1) for answer in alone]
        rests = [
            Job(
                "r-1",
                job.input,
                job.sampling,
                answered=tuple(score.token_id for score in answer[:cut]),
            )
            for job, answer, cut in zip(JOBS, alone, cuts, strict=True)
        ]
        continued = await asyncio.gather(*(scores(engine, rest) for rest in rests))
    assert continued == [answer[cut:] for answer, cut in zip(alone, cuts, strict=True)]
