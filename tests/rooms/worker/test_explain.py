"""Explain at a worker, on real sockets, with a process whose numbers can be checked by hand."""

import asyncio
import shutil
import sys
from contextlib import ExitStack

import grpc
import pytest
from evenflow.v1 import explanation_pb2 as e
from evenflow.v1 import worker_pb2

from services.runtime.status import read_fault
from services.worker.explaining import open as opening
from services.worker.explaining.child import Child
from services.worker.explaining.errors import ExplainerBusy, ExplainerLost
from services.worker.explaining.messages import Source
from services.worker.explaining.turns import Turn, Turns
from services.worker.explaining.values import Attributed, Options, Subject, Summed
from tests.tools.tiny_classifier import LABELS, make_classifier
from tests.tools.tiny_explainer import DEADLY

TINY = (sys.executable, "-m", "tests.tools.tiny_explainer")
SOURCE = Source("model", "tiny")


@pytest.fixture
async def explaining(start, tmp_path, monkeypatch):
    monkeypatch.setattr(opening, "command", lambda *flags: TINY)
    folder = make_classifier(tmp_path / "tiny")
    async with start(classifiers=(f"tiny={folder}",)) as worker:
        yield worker


@pytest.fixture
async def child():
    async with Child(TINY, idle=60.0) as process:
        yield process


def request(**fields) -> worker_pb2.WorkerServiceExplainRequest:
    return worker_pb2.WorkerServiceExplainRequest(**{"request_id": "r", **fields})


async def refusal(call):
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await call.read()
    return read_fault(caught.value)


async def heard(child, *prompt: int, options: Options | None = None):
    return [
        word
        async for word in child.ask(SOURCE, Subject(prompt, (4, 5)), options or Options())
        if isinstance(word, Attributed | Summed)
    ]


async def test_a_label_is_explained_token_by_token(explaining):
    stream = explaining.stub.Explain(request(model="tiny", text="hello translate", label="chat"))
    events = [event async for event in stream]
    kinds = [event.WhichOneof("event") for event in events if not event.HasField("progress")]
    assert kinds == ["started", "attribution", "finished"]
    started = next(event.started for event in events if event.HasField("started"))
    assert [token.text for token in started.prompt] == ["hello", "translate"]
    assert (started.model_revision, started.worker_id) == (
        "tiny@1",
        explaining.running.instance_id,
    )
    told = next(event.attribution for event in events if event.HasField("attribution"))
    by_hand = [-(token.token_id**2) / 100 for token in started.prompt]
    assert list(told.scores) == pytest.approx(by_hand)
    assert [one.text for one in told.alternatives] == [LABELS[3]]
    assert events[-1].finished.is_complete
    assert events[-1].finished.method == e.EXPLANATION_METHOD_INTEGRATED_GRADIENTS


async def test_a_second_call_is_answered_as_the_first(explaining):
    for _ in range(3):
        stream = explaining.stub.Explain(request(model="tiny", text="hello"))
        assert [event async for event in stream][-1].HasField("finished")


async def test_the_load_report_tells_of_places(explaining):
    report = await explaining.load()
    assert (report.explanations_total, report.explanations_used) == (4, 0)


@pytest.mark.parametrize(
    ("wrong", "code", "reason", "told"),
    [
        (request(), "INVALID_ARGUMENT", "INVALID_FIELD", "input"),
        (
            request(model="tiny", text="a", options=e.ExplanationOptions(steps=7)),
            "INVALID_ARGUMENT",
            "INVALID_FIELD",
            "options.steps: 7; must be 8 to 1024",
        ),
        (
            request(model="tiny", text="a", options=e.ExplanationOptions(tolerance=float("nan"))),
            "INVALID_ARGUMENT",
            "INVALID_FIELD",
            "options.tolerance",
        ),
        (
            request(model="tiny", text="a", label="rage"),
            "INVALID_ARGUMENT",
            "INVALID_FIELD",
            "label: must be empty or one of question",
        ),
        (
            request(model="tiny", text="a", worker_epoch=1),
            "FAILED_PRECONDITION",
            "STALE_EPOCH",
            "not 1",
        ),
        (
            request(prompt="a", model_revision="another"),
            "FAILED_PRECONDITION",
            "OTHER_REVISION",
            "revision",
        ),
        (
            request(model="tiny", text="a", cache_scope="x" * 257),
            "INVALID_ARGUMENT",
            "INVALID_FIELD",
            "cache_scope: must be at most 256 bytes",
        ),
        (request(model="other", text="a"), "NOT_FOUND", "UNKNOWN_CLASSIFIER", "tiny"),
        (request(prompt="a"), "FAILED_PRECONDITION", "NOT_EXPLAINABLE", "no gradients"),
    ],
)
async def test_what_cannot_be_explained_is_refused(explaining, wrong, code, reason, told):
    fault = await refusal(explaining.stub.Explain(wrong))
    assert (fault.code.name, fault.reason) == (code, reason)
    assert told in fault.message


