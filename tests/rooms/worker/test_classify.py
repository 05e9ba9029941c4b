"""Classify at a worker, on real sockets, with a classifier that can be checked by hand."""

import asyncio
from contextlib import asynccontextmanager

import grpc
import pytest
from evenflow.v1 import classification_pb2 as c
from evenflow.v1 import worker_pb2

from services.runtime.lifecycle import StartFailed
from services.runtime.status import read_fault
from services.runtime.text import Text
from services.worker.classifiers.classifier import ClassifierInfo
from services.worker.classifiers.classifying import Classifying
from services.worker.errors import ClassifierBusy, ClassifierFailed
from tests.tools.tiny_classifier import LABELS, expected, make_classifier


@pytest.fixture
async def classifying(start, tmp_path):
    folder = make_classifier(tmp_path / "tiny")
    async with start(classifiers=(str(folder), f"other={folder}")) as worker:
        yield worker


def request(*texts: str, model: str = "tiny", **fields) -> c.ClassifyRequest:
    return c.ClassifyRequest(model=model, texts=texts, **fields)


async def refusal(call):
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await call
    return read_fault(caught.value)


async def test_each_text_gets_all_labels_most_likely_first(classifying):
    texts = ["translate please", "hello " * 12, "no word of these", "what once once"] * 5
    response = await classifying.stub.Classify(request(*texts))
    assert (response.model, response.threshold, response.fallback) == ("tiny", 0.5, "chat")
    assert response.worker_id == classifying.running.instance_id
    assert len(response.model_version) == 12
    for text, told in zip(texts, response.classifications, strict=True):
        probabilities = {label.label: label.probability for label in told.labels}
        assert probabilities == pytest.approx(expected(text), abs=1e-5)
        assert list(probabilities.values()) == sorted(probabilities.values(), reverse=True)
    assert [label.label for label in response.classifications[2].labels] == list(LABELS)


async def test_the_load_report_names_them(classifying):
    report = await classifying.load()
    assert [info.name for info in report.classifiers] == ["other", "tiny"]
    assert list(report.classifiers[1].labels) == list(LABELS)


async def test_no_name_means_the_only_one(start, tmp_path):
    folder = make_classifier(tmp_path / "tiny")
    async with start(classifiers=(str(folder),)) as worker:
        assert (await worker.stub.Classify(request("hello", model=""))).model == "tiny"


@pytest.mark.parametrize("model", ["", "nobody"])
async def test_a_classifier_that_is_not_served_is_told_with_those_that_are(classifying, model):
    fault = await refusal(classifying.stub.Classify(request("hello", model=model)))
    assert (fault.code, fault.reason) == (grpc.StatusCode.NOT_FOUND, "UNKNOWN_CLASSIFIER")
    assert "other, tiny" in fault.message
    assert model in fault.message


@pytest.mark.parametrize(
    ("wrong", "field", "limit"),
    [
        (request(), "texts", "1 to 256"),
        (request(*["a"] * 257), "texts", "1 to 256"),
        (request("a", ""), "texts[1]", "1 to 65536"),
        (request("é" * 32_769), "texts[0]", "65538 bytes; must be 1 to 65536"),
        (request(*["a" * 65_536] * 17), "texts", "at most 1048576"),
        (request("a", model="m" * 257), "model", "256"),
        (request("a", request_id="a b"), "request_id", "A-Za-z0-9"),
    ],
)
async def test_what_is_wrong_is_named_with_its_limit(classifying, wrong, field, limit):
    fault = await refusal(classifying.stub.Classify(wrong))
    assert (fault.code, fault.reason) == (grpc.StatusCode.INVALID_ARGUMENT, "INVALID_FIELD")
    assert [violation.field for violation in fault.violations] == [field]
    assert limit in fault.violations[0].description


async def test_a_worker_that_drains_takes_no_texts(classifying):
    await classifying.stub.Drain(worker_pb2.DrainRequest())
    fault = await refusal(classifying.stub.Classify(request("hello")))
    assert (fault.code, fault.reason) == (grpc.StatusCode.UNAVAILABLE, "DRAINING")


async def test_a_folder_that_is_none_keeps_the_worker_from_starting(start, tmp_path):
    folder = make_classifier(tmp_path / "tiny")
    (folder / "model.tflite").write_bytes(b"something else")
    with pytest.raises(StartFailed, match=r"classifier mine: model\.tflite is not the file"):
        async with start(classifiers=(f"mine={folder}",)):
            pass


class Held:
    """A classifier that runs a batch when it is let, and fails as it is told."""

    info = ClassifierInfo("held", "1", ("a", "b"))

    def __init__(self) -> None:
        self.batches: list[list[str]] = []
        self.error: Exception | None = None
        self.began = asyncio.Queue[None]()
        self.may_go = asyncio.Semaphore(0)

    async def run(self, texts):
        self.batches.append([text.reveal for text in texts])
        self.began.put_nowait(None)
        await self.may_go.acquire()
        if self.error is not None:
            raise self.error
        return [(len(text), 0.0) for text in texts]


@asynccontextmanager
async def at_work(held: Held, **limits: int):
    classifying = Classifying(held, **limits)
    async with asyncio.TaskGroup() as group:
        work = group.create_task(classifying.work())
        yield classifying, group
        work.cancel()


async def test_calls_that_come_while_a_batch_runs_are_run_together():
    held = Held()
    async with at_work(held) as (classifying, group):
        first = group.create_task(classifying.classify([Text("a")]))
        await held.began.get()
        others = [group.create_task(classifying.classify([Text("b" * n)] * n)) for n in range(1, 4)]
        held.may_go.release()
        await held.began.get()
        held.may_go.release()
        assert list(await first) == [(1, 0.0)]
        for n, other in enumerate(others, 1):
            assert list(await other) == [(n, 0.0)] * n
    assert held.batches == [["a"], ["b", "bb", "bbb", "bb", "bbb", "bbb"]]


async def test_who_leaves_is_not_run_and_holds_up_nobody():
    held = Held()
    async with at_work(held, at_once=1) as (classifying, group):
        first = group.create_task(classifying.classify([Text("first")]))
        await held.began.get()
        leaving = asyncio.ensure_future(classifying.classify([Text("leaving")]))
        last = group.create_task(classifying.classify([Text("last")]))
        await asyncio.sleep(0)
        leaving.cancel()
        first.cancel()
        held.may_go.release()
        await held.began.get()
        held.may_go.release()
        await last
    assert held.batches == [["first"], ["last"]]


async def test_where_too_many_wait_a_call_is_refused():
    held = Held()
    async with at_work(held, at_once=1, most=2) as (classifying, group):
        calls = [group.create_task(classifying.classify([Text("a")] * 3))]
        await held.began.get()
        with pytest.raises(ClassifierBusy, match="limit of 2 texts") as caught:
            await classifying.classify([Text("b")])
        assert caught.value.wait > 0
        for _ in range(3):
            held.may_go.release()
        await calls[0]


async def test_a_batch_that_fails_fails_its_own_calls_alone():
    held = Held()
    async with at_work(held) as (classifying, group):
        held.error = ValueError("some text")
        first = asyncio.ensure_future(classifying.classify([Text("a")]))
        await held.began.get()
        second = group.create_task(classifying.classify([Text("b")]))
        await asyncio.sleep(0)
        held.may_go.release()
        with pytest.raises(ClassifierFailed) as caught:
            await first
        assert "some text" not in str(caught.value)
        held.error = None
        held.may_go.release()
        assert list(await second) == [(1, 0.0)]
