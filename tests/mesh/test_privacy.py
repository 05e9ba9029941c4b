"""No prompt and no answer is ever written: success and failures, all at debug level."""

import asyncio
import os
import signal
import urllib.request
from pathlib import Path

import grpc
import httpx
from evenflow.v1 import generation_pb2, inference_pb2

from services.cli.fleet_events import FleetEvent, Said
from services.runtime import logs
from services.worker.engines.scripted import expected_answer

MARK = "zanzibar-marmalade"


def contains(path: Path, text: str) -> bool:
    return path.is_file() and text.encode() in path.read_bytes()


def read(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=5) as page:  # noqa: S310 - our own page
        return page.read()


async def fail_by_http(url: str) -> list[str]:
    """What the HTTP edge says of marked requests that are wrong, beside one that is right."""
    told = []
    async with httpx.AsyncClient(base_url=url, timeout=30) as http:
        right = await http.post("/completions", json={"prompt": MARK, "max_tokens": 4})
        assert right.status_code == 200
        for body in (
            {"prompt": [MARK]},
            {"prompt": MARK, "stop": [MARK] * 9},
            {"prompt": MARK * 100},
            {"messages": [{"role": "system", "content": MARK}]},
            [MARK],
        ):
            path = "/chat/completions" if "messages" in body else "/completions"
            answer = await http.post(path, json=body)
            assert answer.status_code == 400, body
            told.append(f"{answer.headers} {answer.text}")
        answer = await http.post("/completions", content=b'{"prompt": "' + MARK.encode())
        assert answer.status_code == 400
        streamed = {"prompt": MARK, "stream": True}
        headers = {"last-event-id": MARK}
        lost = await http.post("/completions", json=streamed, headers=headers)
        assert lost.status_code == 400
        return [*told, answer.text, lost.text]


async def test_marked_prompts_leave_no_trace(open_mesh, capfd, tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    logs.configure("debug", "json")
    lines: list[str] = []

    def heard(event: FleetEvent) -> None:
        if isinstance(event, Said):
            lines.append(event.line)

    pages: list[str] = []
    errors: list[str] = []
    settings = {"scripted_step_ms": 20, "context": 512}
    async with open_mesh(
        heard=heard,
        worker_settings=settings,
        log_level="debug",
        has_metrics=True,
        environ={
            **os.environ,
            "EVENFLOW_GATEWAY_METRICS_LISTEN": "127.0.0.1:0",
            "EVENFLOW_GATEWAY_HTTP_LISTEN": "127.0.0.1:0",
            "EVENFLOW_GATEWAY_CACHE": "redis://127.0.0.1:1",  # nobody is there
            "EVENFLOW_GATEWAY_CACHE_SECRET": "sixteen letters!",
            "EVENFLOW_BALANCER_METRICS_LISTEN": "127.0.0.1:0",
        },
    ) as poker:
        text, _ = await poker.answer(MARK, 16)
        assert text == expected_answer(MARK, 16)

        async def fail(call) -> None:
            try:
                async for _ in call:
                    pass
            except grpc.aio.AioRpcError as error:
                errors.append(
                    f"{error.details()} {error.trailing_metadata()} {error.debug_error_string()}"
                )
            else:
                raise AssertionError("the call was to fail")

        await fail(poker.generate(MARK * 100, 16))  # longer than the context
        await fail(poker.generate(MARK, 0))
        await fail(poker.generate(MARK, 400, timeout=0.3))
        odd = inference_pb2.GenerateRequest(
            chat=inference_pb2.ChatTask(messages=[generation_pb2.ChatMessage(content=MARK)]),
            sampling=generation_pb2.Sampling(stop=[MARK] * 9),
        )
        await fail(poker.inference.Generate(odd))
        raw = poker.caller.unary_stream("/evenflow.v1.InferenceService/Generate")
        await fail(raw(b"\xff" + MARK.encode()))
        await fail(poker.generate(MARK, 400, tenant="no tenant's name"))
        leaving = poker.generate(MARK + " left", 400)
        await leaving.read()
        leaving.cancel()
        batch = poker.inference.Batch(timeout=60)
        for number, tokens in enumerate((4, 0)):
            sampling = generation_pb2.Sampling(max_tokens=tokens, stop=[MARK] * (9 * (not tokens)))
            one = inference_pb2.GenerateRequest(
                prompt=inference_pb2.PromptTask(text=MARK), sampling=sampling
            )
            await batch.write(inference_pb2.BatchRequest(id=str(number), request=one))
        await batch.done_writing()
        items = [item async for item in batch]
        errors += [str(item.error) for item in items if item.HasField("error")]
        assert any(item.response.HasField("finished") for item in items)
        errors += await fail_by_http(f"http://{poker.mesh.gateway.http_address}/v1")
        call = aiter(poker.generate(MARK, 400))
        victim = (await anext(call)).started.worker_id
        poker.mesh.kill(int(victim.removeprefix("worker-")) - 1, signal.SIGKILL)
        assert [message async for message in call][-1].HasField("finished")  # by another
        survivors = [worker for worker in poker.mesh.workers if worker.id != victim]
        for part in (poker.mesh.gateway, poker.mesh.balancer, *survivors):
            url = f"http://{part.metrics_address}/metrics"
            page = await asyncio.to_thread(read, url)
            pages.append(page.decode())
    files = [path for path in tmp_path.rglob("*") if MARK in path.name or contains(path, MARK)]
    assert files == []
    written = capfd.readouterr()
    everything = {
        "workers' logs": "\n".join(lines),
        "our logs": written.err + written.out,
        "metrics": "\n".join(pages),
        "errors": "\n".join(errors),
    }
    first_word = expected_answer(MARK, 2).strip()
    assert len(errors) == 14
    assert "cache unusable" in everything["our logs"]
    for place, text in everything.items():
        assert text, f"{place}: nothing was written, so nothing was shown"
        assert MARK not in text, place
        assert first_word not in text, place
