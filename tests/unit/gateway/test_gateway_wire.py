"""Values to messages: what a worker is told, and who asks for models."""

from evenflow.v1 import inference_pb2 as i

from gateway import wire
from gateway.fleet import ClassifierView, Fleet, WorkerView
from gateway.tasks.plan import Step
from gateway.tasks.task import Sampling
from gateway.tickets import Grant
from services.runtime.text import Text

GRANT = Grant(
    ticket_id=1,
    lease_id=2,
    worker_id="w-1",
    address="127.0.0.1:1",
    worker_epoch=3,
    model="m",
    model_revision="r",
    queued=0.0,
    predicted_ttft=0.0,
)


def test_a_worker_is_told_the_grant_and_whose_prompt_it_is():
    request = wire.execute_request(GRANT, "r-1", Step("tenant-a", Text("Hi"), Sampling(seed=9)))
    assert (request.request_id, request.prompt, request.sampling.seed) == ("r-1", "Hi", 9)
    assert (request.lease_id, request.worker_epoch) == (2, 3)
    assert (request.model, request.model_revision) == ("m", "r")
    assert request.cache_scope == "tenant-a"


def test_models_of_both_kinds_are_told_by_name_to_who_may_ask_them():
    classifier = ClassifierView("task", "3", ("chat", "answer"))
    worker = WorkerView("w", "w:1", True, "z", "r", 100, 4, classifiers=(classifier,))
    fleet = Fleet((worker,))
    told = wire.models_response(fleet, None).models
    assert [(m.name, m.kind, list(m.revisions), m.workers) for m in told] == [
        ("task", i.Model.KIND_CLASSIFIER, ["3"], 1),
        ("z", i.Model.KIND_LANGUAGE, ["r"], 1),
    ]
    assert list(told[0].labels) == ["chat", "answer"]
    assert [m.name for m in wire.models_response(fleet, {"z"}).models] == ["z"]
