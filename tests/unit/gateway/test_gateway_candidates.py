"""What is looked up of workers, and what of it is remembered."""

from gateway.alone.candidates import Candidates
from gateway.alone.outstanding import Outstanding
from gateway.fleet import Fleet, WorkerView
from gateway.tasks.task import Priority
from gateway.tickets import Ticket


def worker(name: str, model: str) -> WorkerView:
    return WorkerView(
        name, f"{name}:1", is_ready=True, model=model, revision="r", context_tokens=100, slots=8
    )


def ticket(model: str) -> Ticket:
    return Ticket(
        "t",
        prompt_bytes=4,
        max_tokens=1,
        priority=Priority.NORMAL,
        deadline=1e9,
        model=model,
        model_revision="",
    )


def candidates(*workers: WorkerView) -> Candidates:
    book = Outstanding()
    book.told(Fleet(workers), 0.0)
    found = Candidates(book)
    found.changed()
    return found


def test_of_models_that_nobody_serves_nothing_is_kept():
    found = candidates(worker("a", "m"), worker("b", "n"))
    assert found.lane(ticket("m"), 1) is not None
    for number in range(1000):
        assert found.lane(ticket(f"made up {number}"), 1) is None
    assert repr(found) == "<Candidates 2 workers, 1 lanes looked up>"


def test_no_name_means_the_only_model_while_there_is_one():
    only = candidates(worker("a", "m"), worker("b", "m")).lane(ticket(""), 1)
    assert only is not None
    assert only.model == "m"
    assert candidates(worker("a", "m"), worker("b", "n")).lane(ticket(""), 1) is None
