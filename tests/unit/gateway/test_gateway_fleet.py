from dataclasses import replace

from gateway.fleet import ClassifierView, Fleet, ModelView, ServedClassifier, WorkerView


def worker(name, *, model="m", revision="1", context=100, slots=4, ready=True) -> WorkerView:
    return WorkerView(name, f"{name}:1", ready, model, revision, context, slots)


def test_models_are_what_ready_workers_serve():
    fleet = Fleet(
        (
            worker("a", model="z", revision="2", context=50),
            worker("b", model="z", revision="1", slots=8),
            worker("c", model="y"),
            worker("d", model="x", ready=False),
            worker("e", model=""),
        )
    )
    assert fleet.models == (
        ModelView("y", ("1",), 100, 1, 4),
        ModelView("z", ("1", "2"), 50, 2, 12),
    )
    assert fleet.addresses == {"a:1", "b:1", "c:1", "d:1", "e:1"}


def test_classifiers_are_what_ready_workers_serve_beside_their_model():
    task = ClassifierView("task", "1", ("chat", "answer"))
    newer = ClassifierView("task", "2", ("chat", "summarize"))
    mood = ClassifierView("mood", "7", ("glad",))
    fleet = Fleet(
        (
            replace(worker("a"), classifiers=(newer, mood)),
            replace(worker("b"), classifiers=(task,)),
            replace(worker("c", ready=False), classifiers=(mood,)),
        )
    )
    assert fleet.classifiers == (
        ServedClassifier("mood", ("7",), ("glad",), 1),
        ServedClassifier("task", ("1", "2"), ("chat", "summarize", "answer"), 2),
    )
    assert [w.worker_id for w in fleet.workers if w.serves_classifier("mood")] == ["a"]


def test_nobody_is_there():
    assert Fleet().models == ()
    assert Fleet().classifiers == ()


def test_shards_are_one_fleet_with_all_that_waits():
    first, second = Fleet((worker("a"),), waiting=2), Fleet((worker("b"),), waiting=3)
    assert Fleet.together([first, second]) == Fleet((worker("a"), worker("b")), waiting=5)
    assert Fleet.together([first]) == first
