"""The HTTP edge, driven by the real OpenAI client."""

import asyncio
import json
from pathlib import Path
from typing import Any

import httpx
import openai
import pytest
from evenflow.v1 import balancer_pb2 as b
from evenflow.v1 import generation_pb2 as g

from gateway.tenants.keys import digest, key_from

KEY = key_from(bytes(32))
HELLO = [{"role": "user", "content": "hello"}]
HALF = "\ud83d"  # of an emoji, as who cuts JavaScript's strings sends it
COUNTED = "0 1 2 3 4 "


@pytest.fixture
async def mesh(start_mesh):
    async with start_mesh(http_listen="127.0.0.1:0") as running:
        yield running


def client_of(mesh, key: str = "none") -> openai.AsyncOpenAI:
    return openai.AsyncOpenAI(
        base_url=f"http://{mesh.http_address}/v1", api_key=key, max_retries=0, timeout=30
    )


@pytest.fixture
async def client(mesh):
    async with client_of(mesh) as opened:
        yield opened


def told_to(mesh) -> Any:
    (request,) = [request for worker in mesh.workers for request in worker.requests]
    return request


async def test_a_chat_is_answered_whole(mesh, client):
    answer = await client.chat.completions.create(
        model="counter", messages=[{"role": "system", "content": "count"}, *HELLO], max_tokens=5
    )
    assert answer.id.startswith("chatcmpl-")
    assert answer.model == "counter"
    assert answer.system_fingerprint == "counter@1"
    (choice,) = answer.choices
    assert (choice.message.role, choice.message.content) == ("assistant", COUNTED)
    assert choice.finish_reason == "length"
    assert answer.usage.completion_tokens == 5
    told = told_to(mesh)
    assert [m.role for m in told.chat.messages] == [g.ROLE_SYSTEM, g.ROLE_USER]
    assert told.sampling.temperature == 1.0


async def test_a_chat_streams(client):
    stream = await client.chat.completions.create(
        model="", messages=HELLO, max_tokens=5, stream=True, stream_options={"include_usage": True}
    )
    chunks = [chunk async for chunk in stream]
    assert chunks[0].choices[0].delta.role == "assistant"
    texts = [chunk.choices[0].delta.content or "" for chunk in chunks[:-1]]
    assert "".join(texts) == COUNTED
    assert len([text for text in texts if text]) == 5
    assert chunks[-2].choices[0].finish_reason == "length"
    assert chunks[-1].usage.completion_tokens == 5
    assert len({chunk.id for chunk in chunks}) == 1


async def test_a_text_is_completed_and_every_setting_passed_on(mesh, client):
    answer = await client.completions.create(
        model="counter",
        prompt="one two",
        max_tokens=5,
        temperature=0.5,
        top_p=0.9,
        presence_penalty=0.25,
        frequency_penalty=-0.25,
        seed=7,
        stop=["\n", "END"],
        extra_body={"top_k": 40, "repetition_penalty": 1.5, "priority": "high"},
    )
    assert answer.choices[0].text == COUNTED
    told = told_to(mesh)
    assert told.prompt == "one two"
    sampling = told.sampling
    found = (sampling.temperature, sampling.top_p, sampling.top_k, sampling.repetition_penalty)
    assert found == (0.5, pytest.approx(0.9), 40, 1.5)
    assert (sampling.presence_penalty, sampling.frequency_penalty) == (0.25, -0.25)
    assert (sampling.seed, sampling.max_tokens, list(sampling.stop)) == (7, 5, ["\n", "END"])


async def test_log_probabilities(mesh, client):
    scored = g.TokenLogprob(token_id=1, text="é", logprob=-0.5)
    scored.alternatives.add(token_id=2, text="e", logprob=-1.0)

    async def script(request):
        yield g.GenerateResponse(started=g.Started(model="counter", model_revision="counter@1"))
        yield g.GenerateResponse(delta=g.Delta(text="é", token_ids=[1], logprobs=[scored]))
        finished = g.Finished(reason=g.FINISH_REASON_STOP, usage=g.Usage(completion_tokens=1))
        yield g.GenerateResponse(finished=finished)

    for worker in mesh.workers:
        worker.script = script
    answer = await client.chat.completions.create(
        model="", messages=HELLO, logprobs=True, top_logprobs=1
    )
    (token,) = answer.choices[0].logprobs.content
    assert (token.token, token.logprob, token.bytes) == ("é", -0.5, [0xC3, 0xA9])
    assert [(a.token, a.logprob) for a in token.top_logprobs] == [("e", -1.0)]
    assert answer.choices[0].finish_reason == "stop"
    text = await client.completions.create(model="", prompt="x", logprobs=1)
    assert text.choices[0].logprobs.tokens == ["é"]
    assert text.choices[0].logprobs.top_logprobs == [{"e": -1.0}]


async def test_models(client):
    assert [model.id async for model in client.models.list()] == ["counter"]


