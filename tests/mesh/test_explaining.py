"""Explanations through gateway, balancer and workers, with processes whose numbers are known."""

import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import grpc
import pytest
from evenflow.v1 import balancer_pb2, balancer_pb2_grpc, inference_pb2, inference_pb2_grpc
from evenflow.v1 import explanation_pb2 as e

import gateway.app
import loadbalancer.app
import services.worker.app
from gateway.settings import GatewaySettings
from loadbalancer.settings import BalancerSettings
from services.discovery.endpoint import Discovery
from services.discovery.memory import MemoryRegistry
from services.runtime import logs
from services.runtime.status import RpcFault, read_fault
from services.runtime.transport import open_channel
from services.worker.engines.scripted import expected_answer, expected_tokens
from services.worker.explaining import open as opening
from services.worker.settings import WorkerSettings
from tests.tools.tiny_classifier import LABELS, make_classifier
from tests.tools.tiny_explainer import DEADLY

TINY = (sys.executable, "-m", "tests.tools.tiny_explainer")
PATIENCE = 60
MARK = "zanzibar marmalade"
PORT = {"listen": "127.0.0.1:0", "metrics_listen": None}


@dataclass
class Explained:
    """A mesh in this process."""

    inference: Any
    balancer: Any

    def explain(self, prompt: str, tokens: int = 3, **fields: Any) -> Any:
        request = inference_pb2.ExplainRequest(
            prompt=inference_pb2.PromptTask(text=prompt),
            options=e.ExplanationOptions(max_answer_tokens=tokens),
            **fields,
        )
        return self.inference.Explain(request, timeout=PATIENCE)

    async def until(self, holds: Callable[[balancer_pb2.WorkerState], bool]) -> None:
        """Wait until every worker's state is so."""
        asked = balancer_pb2.WatchFleetRequest(interval_ms=100)
        call = self.balancer.WatchFleet(asked, timeout=PATIENCE)
        try:
            async for snapshot in call:
                if len(snapshot.workers) == 2 and all(map(holds, snapshot.workers)):
                    return
        finally:
            call.cancel()

    async def is_quiet(self) -> None:
        """Wait until nobody holds a lease, a slot or a place."""
        await self.until(
            lambda worker: (
                not (worker.leases or worker.load.slots_used or worker.load.explanations_used)
            )
        )


@pytest.fixture
async def mesh(tmp_path, monkeypatch) -> AsyncIterator[Explained]:
    async with a_mesh(tmp_path, monkeypatch) as running:
        yield running


@asynccontextmanager
async def a_mesh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Explained]:
    monkeypatch.setattr(opening, "command", lambda *flags: TINY)
    monkeypatch.setattr(opening, "has_gradients", lambda settings: True)
    folder = make_classifier(tmp_path / "tiny")
    registry = MemoryRegistry()
    discovery = Discovery(registry, registry)
    worker = WorkerSettings(
        **PORT, engine="scripted", scripted_step_ms=5.0, classifiers=(f"task={folder}",)
    )
    async with AsyncExitStack() as stack:
        balancer = await stack.enter_async_context(
            loadbalancer.app.serve(BalancerSettings(**PORT), discovery)
        )
        for name in ("w1", "w2"):
            named = replace(worker, instance_id=name)
            await stack.enter_async_context(services.worker.app.serve(named, discovery))
        served = await stack.enter_async_context(
            gateway.app.serve(GatewaySettings(**PORT), discovery)
        )
        caller = await stack.enter_async_context(open_channel(served.address, None, internal=False))
        told = await stack.enter_async_context(open_channel(balancer.address, None))
        mesh = Explained(
            inference_pb2_grpc.InferenceServiceStub(caller),
            balancer_pb2_grpc.BalancerServiceStub(told),
        )
        await mesh.until(lambda worker: worker.load.explanations_total > 0)
        yield mesh


async def whole(call: Any) -> dict[str, list[Any]]:
    """The events of an explanation, by their kind."""
    found: dict[str, list[Any]] = {}
    async for event in call:
        kind = event.WhichOneof("event")
        found.setdefault(kind, []).append(getattr(event, kind))
    return found


async def refusal(call: Any) -> RpcFault:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await whole(call)
    return read_fault(caught.value)


