"""Classify through a gateway: whom it asks, what counts, what callers are told."""

import grpc
import pytest
from evenflow.v1 import classification_pb2 as c
from evenflow.v1 import inference_pb2 as i

from gateway.tenants.keys import digest
from services.runtime.status import RpcFault, read_fault
from tests.rooms.gateway.conftest import a_mesh


@pytest.fixture
async def serving():
    async with a_mesh(classifiers=("task", "mood")) as mesh:
        yield mesh


def request(*texts: str, **fields) -> c.ClassifyRequest:
    return c.ClassifyRequest(texts=texts, **fields)


async def refusal(call) -> RpcFault:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await call
    return read_fault(caught.value)


def full(seconds: float) -> RpcFault:
    code = grpc.StatusCode.RESOURCE_EXHAUSTED
    return RpcFault(code, "CLASSIFIER_BUSY", "full", retry_after=seconds)


GONE = RpcFault(grpc.StatusCode.UNAVAILABLE, "DRAINING", "leaving")


async def test_the_answer_is_the_workers_and_needs_no_ticket(serving):
    for worker in serving.workers:
        worker.says = lambda text: {"glad": len(text) / 10, "sad": 1 - len(text) / 10}
    response = await serving.stub.Classify(request("abc", "abcdefg", model="mood"))
    likeliest = [told.labels[0].label for told in response.classifications]
    assert likeliest == ["sad", "glad"]
    assert (response.model, response.model_version, response.threshold) == ("mood", "v1", 0.6)
    assert response.worker_id in {"w1", "w2"}
    assert not serving.balancer.submitted


async def test_no_name_means_the_classifier_of_tasks(serving):
    assert (await serving.stub.Classify(request("a"))).model == "task"


async def test_calls_are_shared_among_the_workers(serving):
    for _ in range(40):
        await serving.stub.Classify(request("a"))
    counts = [len(worker.classified) for worker in serving.workers]
    assert min(counts) >= 5


@pytest.mark.parametrize("fault", [GONE, full(1.0)])
async def test_another_worker_is_asked_where_one_cannot(serving, fault):
    first, second = serving.workers
    first.classify_fault = fault
    for _ in range(8):
        assert (await serving.stub.Classify(request("a"))).worker_id == second.worker_id
    assert first.classified


async def test_another_worker_is_asked_where_one_is_dead(start_mesh):
    async with start_mesh(classifiers=("task",), connect_seconds=0.1) as mesh:
        first, second = mesh.workers
        await mesh.hosting.kill(first)
        for _ in range(8):
            assert (await mesh.stub.Classify(request("a"))).worker_id == second.worker_id


async def test_where_all_are_full_the_caller_is_told_when_to_come_back(serving):
    for worker, seconds in zip(serving.workers, (3.0, 2.0), strict=True):
        worker.classify_fault = full(seconds)
    fault = await refusal(serving.stub.Classify(request("a")))
    assert (fault.code, fault.reason) == (grpc.StatusCode.RESOURCE_EXHAUSTED, "CLASSIFIER_BUSY")
    assert fault.retry_after == 2.0


async def test_where_all_are_gone_it_is_unavailable(serving):
    for worker in serving.workers:
        worker.classify_fault = GONE
    fault = await refusal(serving.stub.Classify(request("a")))
    assert (fault.code, fault.reason) == (grpc.StatusCode.UNAVAILABLE, "NO_CLASSIFIER")
    assert fault.retry_after


async def test_a_text_that_breaks_a_classifier_is_tried_on_no_other(serving):
    for worker in serving.workers:
        worker.classify_fault = RpcFault(grpc.StatusCode.INTERNAL, "CLASSIFIER_FAILED", "failed")
    fault = await refusal(serving.stub.Classify(request("a")))
    assert (fault.code, fault.reason) == (grpc.StatusCode.INTERNAL, "CLASSIFIER_FAILED")
    assert sum(len(worker.classified) for worker in serving.workers) == 1


async def test_a_classifier_that_nobody_serves_is_named(serving):
    fault = await refusal(serving.stub.Classify(request("a", model="topics")))
    assert (fault.code, fault.reason) == (grpc.StatusCode.NOT_FOUND, "UNKNOWN_CLASSIFIER")
    assert "'topics'" in fault.message
    assert "mood, task" in fault.message


@pytest.mark.parametrize(
    ("wrong", "field", "limit"),
    [
        (request(), "texts", "must be 1 to 256"),
        (request(*["a"] * 257), "texts", "must be 1 to 256"),
        (request("a", ""), "texts[1]", "must be 1 to 65536"),
        (request("é" * 32_769), "texts[0]", "65538 bytes"),
        (request(*["a" * 65_536] * 17), "texts", "at most 1048576"),
        (request("a", model="m" * 257), "model", "at most 256"),
        (request("a", request_id="not this"), "request_id", "A-Za-z0-9"),
    ],
)
async def test_what_is_wrong_is_named_with_its_limit(serving, wrong, field, limit):
    fault = await refusal(serving.stub.Classify(wrong))
    assert (fault.code, fault.reason) == (grpc.StatusCode.INVALID_ARGUMENT, "INVALID_FIELD")
    assert [violation.field for violation in fault.violations] == [field]
    assert limit in fault.violations[0].description
    assert not any(worker.classified for worker in serving.workers)


async def test_a_deadline_ends_the_call_at_the_worker_too(serving):
    for worker in serving.workers:
        worker.may_classify.clear()
    fault = await refusal(serving.stub.Classify(request("a"), timeout=0.3))
    assert fault.code is grpc.StatusCode.DEADLINE_EXCEEDED
    await serving.balancer.until(lambda: any(worker.cancelled for worker in serving.workers))


async def test_quotas_and_rights_hold(start_mesh, tmp_path):
    roll = tmp_path / "tenants.toml"
    roll.write_text(
        f'[tenants.small]\nkeys = ["{digest("small-key")}"]\ntokens_per_minute = 100\n'
        f'models = ["mood"]\n'
    )
    metadata = (("authorization", "Bearer small-key"),)
    async with start_mesh(classifiers=("task", "mood"), tenants=roll) as mesh:
        asked = request("a" * 240, model="mood")
        await mesh.stub.Classify(asked, metadata=metadata)
        fault = await refusal(mesh.stub.Classify(asked, metadata=metadata))
        assert (fault.code, fault.reason) == (
            grpc.StatusCode.RESOURCE_EXHAUSTED,
            "TOKENS_PER_MINUTE",
        )
        fault = await refusal(mesh.stub.Classify(request("a"), metadata=metadata))
        assert (fault.code, fault.reason) == (
            grpc.StatusCode.PERMISSION_DENIED,
            "MODEL_NOT_ALLOWED",
        )
        fault = await refusal(mesh.stub.Classify(request("a")))
        assert fault.code is grpc.StatusCode.UNAUTHENTICATED
        models = await mesh.stub.ListModels(i.ListModelsRequest(), metadata=metadata)
        assert [model.name for model in models.models] == ["mood"]


async def test_calls_are_counted(start_mesh):
    async with start_mesh(classifiers=("task",), metrics_listen="127.0.0.1:0") as mesh:
        await mesh.stub.Classify(request("a"))
        name = 'evenflow_gateway_requests_total{code="OK",reason="",task="classify"}'
        assert await mesh.metric(name) == 1
