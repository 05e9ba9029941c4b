"""No prompt and no answer is ever written: success and failures, all at debug level."""

import asyncio
import signal
import urllib.request

import grpc
from evenflow.v1 import generation_pb2, inference_pb2

from services.cli.fleet_events import FleetEvent, Said
from services.runtime import logs
from services.worker.engines.scripted import expected_answer

MARK = "zanzibar-marmalade"


def read(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=5) as page:  # noqa: S310 - our own page
        return page.read()


async def test_marked_prompts_leave_no_trace(open_mesh, capfd) -> None:
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
            "EVENFLOW_GATEWAY_METRICS_LISTEN": "127.0.0.1:0",
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
        call = aiter(poker.generate(MARK, 400))
        victim = (await anext(call)).started.worker_id
        poker.mesh.kill(int(victim.removeprefix("worker-")) - 1, signal.SIGKILL)
        assert [message async for message in call][-1].HasField("finished")  # by another
        survivors = [worker for worker in poker.mesh.workers if worker.id != victim]
        for part in (poker.mesh.gateway, poker.mesh.balancer, *survivors):
            url = f"http://{part.metrics_address}/metrics"
            page = await asyncio.to_thread(read, url)
            pages.append(page.decode())
    written = capfd.readouterr()
    everything = {
        "workers' logs": "\n".join(lines),
        "our logs": written.err + written.out,
        "metrics": "\n".join(pages),
        "errors": "\n".join(errors),
    }
    first_word = expected_answer(MARK, 2).strip()
    assert len(errors) == 5
    for place, text in everything.items():
        assert text, f"{place}: nothing was written, so nothing was shown"
        assert MARK not in text, place
        assert first_word not in text, place
