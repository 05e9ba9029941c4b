"""The auto task through a gateway: what a text becomes, and that its caller is told."""

import grpc
import pytest
from evenflow.v1 import classification_pb2 as c
from evenflow.v1 import generation_pb2 as g
from evenflow.v1 import inference_pb2 as i

from services.runtime.status import RpcFault, read_fault
from tests.rooms.gateway.conftest import a_mesh

Told = g.Interpretation


def auto(text: str, **fields) -> i.GenerateRequest:
    sampling = g.Sampling(max_tokens=3)
    return i.GenerateRequest(auto=i.AutoTask(text=text), sampling=sampling, **fields)


@pytest.fixture
async def serving():
    async with a_mesh(classifiers=("task",)) as mesh:
        yield mesh


def says(mesh, label: str, probability: float = 0.9) -> None:
    for worker in mesh.workers:
        worker.says = lambda text: {label: probability, "other": 1 - probability}


async def asked(mesh, request, **call) -> tuple[g.Started, str]:
    """What the caller is told at the start, and what the worker was asked."""
    for worker in mesh.workers:
        worker.requests.clear()
    responses = [response async for response in mesh.stub.Generate(request, **call)]
    assert responses[-1].HasField("finished")
    sent = [request for worker in mesh.workers for request in worker.requests]
    words = sent[0].prompt or "\n".join(m.content for m in sent[0].chat.messages) if sent else ""
    return responses[0].started, words


@pytest.mark.parametrize(
    ("label", "text", "kind", "words"),
    [
        ("question", "What is tea?", Told.KIND_ANSWER, "Answer the question"),
        ("chat", "Hello there", Told.KIND_CHAT, "Hello there"),
        ("completion", "Once upon a", Told.KIND_PROMPT, "Once upon a"),
        ("summary", "Summarize: It rained.", Told.KIND_SUMMARIZE, "Summarize this text:\n\nIt r"),
        ("translation", "Into French: tea", Told.KIND_TRANSLATE, "Translate into French:\n\ntea"),
        ("translation", "Into old French: tea", Told.KIND_CHAT, "Into old French: tea"),
        (
            "translation",
            "Translate into French: I drink tea.",
            Told.KIND_TRANSLATE,
            "Translate into French:\n\nI drink tea.",
        ),
    ],
)
async def test_a_text_becomes_what_it_asks_for(serving, label, text, kind, words):
    says(serving, label)
    started, sent = await asked(serving, auto(text))
    assert started.interpretation.kind == kind
    assert words in sent
    assert started.interpretation.probability == pytest.approx(0.9)
    assert [told.label for told in started.interpretation.labels] == [label, "other"]
    assert (started.interpretation.classifier, started.interpretation.classifier_version) == (
        "task",
        "v1",
    )


async def test_languages_are_told_and_that_the_instruction_is_gone(serving):
    says(serving, "translation")
    started, _ = await asked(serving, auto("Translate from English into French: I drink tea."))
    told = started.interpretation
    assert (told.source_language, told.target_language) == ("en", "fr")
    assert (told.reason, told.instruction_removed) == (Told.REASON_LABEL, True)


async def test_a_summary_of_a_form_is_asked_for_with_its_instruction(serving):
    says(serving, "summary")
    text = "Summarize in one sentence: " + "It rained all day, and nobody went out. " * 3
    started, sent = await asked(serving, auto(text))
    told = started.interpretation
    assert (told.kind, told.reason) == (Told.KIND_SUMMARIZE, Told.REASON_LABEL)
    assert not told.instruction_removed
    assert "Summarize this text:\n\nSummarize in one sentence: It rained" in sent


async def test_what_is_not_sure_is_chat(serving):
    says(serving, "question", 0.59)
    started, sent = await asked(serving, auto("What?"))
    told = started.interpretation
    assert (told.kind, told.reason) == (Told.KIND_CHAT, Told.REASON_UNSURE)
    assert (told.probability, told.threshold) == (pytest.approx(0.59), 0.6)
    assert sent == "What?"


@pytest.mark.parametrize("settings", [{"classifiers": ()}, {"task_classifier": ""}])
async def test_where_there_is_no_classifier_it_is_chat_and_says_so(start_mesh, settings):
    async with start_mesh(**{"classifiers": ("task",), **settings}) as mesh:
        started, sent = await asked(mesh, auto("What is tea?"))
    told = started.interpretation
    assert (told.kind, told.reason) == (Told.KIND_CHAT, Told.REASON_NO_CLASSIFIER)
    assert not told.labels
    assert sent == "What is tea?"


async def test_where_no_classifier_answers_it_is_chat_and_says_so(serving):
    for worker in serving.workers:
        worker.classify_fault = RpcFault(grpc.StatusCode.UNAVAILABLE, "DRAINING", "draining")
    started, _ = await asked(serving, auto("What is tea?"))
    assert started.interpretation.reason == Told.REASON_NO_CLASSIFIER


async def test_other_tasks_are_told_of_no_interpretation(serving):
    started, _ = await asked(serving, i.GenerateRequest(prompt=i.PromptTask(text="hello")))
    assert not started.HasField("interpretation")
    assert not any(worker.classified for worker in serving.workers)


async def test_an_answer_is_shared_by_what_the_text_became(start_mesh):
    async with start_mesh(classifiers=("task",), cache_bytes=1 << 20) as mesh:
        says(mesh, "question")
        _, sent = await asked(mesh, auto("What is tea?"))
        assert sent
        answer = i.AnswerTask(question="What is tea?")
        same = i.GenerateRequest(answer=answer, sampling=g.Sampling(max_tokens=3))
        started, sent = await asked(mesh, same)
        assert sent == "", "kept from the free text"
        assert not started.HasField("interpretation")
        started, sent = await asked(mesh, auto("What is tea?"))
        assert sent == ""
        assert started.interpretation.kind == Told.KIND_ANSWER


async def test_a_batch_interprets_each_of_its_texts(serving):
    for worker in serving.workers:
        worker.says = lambda text: {"question" if text.endswith("?") else "completion": 1.0}
    texts = {"a": "What is tea?", "b": "Once upon a"}

    async def requests():
        for task_id, text in texts.items():
            yield i.BatchRequest(id=task_id, request=auto(text))

    kinds = {}
    async for response in serving.stub.Batch(requests()):
        if response.response.HasField("started"):
            kinds[response.id] = response.response.started.interpretation.kind
    assert kinds == {"a": Told.KIND_ANSWER, "b": Told.KIND_PROMPT}


async def test_a_long_text_is_shown_to_the_classifier_by_its_ends(serving):
    text = "Once upon " + "a" * 100_000 + " the end"
    says(serving, "completion")
    started, sent = await asked(serving, auto(text))
    (request,) = [r for worker in serving.workers for r in worker.classified]
    assert isinstance(request, c.ClassifyRequest)
    assert len(request.texts[0].encode()) < 1 << 16
    assert (request.texts[0][:10], request.texts[0][-7:]) == ("Once upon ", "the end")
    assert started.interpretation.kind == Told.KIND_PROMPT
    assert sent == text


async def test_an_empty_text_is_refused_by_name(serving):
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await asked(serving, auto(""))
    fault = read_fault(caught.value)
    assert fault.code is grpc.StatusCode.INVALID_ARGUMENT
    assert [violation.field for violation in fault.violations] == ["auto.text"]
