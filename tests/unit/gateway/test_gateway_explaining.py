from gateway.errors import Disallowed, FieldFault, Refusal, Refused, WorkerBroke
from gateway.explaining import explained
from gateway.fleet import Fleet, WorkerView
from gateway.tasks.task import Chat, Priority, Sampling, Task

FLEET = Fleet(
    (
        WorkerView("a", "a:1", True, "small", "1", 2048, 4),
        WorkerView("b", "b:1", True, "large", "1", 8192, 4),
    )
)


def a_task(model: str = "") -> Task:
    return Task("r", "default", model, Priority.NORMAL, Sampling(), Chat(()))


def test_an_unknown_model_is_told_with_those_that_are_known():
    refused = Refused(Refusal.UNKNOWN_MODEL, "?", 1.5)
    told = explained(refused, a_task("huge"), 10, FLEET)
    assert str(told) == "no worker serves 'huge'; served now: large, small"
    assert told.retry_after == 1.5
    told = explained(refused, a_task(), 10, Fleet())
    assert str(told) == "the request names no model; none is served now"


def test_a_prompt_that_is_too_large_names_its_field_and_the_limit():
    told = explained(Refused(Refusal.TOO_LARGE, "?"), a_task("small"), 9000, FLEET)
    assert isinstance(told, Disallowed)
    assert (told.code, told.reason) == ("INVALID_ARGUMENT", "PROMPT_TOO_LONG")
    rule = "9000 bytes exceed every worker's context; the longest context is 2048 tokens"
    assert told.faults == (FieldFault("chat", rule),)
    told = explained(Refused(Refusal.TOO_LARGE, "?"), a_task("other"), 9000, FLEET)
    assert told.faults == (FieldFault("chat", "9000 bytes exceed every worker's context"),)


def test_a_workers_words_get_the_callers_field():
    faults = [FieldFault("input", "too long"), FieldFault("sampling.seed", "odd")]
    metadata = (("context_tokens", "2048"),)
    told = explained(Disallowed("OUT_OF_RANGE", "X", "m", faults, metadata), a_task(), 1, FLEET)
    assert told.faults == (FieldFault("chat", "too long"), FieldFault("sampling.seed", "odd"))
    assert (told.code, told.reason, str(told)) == ("OUT_OF_RANGE", "X", "m")
    assert told.metadata == metadata


def test_other_errors_stay_as_they_are():
    for error in (
        WorkerBroke("w1", 3, is_lost=True),
        Refused(Refusal.QUEUE_FULL, "the queue is full", 1.0),
    ):
        assert explained(error, a_task(), 1, FLEET) is error
