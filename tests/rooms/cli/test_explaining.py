"""`evenflow explain`, as people run it: against a gateway by script, and through a whole mesh."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import grpc
import pytest
from evenflow.v1 import explanation_pb2 as e
from evenflow.v1 import generation_pb2, inference_pb2, inference_pb2_grpc

from tests.rooms.cli.conftest import Up, _running_up
from tests.tools.tiny_classifier import make_classifier


class Gateway(inference_pb2_grpc.InferenceServiceServicer):
    """Explains every prompt by the same words, and remembers what it was asked."""

    def __init__(self) -> None:
        self.address = ""
        self.asked: list[inference_pb2.ExplainRequest] = []

    def Explain(
        self, request: inference_pb2.ExplainRequest, context: grpc.ServicerContext
    ) -> Iterator[e.ExplainResponse]:
        self.asked.append(request)
        stage = e.ExplanationProgress.STAGE_COMPUTING
        yield e.ExplainResponse(progress=e.ExplanationProgress(stage=stage, done=1, total=9))
        words = ("The", " capital", " of", " France")
        started = e.ExplanationStarted(
            model="small",
            worker_id="w1",
            prompt=[e.ExplainedToken(text=word) for word in words],
            answer=[e.ExplainedToken(text=" Paris")],
            answer_generated=not request.answer_text,
        )
        yield e.ExplainResponse(started=started)
        other = generation_pb2.TokenLogprob(text=" Lyon", logprob=-3.0)
        attribution = e.Attribution(
            scores=[0, 1, 0, 3], logprob=-0.1, relative_gap=0.01, alternatives=[other]
        )
        yield e.ExplainResponse(attribution=attribution)
        finished = e.ExplanationFinished(method=request.options.method, steps=9, is_complete=True)
        yield e.ExplainResponse(finished=finished)


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    server = grpc.server(ThreadPoolExecutor(2))
    fake = Gateway()
    inference_pb2_grpc.add_InferenceServiceServicer_to_server(fake, server)
    fake.address = f"127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
    server.start()
    yield fake
    server.stop(None).wait()


@pytest.fixture(scope="module")
def classifying(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    folder: Path = make_classifier(tmp_path_factory.mktemp("classifiers") / "tiny")
    with _running_up("--workers", "1", EVENFLOW_WORKER_CLASSIFIERS=f"task={folder}") as running:
        yield running


def test_a_prompt_is_explained_in_one_go(gateway: Gateway, run: Any) -> None:
    done = run("explain", "Where is it?", "--target", gateway.address)
    assert (done.returncode, done.stderr) == (0, "")
    assert "The capital of France" in done.stdout
    assert "France +3.00  capital +1.00" in done.stdout
    assert "Lyon 5.0 %" in done.stdout
    (asked,) = gateway.asked
    assert [message.content for message in asked.chat.messages] == ["Where is it?"]
    assert asked.options.method == e.EXPLANATION_METHOD_INTEGRATED_GRADIENTS
    assert not asked.options.HasField("steps")


def test_flags_say_what_is_explained_and_how(gateway: Gateway, run: Any, tmp_path: Path) -> None:
    context = tmp_path / "context.txt"
    context.write_text("It is Paris.")
    told = ("--target", gateway.address)
    run("explain", "Where?", "--context", str(context), "--answer", "Paris", *told)
    run("explain", "Go on", "--complete", "--method", "gradient-x-input", "--steps", "9", *told)
    run("explain", "A text", "--classify", "--model", "mood", *told)
    run("explain", "A text", "--label", "glad", *told)
    first, second, third, fourth = gateway.asked
    assert (first.answer.question, first.answer.context) == ("Where?", "It is Paris.")
    assert first.answer_text == "Paris"
    assert second.prompt.text == "Go on"
    assert second.options.method == e.EXPLANATION_METHOD_GRADIENT_X_INPUT
    assert second.options.steps == 9
    assert (third.model, third.label.text, third.label.label) == ("mood", "A text", "")
    assert fourth.label.label == "glad"


def test_a_page_is_written_and_told_in_no_name(gateway: Gateway, run: Any, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    done = run("explain", "Where is it?", "--html", str(page), "--target", gateway.address)
    assert done.returncode == 0
    assert "The</span>" in page.read_text()
    assert [path.name for path in tmp_path.iterdir()] == ["page.html"]


def test_events_come_as_json(gateway: Gateway, run: Any) -> None:
    done = run("explain", "Where is it?", "--json", "--target", gateway.address)
    events = [json.loads(line) for line in done.stdout.splitlines()]
    names = [event["event"] for event in events]
    assert names == ["progress", "started", "attribution", "finished"]
    assert events[1]["prompt"] == ["The", " capital", " of", " France"]
    assert events[2]["scores"] == [0, 1, 0, 3]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--html", "nowhere/at/all.html"), "--html nowhere/at/all.html"),
        (("--method", "magic"), "--method must be one of integrated-gradients"),
        (("--complete", "--classify"), "give one of --complete"),
    ],
)
def test_what_is_given_wrongly_is_told_before_it_is_asked(
    gateway: Gateway, run: Any, words: tuple[str, ...], told: str
) -> None:
    done = run("explain", "Where is it?", *words, "--target", gateway.address)
    assert done.returncode == 2
    assert told in done.stderr
    assert not gateway.asked


def test_a_model_without_gradients_says_so(classifying: Up, run: Any) -> None:
    done = run("explain", "hello", "--target", classifying.gateway)
    assert done.returncode == 1
    assert "NOT_EXPLAINABLE" in done.stderr
    assert "has no gradients" in done.stderr
    done = run("explain", "hello", "--label", "rage", "--target", classifying.gateway)
    assert "label.label: must be empty or one of question" in done.stderr
