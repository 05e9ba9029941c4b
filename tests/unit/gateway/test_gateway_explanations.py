import pytest
from evenflow.v1 import explanation_pb2 as e

from gateway.errors import Garbled, Refusal
from gateway.explanations.explainers import BUSY, LOST, Unable, in_order, not_to_ask, refusal
from gateway.explanations.told import Differs, Told
from gateway.fleet import ClassifierView, Fleet, WorkerView


def a_worker(name: str, total: int, used: int, model: str = "small") -> WorkerView:
    return WorkerView(
        name,
        f"{name}:1",
        True,
        model,
        "1",
        classifiers=(ClassifierView("task", "1", ("a", "b")),),
        explanations_total=total,
        explanations_used=used,
    )


FREE, FULL, NONE = a_worker("free", 4, 3), a_worker("full", 4, 4), a_worker("none", 0, 0)


@pytest.mark.parametrize(
    ("workers", "excluded"),
    [
        ((FREE, FULL, NONE), ("full", "none")),
        ((FULL, NONE), ("none",)),
        ((NONE,), ()),
        ((), ()),
    ],
)
def test_who_has_a_place_comes_before_who_is_full_before_who_explains_nothing(workers, excluded):
    assert not_to_ask(Fleet(workers), "small") == excluded
    assert not_to_ask(Fleet(workers), "") == excluded
    assert not_to_ask(Fleet(workers), "other") == ()


def test_a_label_goes_to_those_with_fewest_explanations_first():
    drawn = iter((0.9, 0.1, 0.5, 0.5))
    other = a_worker("other", 4, 3, "other model")
    order = in_order(Fleet((FULL, FREE, NONE, other)), "task", lambda: next(drawn))
    assert [worker.worker_id for worker in order] == ["free", "other", "full"]
    order = in_order(Fleet((NONE,)), "task", lambda: 0.0)
    assert [worker.worker_id for worker in order] == ["none"]
    assert in_order(Fleet((FREE,)), "mood", lambda: 0.0) == ()


def test_who_is_merely_full_is_told_before_who_was_lost_before_who_cannot():
    cannot = Unable("c", "NOT_EXPLAINABLE", "it has no gradients")
    lost = Unable("l", LOST, "lost", 1.0)
    full = (Unable("a", BUSY, "full", 9.0), Unable("b", BUSY, "full", 4.0))
    told = refusal((cannot, lost, *full), "small")
    assert (told.refusal, told.retry_after) == (Refusal.EXPLAINER_BUSY, 4.0)
    told = refusal((cannot, lost), "small")
    assert told.refusal is Refusal.EXPLAINER_LOST
    assert "workers l were lost" in str(told)
    told = refusal((cannot,), "small")
    assert (told.refusal, str(told)) == (Refusal.NOT_EXPLAINABLE, "it has no gradients")


def started(*answer: int, revision: str = "f32") -> e.ExplainResponse:
    return e.ExplainResponse(
        started=e.ExplanationStarted(
            model="small",
            model_revision=revision,
            prompt=[e.ExplainedToken(token_id=1)],
            answer=[e.ExplainedToken(token_id=token) for token in answer],
        )
    )


def progress(stage: e.ExplanationProgress.Stage, done: int) -> e.ExplainResponse:
    return e.ExplainResponse(progress=e.ExplanationProgress(stage=stage, done=done))


def owed(position: int) -> e.ExplainResponse:
    return e.ExplainResponse(attribution=e.Attribution(position=position))


FINISHED = e.ExplainResponse(finished=e.ExplanationFinished())


def a_told(*responses: e.ExplainResponse) -> Told:
    told = Told()
    told.given_to("w1")
    for response in responses:
        told.is_new(response)
    return told


def test_another_worker_tells_only_what_is_new():
    told = a_told(progress(e.ExplanationProgress.STAGE_ANSWERING, 2), started(4, 5), owed(0))
    assert (told.answer, told.tokens, told.answered) == ((4, 5), 3, 2)
    told.given_to("w2")
    heard = (progress(e.ExplanationProgress.STAGE_LOADING, 1), started(4, 5), owed(0), owed(1))
    assert [told.is_new(response) for response in (*heard, FINISHED)] == [
        True,
        False,
        False,
        True,
        True,
    ]
    told.ended()


@pytest.mark.parametrize("other", [started(4, 6), started(4), started(4, 5, revision="f16")])
def test_another_explanation_is_not_gone_on_with(other):
    told = a_told(started(4, 5))
    told.given_to("w2")
    with pytest.raises(Differs):
        told.is_new(other)


@pytest.mark.parametrize(
    "responses",
    [
        (owed(0),),
        (FINISHED,),
        (started(4), started(4)),
        (started(4), owed(1)),
        (started(4), FINISHED, owed(0)),
        (e.ExplainResponse(),),
    ],
)
def test_what_breaks_the_order_is_garbage(responses):
    with pytest.raises(Garbled, match="worker w1"):
        a_told(*responses)
    with pytest.raises(Garbled, match="without Finished"):
        a_told(started(4)).ended()


def test_tokens_are_those_of_the_answer_while_no_more_is_known():
    assert a_told(progress(e.ExplanationProgress.STAGE_ANSWERING, 7)).tokens == 7
    assert a_told(progress(e.ExplanationProgress.STAGE_COMPUTING, 7)).passes == 1
