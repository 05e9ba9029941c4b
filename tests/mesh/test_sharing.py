"""What equal requests share through a whole mesh, and what other tenants see of it: nothing.

Which path an answer took is told by what the workers computed, not by a clock.
"""

import asyncio

import httpx
import pytest
from evenflow.v1 import balancer_pb2, generation_pb2, inference_pb2

from services.worker.engines.scripted import expected_answer
from tests.mesh.conftest import is_idle

TOKENS = 24


async def computed(poker, at_least: int = 0) -> int:
    """Tokens that all workers have generated, once they rest and have told of so many."""

    def total(snapshot: balancer_pb2.FleetSnapshot) -> int:
        return sum(worker.load.generated_tokens_total for worker in snapshot.workers)

    return total(await poker.until(lambda s: is_idle(s) and total(s) >= at_least))


async def whole(call) -> tuple[list[generation_pb2.GenerateResponse], str]:
    messages = [message async for message in call]
    return messages, dict(await call.trailing_metadata()).get("evenflow-source", "generated")


def alike(messages: list[generation_pb2.GenerateResponse]) -> bytes:
    """An answer but for its request's own id."""
    copies = [generation_pb2.GenerateResponse.FromString(m.SerializeToString()) for m in messages]
    for copy in copies:
        if copy.HasField("started"):
            copy.started.request_id = ""
    return b"|".join(copy.SerializeToString(deterministic=True) for copy in copies)


async def test_100_identical_prompts_are_one_generation_and_another_tenants_its_own(poker) -> None:
    before = await computed(poker)
    answers = await asyncio.gather(
        *(whole(poker.generate("the same", TOKENS, tenant="a")) for _ in range(100))
    )
    assert await computed(poker, before + TOKENS) == before + TOKENS
    assert len({alike(messages) for messages, _ in answers}) == 1
    assert [source for _, source in answers].count("generated") == 1
    text = "".join(message.delta.text for message in answers[0][0])
    assert text == expected_answer("the same", TOKENS)
    messages, source = await whole(poker.generate("the same", TOKENS, tenant="b"))
    assert source == "generated"
    assert "".join(message.delta.text for message in messages) == text
    assert await computed(poker, before + 2 * TOKENS) == before + 2 * TOKENS


async def test_a_probe_cannot_tell_what_another_tenant_has_asked(open_mesh) -> None:
    """G21: the victim has asked every second guess; nothing that a guess costs says which."""
    common = "the board meets on Friday and will discuss item number "
    letters = "abcdefghijklmnopqrstuvwxyz"
    async with open_mesh(workers=1) as poker:
        for letter in letters[::2]:
            await whole(poker.generate(common + letter, 4, tenant="victim"))
        seen = []
        for letter in letters:
            messages, source = await whole(poker.generate(common + letter, 4, tenant="prober"))
            (usage,) = (m.finished.usage for m in messages if m.HasField("finished"))
            seen.append((source, usage.cached_tokens))
        # Its first guess finds nothing, the others what it has asked itself: how they begin.
        assert seen[0] == ("generated", 0)
        assert len(set(seen[1:])) == 1
        assert seen[1][0] == "generated"
        expected = 4 * (len(letters[::2]) + len(letters))
        assert await computed(poker, expected) == expected


@pytest.mark.parametrize("asked", ["the victim's very words " * 8, "the victim's very words, but"])
async def test_prefixes_are_computed_anew_for_every_tenant(open_mesh, asked: str) -> None:
    async with open_mesh(workers=1) as poker:
        victims = "the victim's very words " * 8
        seeded = generation_pb2.Sampling(max_tokens=4, temperature=1.0)

        async def cached(prompt: str, tenant: str) -> int:
            messages, _ = await whole(poker.generate(prompt, tenant=tenant, sampling=seeded))
            return next(m.finished.usage.cached_tokens for m in messages if m.HasField("finished"))

        assert await cached(victims, "victim") == 0
        assert await cached(victims, "victim") > 0
        assert await cached(asked, "prober") == 0


async def test_who_resumes_another_tenants_stream_gets_a_generation_of_its_own(open_mesh) -> None:
    environ = {"EVENFLOW_GATEWAY_HTTP_LISTEN": "127.0.0.1:0"}
    async with open_mesh(environ=environ) as poker:
        url = f"http://{poker.mesh.gateway.http_address}/v1/completions"
        body = {"prompt": "mine", "max_tokens": TOKENS, "temperature": 0, "stream": True}

        async def ids(http: httpx.AsyncClient, tenant: str, **headers: str) -> list[str]:
            told = await http.post(url, json=body, headers={"evenflow-tenant": tenant, **headers})
            lines = told.text.splitlines()
            return [line.removeprefix("id: ") for line in lines if line.startswith("id: ")]

        async with httpx.AsyncClient(timeout=60) as http:
            events = await ids(http, "victim")
            before = await computed(poker, TOKENS)
            assert await ids(http, "victim", **{"last-event-id": events[3]}) == events[4:]
            # With an id that was overheard another one has to know the prompt, and pays for it.
            assert await ids(http, "prober", **{"last-event-id": events[3]}) == events[4:]
            assert await computed(poker, before + TOKENS) == before + TOKENS


async def test_a_batch_of_equal_tasks_is_computed_once_for_its_tenant_alone(poker) -> None:
    before = await computed(poker)

    async def batch(tenant: str) -> None:
        call = poker.inference.Batch(metadata=(("evenflow-tenant", tenant),), timeout=60)
        for number in range(10):
            request = inference_pb2.GenerateRequest(
                prompt=inference_pb2.PromptTask(text="in a batch"),
                sampling=generation_pb2.Sampling(max_tokens=TOKENS),
            )
            await call.write(inference_pb2.BatchRequest(id=str(number), request=request))
        await call.done_writing()
        ended = [r.id async for r in call if r.response.HasField("finished")]
        assert len(ended) == 10

    await asyncio.gather(batch("a"), batch("b"))
    assert await computed(poker, before + 2 * TOKENS) == before + 2 * TOKENS
