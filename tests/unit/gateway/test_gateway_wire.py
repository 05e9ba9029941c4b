"""Values to messages: what a worker is told."""

from gateway import wire
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
