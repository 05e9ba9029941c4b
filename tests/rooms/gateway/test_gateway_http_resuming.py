"""A lost HTTP stream that goes on, wherever the model's events begin and end this time."""

import json
from dataclasses import dataclass

import httpx
import pytest
from evenflow.v1 import generation_pb2 as g

from tests.rooms.gateway.conftest import started

# One a token. Of the third and the fourth token neither is whole characters by itself.
WORDS = ("é", "a ", "", "𝄞", "bc", " d")
WHOLE = "".join(WORDS)
# How many tokens come in each event.
WAYS = {
    "a token an event": (1, 1, 1, 1, 1, 1),
    "several": (3, 1, 2),
    "several others": (2, 2, 2),
    "all at once": (6,),
    "text held back": (2, 0, 4),
}


@pytest.fixture
async def mesh(start_mesh):
    async with start_mesh(workers=1, http_listen="127.0.0.1:0") as running:
        yield running


def deltas(way: str) -> list[g.Delta]:
    told: list[g.Delta] = []
    at = 0
    for count in WAYS[way]:
        delta = g.Delta(position=at, token_ids=range(at, at + count))
        delta.text = "".join(WORDS[at : at + count])
        for token in range(at, at + count):
            delta.logprobs.add(token_id=token, text=WORDS[token], logprob=-float(token))
        told.append(delta)
        at += count
    if way == "text held back":
        told[0].text, told[1].text = WORDS[0], WORDS[1]
    return told


def in_this_way(way: str):
    async def script(request):
        yield started(request, "w1")
        for delta in deltas(way):
            yield g.GenerateResponse(delta=delta)
        usage = g.Usage(completion_tokens=len(WORDS))
        yield g.GenerateResponse(finished=g.Finished(reason=g.FINISH_REASON_STOP, usage=usage))

    return script


@dataclass
class Heard:
    """What the events of a stream come to, from one of them on."""

    text: str = ""
    roles: int = 0
    tokens: tuple[float, ...] = ()
    offsets: tuple[int, ...] = ()
    reasons: tuple[str, ...] = ()
    usages: int = 0


def heard(events: list[tuple[str, str]]) -> Heard:
    found = Heard()
    for _, data in events:
        if data == "[DONE]":
            continue
        chunk = json.loads(data)
        found.usages += "usage" in chunk
        for choice in chunk["choices"]:
            delta = choice.get("delta", choice)
            found.roles += "role" in delta
            found.text += delta.get("content") or delta.get("text") or ""
            scores = choice["logprobs"] or {}
            found.tokens += tuple(token["logprob"] for token in scores.get("content", ()))
            found.tokens += tuple(scores.get("token_logprobs", ()))
            found.offsets += tuple(scores.get("text_offset", ()))
            found.reasons += (choice["finish_reason"],) if choice["finish_reason"] else ()
    return found


@pytest.mark.parametrize("again", WAYS)
@pytest.mark.parametrize("first", WAYS)
@pytest.mark.parametrize("is_chat", [True, False], ids=["chat", "text"])
async def test_nothing_is_lost_or_told_twice(mesh, is_chat, first, again):
    (worker,) = mesh.workers
    asked = (
        {"messages": [{"role": "user", "content": "hello"}], "logprobs": True}
        if is_chat
        else {"prompt": "hello", "logprobs": 0}
    )
    body = {**asked, "stream": True, "stream_options": {"include_usage": True}}
    url = f"http://{mesh.http_address}/v1/{'chat/completions' if is_chat else 'completions'}"

    async def events(http: httpx.AsyncClient, **headers: str) -> list[tuple[str, str]]:
        answer = await http.post(url, json=body, headers=headers)
        assert answer.status_code == 200, answer.text
        blocks = [block.split("\n") for block in answer.text.strip().split("\n\n")]
        return [(lines[0].removeprefix("id: "), lines[-1][len("data: ") :]) for lines in blocks]

    async with httpx.AsyncClient(timeout=30) as http:
        worker.script = in_this_way(first)
        every = await events(http)
        whole = heard(every)
        assert (whole.text, whole.reasons, whole.usages) == (WHOLE, ("stop",), 1)
        assert whole.roles == is_chat
        assert whole.tokens == tuple(-float(token) for token in range(len(WORDS)))
        worker.script = in_this_way(again)
        for lost_at in range(1, len(every)):
            rest = await events(http, **{"last-event-id": every[lost_at - 1][0]})
            before, after = heard(every[:lost_at]), heard(rest)
            assert before.text + after.text == whole.text
            assert before.roles + after.roles == whole.roles
            assert before.tokens + after.tokens == whole.tokens
            assert before.offsets + after.offsets == whole.offsets
            assert before.reasons + after.reasons == whole.reasons
            assert before.usages + after.usages == whole.usages
