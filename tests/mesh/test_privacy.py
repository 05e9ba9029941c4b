"""No prompt and no answer is ever written: success and failures, all at debug level."""

import functools
import os
import signal

import httpx
from evenflow.v1 import balancer_pb2, generation_pb2, inference_pb2

from gateway.tenants.keys import digest, key_from
from services.cli.mesh.worker_process import worker_process
from services.runtime import logs
from services.runtime.status import read_fault
from services.worker.engines.scripted import expected_answer
from tests.tools import ill_worker
from tests.tools.witness import Witness

MARK = "zanzibar-marmalade"


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


async def fail_to_explain(poker, fail) -> None:
    """Ask for explanations that cannot be; test_explaining has one that can."""
    prompt = inference_pb2.PromptTask(text=MARK)
    label = inference_pb2.LabelTask(text=MARK)
    for wrong in (
        inference_pb2.ExplainRequest(prompt=prompt, answer_text=MARK),  # without gradients
        inference_pb2.ExplainRequest(prompt=prompt, answer_text=MARK * 4000),
        inference_pb2.ExplainRequest(label=inference_pb2.LabelTask(text=MARK, label=MARK)),
        inference_pb2.ExplainRequest(label=label, answer_text=MARK),
    ):
        await fail(poker.inference.Explain(wrong))


async def test_marked_prompts_leave_no_trace(open_mesh, capfd, tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    logs.configure("debug", "json")
    witness = Witness()
    fail, errors = witness.fail, witness.errors
    settings = {"scripted_step_ms": 20, "context": 512}
    async with open_mesh(
        heard=witness.heard,
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
        await fail_to_explain(poker, fail)
        errors += await fail_by_http(f"http://{poker.mesh.gateway.http_address}/v1")
        call = aiter(poker.generate(MARK, 400))
        victim = (await anext(call)).started.worker_id
        poker.mesh.kill(int(victim.removeprefix("worker-")) - 1, signal.SIGKILL)
        assert [message async for message in call][-1].HasField("finished")  # by another
        survivors = [worker for worker in poker.mesh.workers if worker.id != victim]
        await witness.look_at_metrics([poker.mesh.gateway, poker.mesh.balancer, *survivors])
    first_word = expected_answer(MARK, 2).strip()
    seen = witness.saw_nothing_of([MARK, first_word], capfd, tmp_path)
    assert len(errors) == 18
    assert "cache unusable" in seen["our logs"]


async def test_refusals_tell_limits_and_no_prompts(open_mesh, capfd, tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    logs.configure("debug", "json")
    limits = {"few": "requests_per_minute = 1", "short": "tokens_per_minute = 30", "many": ""}
    keys = {name: key_from(name.encode().ljust(32)) for name in limits}
    tenants = [
        f'[tenants.{name}]\nkeys = ["{digest(keys[name])}"]\n{limit}'
        for name, limit in limits.items()
    ]
    (tmp_path / "tenants.toml").write_text("\n".join(tenants))
    witness = Witness()
    async with open_mesh(
        workers=1,
        heard=witness.heard,
        worker_settings={"scripted_step_ms": 20, "slots": 1},
        log_level="debug",
        has_metrics=True,
        environ={
            **os.environ,
            "EVENFLOW_GATEWAY_METRICS_LISTEN": "127.0.0.1:0",
            "EVENFLOW_GATEWAY_TENANTS": str(tmp_path / "tenants.toml"),
            "EVENFLOW_GATEWAY_MAX_IN_FLIGHT_PER_TENANT": "3",
            "EVENFLOW_BALANCER_METRICS_LISTEN": "127.0.0.1:0",
            "EVENFLOW_BALANCER_QUEUE_LIMIT": "2",
        },
    ) as poker:

        def ask(tenant: str, words: str, tokens: int):
            request = inference_pb2.GenerateRequest(
                prompt=inference_pb2.PromptTask(text=f"{MARK} {words}"),
                sampling=generation_pb2.Sampling(max_tokens=tokens),
            )
            metadata = [("authorization", f"Bearer {keys[tenant]}")]
            return poker.inference.Generate(request, timeout=60, metadata=metadata)

        running = [ask("many", "runs", 400)]
        await running[0].read()
        running += [ask("many", words, 8) for words in ("waits", "waits too")]
        await poker.until(lambda snapshot: sum(q.waiting for q in snapshot.queues) == 2)
        refused = [await witness.fail(ask("many", "is one too many", 8))]
        running.append(ask("few", "takes the place of who waits last", 8))
        refused += [
            await witness.fail(running[2]),
            await witness.fail(ask("few", "comes again too soon", 8)),
            await witness.fail(ask("short", "asks for too much", 400)),
        ]
        for call in running:
            call.cancel()
        await witness.look_at_metrics(
            [poker.mesh.gateway, poker.mesh.balancer, *poker.mesh.workers]
        )
    assert [read_fault(error).reason for error in refused] == [
        "TOO_MANY_REQUESTS",
        "QUEUE_FULL",
        "REQUESTS_PER_MINUTE",
        "TOKENS_PER_MINUTE",
    ]
    first_word = expected_answer(f"{MARK} runs", 1).strip()
    witness.saw_nothing_of([MARK, first_word, *keys.values()], capfd, tmp_path)


async def test_accidents_on_workers_tell_no_prompts(
    open_mesh, capfd, tmp_path, monkeypatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    ill = functools.partial(worker_process, module="tests.tools.ill_worker")
    monkeypatch.setattr("services.cli.mesh.place.worker_process", ill)
    logs.configure("debug", "json")
    witness = Witness()
    async with open_mesh(
        heard=witness.heard,
        log_level="debug",
        has_metrics=True,
        environ={
            **os.environ,
            "PYTHONFAULTHANDLER": "1",
            "EVENFLOW_GATEWAY_METRICS_LISTEN": "127.0.0.1:0",
            "EVENFLOW_BALANCER_METRICS_LISTEN": "127.0.0.1:0",
        },
    ) as poker:
        gone: set[int] = set()

        def are_two(snapshot: balancer_pb2.FleetSnapshot) -> bool:
            ready = {w.load.epoch for w in snapshot.workers if w.health == w.HEALTH_READY}
            return len(ready - gone) == 2

        for accident in ill_worker.ACCIDENTS:
            fleet = await poker.until(are_two)
            error = await witness.fail(poker.generate(f"<{accident}> befalls {MARK} now", 8))
            assert read_fault(error).reason == "POISON", accident
            if accident in ill_worker.DEADLY:
                gone |= {worker.load.epoch for worker in fleet.workers}
        await poker.until(are_two)
        text, _ = await poker.answer("healthy", 8)
        assert text == expected_answer("healthy", 8)
        await witness.look_at_metrics([poker.mesh.gateway, poker.mesh.balancer])
    seen = witness.saw_nothing_of([MARK], capfd, tmp_path)
    for told in (
        "call failed",  # reading
        "sequence failed",  # prefill
        "step failed",
        "engine died",
        "process failed",  # the engine's
        "Fatal Python error: Aborted",  # the process's: frames, and no values
    ):
        assert told in seen["workers' logs"], told