async def test_the_models_own_answer_is_generated_and_explained(mesh) -> None:
    events = await whole(mesh.explain("hello", request_id="mine"))
    (started,) = events["started"]
    assert (started.request_id, started.answer_generated) == ("mine", True)
    assert [token.token_id for token in started.prompt] == list(b"hello")
    assert [token.token_id for token in started.answer] == list(expected_tokens("hello", 3))
    assert "".join(token.text for token in started.answer) == expected_answer("hello", 3)
    first = events["attribution"][0]
    assert list(first.scores) == pytest.approx([-(byte**2) / 100 for byte in b"hello"])
    assert [len(told.scores) for told in events["attribution"]] == [5, 6, 7]
    (finished,) = events["finished"]
    assert finished.is_complete
    assert (finished.usage.prompt_tokens, finished.usage.completion_tokens) == (5, 3)
    await mesh.is_quiet()


async def test_a_given_answer_generates_nothing(mesh) -> None:
    events = await whole(mesh.explain("hello", answer_text="abc"))
    assert [token.token_id for token in events["started"][0].answer] == list(b"abc")
    await mesh.until(lambda worker: worker.load.generated_tokens_total == 0)


@pytest.mark.parametrize("method", ["INTEGRATED_GRADIENTS", "GRADIENT_X_INPUT"])
async def test_a_label_is_explained_by_either_method(mesh, method) -> None:
    options = e.ExplanationOptions(method=f"EXPLANATION_METHOD_{method}")
    label = inference_pb2.LabelTask(text="hello translate", label=LABELS[1])
    request = inference_pb2.ExplainRequest(label=label, options=options)
    events = await whole(mesh.inference.Explain(request, timeout=PATIENCE))
    assert [token.text for token in events["started"][0].prompt] == ["hello", "translate"]
    assert events["finished"][0].method == options.method


async def test_who_kills_every_explaining_process_is_told_and_others_are_served(mesh) -> None:
    told = await refusal(mesh.explain(f"hello{chr(DEADLY)}"))
    assert (told.code, told.reason) == (grpc.StatusCode.UNAVAILABLE, "EXPLAINER_LOST")
    assert told.retry_after
    await mesh.is_quiet()
    for _ in range(4):  # on either worker, in a new process
        assert (await whole(mesh.explain("hello")))["finished"][0].is_complete


async def test_who_leaves_leaves_nothing_behind(mesh) -> None:
    call = mesh.explain("hello", tokens=64)
    async with aclosing(aiter(call)) as events:
        first = await anext(events)
        assert first.progress.stage == e.ExplanationProgress.STAGE_ANSWERING
        call.cancel()
    await mesh.is_quiet()


async def test_more_tokens_than_are_explained_are_refused_by_the_callers_field(mesh) -> None:
    told = await refusal(mesh.explain("x" * 600))
    assert (told.code, told.reason) == (
        grpc.StatusCode.INVALID_ARGUMENT,
        "TOO_LONG_TO_EXPLAIN",
    )
    assert told.violations[0].field == "prompt"
    assert "at most 512" in told.message
    told = await refusal(mesh.explain("x", answer_text="four"))
    assert (told.reason, told.violations[0].field) == ("TOO_LONG_TO_EXPLAIN", "answer_text")
    told = await refusal(mesh.explain("x", answer_token_ids=[4_000_000_000]))
    assert told.violations[0].field == "answer_token_ids"


async def test_explained_texts_leave_no_trace(tmp_path, monkeypatch, capfd) -> None:
    logs.configure("debug", "json")
    async with a_mesh(tmp_path, monkeypatch) as mesh:
        events = await whole(mesh.explain(MARK, tokens=32, answer_text=MARK))
        assert events["finished"]
        label = inference_pb2.ExplainRequest(label=inference_pb2.LabelTask(text=MARK))
        assert (await whole(mesh.inference.Explain(label)))["finished"]
        answer = await whole(mesh.explain(MARK))
        first_word = answer["started"][0].answer[0].text.strip()
        told = await refusal(mesh.explain(MARK + chr(DEADLY)))
    written = capfd.readouterr()
    everything = f"{written.out}{written.err}{told.message}{told.metadata}"
    assert everything.count('"task": "explain"') == 4
    assert "explaining process ended" in everything
    for secret in (*MARK.split(), first_word, str(list(MARK.encode()))[1:-1]):
        assert secret not in everything
