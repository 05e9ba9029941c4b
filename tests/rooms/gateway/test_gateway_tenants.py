"""Keys, rights and quotas at a real gateway."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import grpc
import httpx
import pytest
from evenflow.v1 import balancer_pb2 as b
from evenflow.v1 import generation_pb2 as g
from evenflow.v1 import inference_pb2 as i
from evenflow.v1.classification_pb2 import ClassifyRequest

from gateway.app import serve
from gateway.settings import GatewaySettings
from gateway.tenants.keys import digest, key_from
from services.discovery.endpoint import Discovery
from services.discovery.memory import MemoryRegistry
from services.runtime.lifecycle import StartFailed
from services.runtime.status import RpcFault, read_fault

PATIENCE = 20
REVOKED_SECONDS = 1.0  # what is promised of a key that is taken out of the file
SEARCH, BATCH = key_from(bytes(32)), key_from(bytes(range(32)))
FILE = f"""
[tenants.search]
keys = ["{digest(SEARCH)}"]
models = ["counter"]
highest_priority = "normal"

[tenants.batch]
keys = ["{digest(BATCH)}"]
models = []
"""


def bearer(key: str) -> list[tuple[str, str]]:
    return [("authorization", f"Bearer {key}")]


def request(tokens: int = 5, **rest) -> i.GenerateRequest:
    sampling = g.Sampling(max_tokens=tokens)
    return i.GenerateRequest(prompt=i.PromptTask(text="count"), sampling=sampling, **rest)


async def answer(mesh, metadata=(), **rest) -> list[g.GenerateResponse]:
    return [message async for message in mesh.stub.Generate(request(**rest), metadata=metadata)]


async def refusal(mesh, metadata=(), **rest) -> RpcFault:
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await answer(mesh, metadata, **rest)
    return read_fault(error.value)


@pytest.fixture
def tenants_file(tmp_path: Path) -> Path:
    path = tmp_path / "tenants.toml"
    path.write_text(FILE)
    return path


@pytest.fixture
async def mesh(start_mesh, tenants_file):
    async with start_mesh(tenants=tenants_file) as running:
        yield running


async def test_a_key_makes_the_tenant(mesh):
    assert len(await answer(mesh, bearer(SEARCH), tokens=3)) == 5
    (submitted,) = mesh.balancer.submitted
    assert submitted.tenant == "search"


async def test_each_failure_has_its_own_status_and_reason(mesh):
    found = [
        await refusal(mesh),
        await refusal(mesh, bearer("ef-nobodys")),
        await refusal(mesh, [*bearer(SEARCH), ("evenflow-tenant", "batch")]),
        await refusal(mesh, bearer(BATCH), model="counter"),
        await refusal(mesh, bearer(SEARCH), priority=i.PRIORITY_HIGH),
    ]
    code = grpc.StatusCode
    assert [(fault.code, fault.reason) for fault in found] == [
        (code.UNAUTHENTICATED, "NO_KEY"),
        (code.UNAUTHENTICATED, "UNKNOWN_KEY"),
        (code.PERMISSION_DENIED, "OTHER_TENANT"),
        (code.PERMISSION_DENIED, "MODEL_NOT_ALLOWED"),
        (code.PERMISSION_DENIED, "PRIORITY_NOT_ALLOWED"),
    ]
    assert not mesh.balancer.submitted


async def test_models_are_listed_to_who_may_ask_them(mesh):
    async def names(key: str) -> list[str]:
        told = await mesh.stub.ListModels(i.ListModelsRequest(), metadata=bearer(key))
        return [model.name for model in told.models]

    assert await names(SEARCH) == ["counter"]
    assert await names(BATCH) == []
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await mesh.stub.ListModels(i.ListModelsRequest())
    assert error.value.code() is grpc.StatusCode.UNAUTHENTICATED


async def test_who_may_ask_some_models_is_told_of_no_others(start_mesh, tmp_path):
    path = tmp_path / "tenants.toml"
    path.write_text(f'[tenants.t]\nkeys = ["{digest(SEARCH)}"]\nmodels = ["mine"]\n')
    async with start_mesh(tenants=path) as mesh:
        reason = b.Rejected.REASON_NO_SUCH_MODEL
        mesh.balancer.decide = lambda submitted: mesh.balancer.reject(submitted, reason)
        fault = await refusal(mesh, bearer(SEARCH), model="mine")
        told = "no worker serves 'mine'; none is served now"
        assert (fault.reason, fault.message) == ("UNKNOWN_MODEL", told)
        asked = i.PlanRequest(request=request(model="mine"))
        with pytest.raises(grpc.aio.AioRpcError) as error:
            await mesh.stub.Plan(asked, metadata=bearer(SEARCH))
        assert read_fault(error.value).message == told
        wanted = i.ExplainRequest(model="mine", prompt=i.PromptTask(text="Lisbon"))
        with pytest.raises(grpc.aio.AioRpcError) as error:
            async for _ in mesh.stub.Explain(wanted, metadata=bearer(SEARCH)):
                pass
        assert read_fault(error.value).message == told


async def test_who_may_ask_some_classifiers_is_told_of_no_others(start_mesh, tmp_path):
    path = tmp_path / "tenants.toml"
    path.write_text(f'[tenants.t]\nkeys = ["{digest(SEARCH)}"]\nmodels = ["mine", "mood"]\n')
    async with start_mesh(tenants=path, classifiers=("mood", "secret")) as mesh:
        told = "no worker serves the classifier 'mine'; served now: mood"
        with pytest.raises(grpc.aio.AioRpcError) as error:
            asked = ClassifyRequest(model="mine", texts=["a"])
            await mesh.stub.Classify(asked, metadata=bearer(SEARCH))
        fault = read_fault(error.value)
        assert (fault.reason, fault.message) == ("UNKNOWN_CLASSIFIER", told)
        wanted = i.ExplainRequest(model="mine", label=i.LabelTask(text="a"))
        with pytest.raises(grpc.aio.AioRpcError) as error:
            async for _ in mesh.stub.Explain(wanted, metadata=bearer(SEARCH)):
                pass
        fault = read_fault(error.value)
        assert (fault.reason, fault.message) == ("UNKNOWN_CLASSIFIER", told)


async def test_a_batch_shows_its_key_for_every_task(mesh):
    call = mesh.stub.Batch(metadata=bearer("ef-nobodys"))
    await call.write(i.BatchRequest(id="1", request=request()))
    await call.done_writing()
    (response,) = [response async for response in call]
    assert response.id == "1"
    assert response.error.code == grpc.StatusCode.UNAUTHENTICATED.value[0]


async def test_a_minute_of_tokens_is_reserved_and_given_back(start_mesh, tmp_path):
    path = tmp_path / "tenants.toml"
    path.write_text(f'[tenants.t]\nkeys = ["{digest(SEARCH)}"]\ntokens_per_minute = 1000\n')
    async with start_mesh(tenants=path) as mesh:
        for worker in mesh.workers:
            worker.script = worker.hang_after
        running = mesh.stub.Generate(request(800), metadata=bearer(SEARCH))
        await running.read()
        fault = await refusal(mesh, bearer(SEARCH), tokens=800)
        assert (fault.code, fault.reason) == (
            grpc.StatusCode.RESOURCE_EXHAUSTED,
            "TOKENS_PER_MINUTE",
        )
        (quota,) = fault.quotas
        assert quota.field == "t/tokens_per_minute"
        assert fault.retry_after == pytest.approx(36, abs=5)
        running.cancel()
        await mesh.is_quiet()
        for worker in mesh.workers:
            worker.script = worker.count_up
        # One token was used of the 800 reserved.
        assert len(await answer(mesh, bearer(SEARCH), tokens=900)) == 902


async def test_who_stays_on_a_shared_generation_pays_what_the_first_one_left(start_mesh, tmp_path):
    path = tmp_path / "tenants.toml"
    path.write_text(f'[tenants.t]\nkeys = ["{digest(SEARCH)}"]\ntokens_per_minute = 1000\n')
    sharing = {"single_flight": True, "metrics_listen": "127.0.0.1:0", "tenants": path}
    cancelled = 'evenflow_gateway_requests_total{code="CANCELLED",reason="",task="prompt"}'
    async with start_mesh(**sharing) as mesh:
        go_on = asyncio.Event()

        def waiting(worker):
            async def script(request):
                async for message in worker.count_up(request):
                    if message.delta.position == 1:
                        await go_on.wait()
                    yield message

            return script

        for worker in mesh.workers:
            worker.script = waiting(worker)
        first = mesh.stub.Generate(request(400), metadata=bearer(SEARCH))
        await first.read()
        second = mesh.stub.Generate(request(400), metadata=bearer(SEARCH))
        await second.read()
        first.cancel()
        async with asyncio.timeout(PATIENCE):
            while await mesh.metric(cancelled, default=0) < 1:
                pass
        go_on.set()
        while await second.read() is not grpc.aio.EOF:
            pass
        assert sum(len(worker.requests) for worker in mesh.workers) == 1
        # 400 tokens were computed for this tenant, whoever of its callers saw them.
        fault = await refusal(mesh, bearer(SEARCH), tokens=990)
        assert fault.reason == "TOKENS_PER_MINUTE"
        assert fault.retry_after > 10


async def test_plans_count_as_their_texts(start_mesh, tmp_path):
    path = tmp_path / "tenants.toml"
    path.write_text(f'[tenants.t]\nkeys = ["{digest(SEARCH)}"]\ntokens_per_minute = 100\n')
    async with start_mesh(tenants=path) as mesh:
        prompt = i.PromptTask(text="a" * 240)
        asked = i.PlanRequest(request=i.GenerateRequest(prompt=prompt))
        await mesh.stub.Plan(asked, metadata=bearer(SEARCH))
        with pytest.raises(grpc.aio.AioRpcError) as error:
            await mesh.stub.Plan(asked, metadata=bearer(SEARCH))
        fault = read_fault(error.value)
        assert (fault.code, fault.reason) == (
            grpc.StatusCode.RESOURCE_EXHAUSTED,
            "TOKENS_PER_MINUTE",
        )


async def first_refusal(ask: Callable[[], Awaitable[str | None]]) -> str:
    """Ask until refused; why. Fails where that takes longer than is promised."""
    async with asyncio.timeout(REVOKED_SECONDS):
        while True:
            if (refused := await ask()) is not None:
                return refused


async def test_a_key_taken_out_of_the_file_opens_no_more_and_streams_go_on(mesh, tenants_file):
    async def ask() -> str | None:
        try:
            await mesh.stub.ListModels(i.ListModelsRequest(), metadata=bearer(SEARCH))
        except grpc.aio.AioRpcError as error:
            return read_fault(error).reason
        return None

    for worker in mesh.workers:
        worker.script = worker.hang_after
    running = mesh.stub.Generate(request(), metadata=bearer(SEARCH))
    await running.read()
    assert await ask() is None
    tenants_file.write_text(FILE.replace(digest(SEARCH), digest("another")))
    assert await first_refusal(ask) == "UNKNOWN_KEY"
    fault = await refusal(mesh, bearer(SEARCH))
    assert (fault.code, fault.reason) == (grpc.StatusCode.UNAUTHENTICATED, "UNKNOWN_KEY")
    assert (await running.read()).HasField("delta")
    running.cancel()


async def test_a_key_taken_out_of_the_file_opens_no_more_by_http(start_mesh, tenants_file):
    async with (
        start_mesh(tenants=tenants_file, http_listen="127.0.0.1:0") as mesh,
        httpx.AsyncClient(base_url=f"http://{mesh.http_address}/v1", timeout=PATIENCE) as http,
    ):
        headers = dict(bearer(SEARCH))

        async def ask() -> str | None:
            answer = await http.get("/models", headers=headers)
            return None if answer.status_code == 200 else answer.json()["error"]["code"]

        assert await ask() is None
        tenants_file.write_text(FILE.replace(digest(SEARCH), digest("another")))
        assert await first_refusal(ask) == "UNKNOWN_KEY"
        answer = await http.post("/completions", headers=headers, json={"prompt": "count"})
        assert answer.status_code == 401


async def test_a_file_that_cannot_be_used_changes_nothing(mesh, tenants_file, capfd):
    tenants_file.write_text("[tenants.search]\nkeys = ['not a digest']\n")
    async with asyncio.timeout(PATIENCE):
        while "tenants file unusable" not in capfd.readouterr().out:
            assert await answer(mesh, bearer(SEARCH))
    assert await answer(mesh, bearer(SEARCH))


@pytest.mark.parametrize(
    ("text", "told"), [("[tenants.a]", "nobody can be this tenant"), (None, "No such file")]
)
async def test_a_gateway_does_not_start_with_a_file_that_cannot_be_used(tmp_path, text, told):
    path = tmp_path / "tenants.toml"
    if text is not None:
        path.write_text(text)
    registry = MemoryRegistry()
    settings = GatewaySettings(listen="127.0.0.1:0", metrics_listen=None, tenants=path)
    with pytest.raises(StartFailed, match=told):
        async with serve(settings, Discovery(registry, registry)):
            pass