@pytest.mark.parametrize(
    ("body", "param", "told"),
    [
        ({"temperature": 3}, "temperature", "3; must be 0 to 2"),
        ({"temperature": "hot"}, "temperature", "must be a number"),
        ({"max_tokens": 0}, "max_tokens", "0; must be 1 to 8192"),
        ({"n": 2}, "n", "is not supported but as 1"),
        ({"tools": [{"type": "function"}]}, "tools", "is not supported but as []"),
        ({"grammar": "x"}, "grammar", "is not supported"),
        ({"messages": []}, "messages", "0 messages; must be 1 to 1024"),
        ({"messages": [{"role": "robot", "content": "x"}]}, "messages[0].role", "must be one of"),
        ({"messages": [{"role": "user", "content": 5}]}, "messages[0].content", "must be a string"),
        ({"messages": "hi"}, "messages", "must be a list"),
        ({"seed": -1}, "seed", "must be a whole number, 0 to 18446744073709551615"),
        ({"top_logprobs": 3}, "top_logprobs", "needs logprobs: true"),
        ({"stop": [1]}, "stop", "must be a string or a list of strings"),
        ({"stream": "yes"}, "stream", "must be true or false"),
        ({"temperature": 10**400}, "temperature", "is out of range"),
        ({"messages": [{"role": ["user"], "content": "x"}]}, "messages[0].role", "must be one of"),
    ],
)
async def test_what_is_wrong_is_named_as_the_caller_named_it(client, body, param, told):
    with pytest.raises(openai.BadRequestError) as error:
        await client.chat.completions.create(
            model="",
            messages=HELLO,
            extra_body=body,  # type: ignore[arg-type]
        )
    assert error.value.body["param"] == param
    assert told in error.value.body["message"]
    assert error.value.body["type"] == "invalid_request_error"


@pytest.mark.parametrize(
    ("body", "param", "told"),
    [
        ({"messages": [{"role": "user", "content": HALF}]}, "messages[0].content", "half of"),
        ({"model": HALF}, "model", "half of"),
        ({"stop": ["a", HALF]}, "stop", "half of"),
        ({"priority": HALF}, "priority", "half of"),
        ({HALF: 1}, r"\ud83d", "is not supported"),
    ],
)
async def test_half_a_character_is_a_fault_of_its_field(mesh, body, param, told):
    async with httpx.AsyncClient() as http:
        content = json.dumps({"messages": HELLO, **body})  # by \\u escapes
        answer = await http.post(f"http://{mesh.http_address}/v1/chat/completions", content=content)
    assert answer.status_code == 400
    error = answer.json()["error"]
    assert error["param"] == param
    assert told in error["message"]


async def test_parts_of_text_and_null_fields_are_understood(mesh, client):
    parts = [{"type": "text", "text": "hel"}, {"type": "text", "text": "lo"}]
    await client.chat.completions.create(
        model="",
        messages=[{"role": "user", "content": parts}],  # type: ignore[list-item]
        extra_body={"stop": None, "user": "me", "max_completion_tokens": 2},
    )
    assert told_to(mesh).chat.messages[0].content == "hello"
    assert told_to(mesh).sampling.max_tokens == 2


async def test_refusals_keep_their_status_and_say_when_to_come_back(mesh, client):
    decide = mesh.balancer.reject
    cases = {
        b.Rejected.REASON_QUEUE_FULL: (openai.RateLimitError, "QUEUE_FULL"),
        b.Rejected.REASON_NO_SUCH_MODEL: (openai.NotFoundError, "UNKNOWN_MODEL"),
        b.Rejected.REASON_NO_WORKERS: (openai.InternalServerError, "NO_WORKERS"),
        b.Rejected.REASON_TOO_LARGE: (openai.BadRequestError, "PROMPT_TOO_LONG"),
    }
    for reason, (kind, code) in cases.items():
        mesh.balancer.decide = lambda submitted, reason=reason: decide(submitted, reason, 1500)
        with pytest.raises(kind) as error:
            await client.chat.completions.create(model="", messages=HELLO)
        assert error.value.body["code"] == code
        if kind is openai.BadRequestError:
            assert error.value.body["param"] == "messages"
        if kind is openai.RateLimitError:
            assert error.value.response.headers["retry-after"] == "2"
            assert error.value.response.headers["retry-after-ms"] == "1500"


async def test_a_stream_that_fails_says_so_in_an_event(mesh, client):
    async def script(request):
        yield g.GenerateResponse(started=g.Started(model="counter", model_revision="counter@1"))
        yield g.GenerateResponse(delta=g.Delta(text="a", token_ids=[1]))
        raise RuntimeError("private words")

    for worker in mesh.workers:
        worker.script = script
    stream = await client.chat.completions.create(model="", messages=HELLO, stream=True)
    with pytest.raises(openai.APIError) as error:
        async for _ in stream:
            pass
    assert "private" not in str(error.value)
    assert error.value.body["type"] == "server_error"


async def test_who_leaves_cancels(mesh, client):
    for worker in mesh.workers:
        worker.script = worker.hang_after
    stream = await client.chat.completions.create(model="", messages=HELLO, stream=True)
    await anext(aiter(stream))
    await stream.close()
    await mesh.is_quiet()
    assert sum(worker.cancelled for worker in mesh.workers) == 1


