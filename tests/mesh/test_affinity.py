"""Dialogues through a whole mesh: the next turn goes where the last one lies."""

import asyncio
from collections import Counter

from evenflow.v1 import generation_pb2, inference_pb2

WORDS = "the lease is held by a gateway until the answer ends and then it is over "


def chat(turns: list[str], *, explain: bool = True) -> inference_pb2.GenerateRequest:
    """A dialogue whose last turn is a question; sampled, so that no answer is a kept one."""
    roles = (generation_pb2.ROLE_USER, generation_pb2.ROLE_ASSISTANT)
    messages = [
        generation_pb2.ChatMessage(role=roles[place % 2], content=text)
        for place, text in enumerate(turns)
    ]
    return inference_pb2.GenerateRequest(
        chat=inference_pb2.ChatTask(messages=messages),
        sampling=generation_pb2.Sampling(max_tokens=8, temperature=1.0),
        explain_route=explain,
    )


async def answered(poker, request) -> tuple[str, str, generation_pb2.Finished]:
    """Text and worker of an answer, and its end."""
    text, worker, finished = "", "", None
    async for response in poker.inference.Generate(request, timeout=60):
        text += response.delta.text
        worker = response.started.worker_id or worker
        if response.HasField("finished"):
            finished = response.finished
    assert finished is not None
    return text, worker, finished


async def test_a_dialogue_goes_home_and_what_lies_there_is_not_computed_again(open_mesh):
    async with open_mesh(workers=3) as poker:
        turns = [WORDS * 6]
        text, home, first = await answered(poker, chat(turns))
        assert first.route.held_tokens == 0
        for turn in range(3):
            turns += [text, f"{WORDS} and what of turn {turn}?"]
            text, worker, finished = await answered(poker, chat(turns))
            assert worker == home
            assert finished.usage.cached_tokens > 0
            assert 0 < finished.route.held_tokens < finished.route.prompt_tokens
            chosen = [told for told in finished.route.candidates if told.chosen]
            assert [told.worker_id for told in chosen] == [home]
            assert len(finished.route.candidates) == 3


async def test_many_that_begin_alike_are_spread(open_mesh):
    """The shape of vllm-project/router#179, made small: one prefix must not fill one worker."""
    async with open_mesh(workers=4) as poker:
        asked = [chat([WORDS * 10 + f" question {number}"]) for number in range(96)]
        answers = await asyncio.gather(*(answered(poker, request) for request in asked))
        placed = Counter(worker for _, worker, _ in answers)
        assert len(placed) == 4
        assert max(placed.values()) <= 2 * len(asked) / 4
        snapshot = await poker.until_idle()
        assert sum(worker.cached_tokens_total for worker in snapshot.workers) > 0
        assert 1 <= len(snapshot.recent_grants) <= 8