async def test_a_folder_that_is_another_one_by_now_is_not_explained(explaining, tmp_path):
    shutil.rmtree(tmp_path / "tiny")
    asked = request(model="tiny", text="hello")
    fault = await refusal(explaining.stub.Explain(asked))
    assert (fault.code.name, fault.reason) == ("FAILED_PRECONDITION", "NOT_EXPLAINABLE")
    assert "cannot be read any more" in fault.message
    make_classifier(tmp_path / "tiny", version="newer")
    fault = await refusal(explaining.stub.Explain(asked))
    assert fault.reason == "NOT_EXPLAINABLE"
    assert "its folder holds newer now" in fault.message


async def test_none_is_made_where_that_is_set(start, tmp_path):
    folder = make_classifier(tmp_path / "tiny")
    async with start(classifiers=(f"tiny={folder}",), explanations=0) as worker:
        assert (await worker.load()).explanations_total == 0
        fault = await refusal(worker.stub.Explain(request(model="tiny", text="a")))
        assert (fault.code.name, fault.reason) == ("FAILED_PRECONDITION", "NOT_EXPLAINABLE")


async def test_a_worker_that_drains_explains_nothing(explaining):
    await explaining.stub.Drain(worker_pb2.DrainRequest())
    fault = await refusal(explaining.stub.Explain(request(model="tiny", text="a")))
    assert (fault.code.name, fault.reason) == ("UNAVAILABLE", "DRAINING")


async def test_answer_tokens_see_those_before_them(child):
    first, second, summed = await heard(child, 1, 2)
    assert first.scores == pytest.approx((-0.01, -0.04))
    assert second.scores == pytest.approx((-0.01, -0.04, -0.16))
    assert summed.worst_gap < 1e-4


async def test_a_lost_process_is_told_and_followed_by_another(child):
    await heard(child, 1)
    before = child.pid
    with pytest.raises(ExplainerLost):
        await heard(child, DEADLY)
    assert (await heard(child, 1))[-1].worst_gap < 1e-4
    assert child.pid != before


async def test_who_leaves_in_the_middle_leaves_a_process_that_listens(child):
    words = child.ask(SOURCE, Subject((1,), (4, 5)), Options())
    await anext(words)
    await words.aclose()
    process = child.pid
    assert await heard(child, 1)
    assert child.pid == process


async def come(turn: Turn) -> None:
    async for _ in turn.nearing():
        pass


async def test_turns_come_in_order_and_are_bounded():
    changes = []
    turns = Turns(2, lambda: changes.append(turns.used))
    with turns.turn("a") as first, turns.turn("a") as second:
        assert (first.join(), second.join()) == (0, 1)
        with pytest.raises(ExplainerBusy), turns.turn("a"):
            pass
        await come(first)
        waiting = asyncio.ensure_future(come(second))
        await asyncio.sleep(0)
        assert not waiting.done()
        waiting.cancel()
    assert changes == [1, 2, 1, 0]


async def test_who_is_not_ready_keeps_nobody_waiting():
    turns = Turns(2, lambda: None)
    with turns.turn("a") as answering, turns.turn("b") as ready:
        assert ready.join() == 0
        await come(ready)
        assert answering.join() == 1


async def test_a_greedy_tenant_gives_a_place_to_another_that_has_the_next_turn():
    turns = Turns(3, lambda: None)
    with ExitStack() as first, turns.turn("greedy") as second:
        running = first.enter_context(turns.turn("greedy"))
        running.join()
        assert second.join() == 1
        waiting = asyncio.ensure_future(come(second))
        with ExitStack() as last:
            third = last.enter_context(turns.turn("greedy"))
            with turns.turn("other") as other:
                assert turns.used == 3
                assert other.join() == 1, "only what runs is before it"
                with pytest.raises(ExplainerBusy):
                    third.join()
                with pytest.raises(ExplainerBusy), turns.turn("greedy"):
                    pass
                first.close()
                await come(other)
                assert not waiting.done()
            await waiting


async def test_who_gives_way_while_it_waits_is_told():
    turns = Turns(2, lambda: None)
    with turns.turn("greedy") as running, ExitStack() as left:
        running.join()
        waits = left.enter_context(turns.turn("greedy"))
        waits.join()
        waiting = asyncio.ensure_future(come(waits))
        with turns.turn("other"):
            with pytest.raises(ExplainerBusy):
                await waiting
            left.close()
            assert turns.used == 2