async def test_a_slow_reader_holds_the_worker_back_and_loses_nothing(mesh, client):
    stream = await client.chat.completions.create(
        model="", messages=HELLO, stream=True, max_tokens=2000
    )
    texts = [chunk.choices[0].delta.content or "" async for chunk in stream]
    assert "".join(texts) == "".join(f"{number} " for number in range(2000))


async def test_a_lost_stream_goes_on_behind_the_last_event(mesh):
    url = f"http://{mesh.http_address}/v1/chat/completions"
    body = {"messages": HELLO, "max_tokens": 5, "stream": True}

    async def events(http: httpx.AsyncClient, **headers: str) -> list[tuple[str, str]]:
        answer = await http.post(url, json=body, headers=headers)
        assert answer.status_code == 200, answer.text
        blocks = [block.split("\n") for block in answer.text.strip().split("\n\n")]
        return [(block[0], block[-1]) for block in blocks]

    async with httpx.AsyncClient(timeout=30) as http:
        every = await events(http)
        assert every[-1][1] == "data: [DONE]"
        seed = mesh.workers[0].requests or mesh.workers[1].requests
        for lost_at in range(1, len(every) - 1):
            last = every[lost_at - 1][0].removeprefix("id: ")
            rest = await events(http, **{"last-event-id": last})
            assert [place for place, _ in rest] == [place for place, _ in every[lost_at:]]
            told = [json.loads(data[6:]) for _, data in rest[:-1]]
            before = [json.loads(data[6:]) for _, data in every[lost_at:-1]]
            for one in (*told, *before):
                one.pop("created")
            assert told == before
        seeds = {r.sampling.seed for worker in mesh.workers for r in worker.requests}
        assert seeds == {seed[0].sampling.seed}
        refused = await http.post(url, json=body, headers={"last-event-id": "nonsense"})
        assert refused.status_code == 400
        mesh.balancer.renew("counter@2")
        refused = await http.post(url, json=body, headers={"last-event-id": last})
        assert (refused.status_code, refused.json()["error"]["code"]) == (400, "OTHER_REVISION")


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"[" * 100_000, b"\xff"])
async def test_a_body_that_is_no_object(mesh, body):
    async with httpx.AsyncClient() as http:
        answer = await http.post(f"http://{mesh.http_address}/v1/chat/completions", content=body)
    assert answer.status_code == 400
    assert answer.json()["error"]["type"] == "invalid_request_error"


async def test_a_body_that_is_too_large_and_a_path_that_is_none(start_mesh):
    async with (
        start_mesh(http_listen="127.0.0.1:0", max_receive_bytes=2000) as mesh,
        httpx.AsyncClient(base_url=f"http://{mesh.http_address}") as http,
    ):
        answer = await http.post("/v1/chat/completions", content=b"x" * 3000)
        assert answer.json()["error"]["message"] == "the body is larger than 2000 bytes"
        assert (await http.post("/v1/embeddings", json={})).status_code == 404
        assert (await http.get("/v1/chat/completions")).status_code == 404
        assert (await http.get("/healthz")).text == "ok\n"


async def test_keys_count_here_too(start_mesh, tmp_path: Path):
    path = tmp_path / "tenants.toml"
    path.write_text(f'[tenants.web]\nkeys = ["{digest(KEY)}"]\nrequests_per_minute = 1\n')
    async with start_mesh(http_listen="127.0.0.1:0", tenants=path) as mesh:
        async with client_of(mesh, "ef-nobodys") as stranger:
            with pytest.raises(openai.AuthenticationError) as error:
                await stranger.chat.completions.create(model="", messages=HELLO)
            assert error.value.body["code"] == "UNKNOWN_KEY"
            with pytest.raises(openai.AuthenticationError):
                await stranger.models.list()
        async with client_of(mesh, KEY) as known:
            await known.chat.completions.create(model="", messages=HELLO)
            (submitted,) = mesh.balancer.submitted
            assert submitted.tenant == "web"
            with pytest.raises(openai.RateLimitError) as limited:
                await known.chat.completions.create(model="", messages=HELLO)
            assert limited.value.body["code"] == "REQUESTS_PER_MINUTE"
            assert int(limited.value.response.headers["retry-after"]) > 30


async def test_a_gateway_that_stops_lets_a_stream_end(mesh, client):
    go_on = asyncio.Event()

    async def script(request):
        yield g.GenerateResponse(started=g.Started(model="counter", model_revision="counter@1"))
        await go_on.wait()
        finished = g.Finished(reason=g.FINISH_REASON_STOP, usage=g.Usage())
        yield g.GenerateResponse(finished=finished)

    for worker in mesh.workers:
        worker.script = script
    stream = await client.chat.completions.create(model="", messages=HELLO, stream=True)
    chunks = aiter(stream)
    await anext(chunks)
    stopping = asyncio.create_task(mesh.stop_gateway())
    go_on.set()
    assert [chunk.choices[0].finish_reason async for chunk in chunks] == ["stop"]
    await stopping
