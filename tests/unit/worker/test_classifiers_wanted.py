import pytest

from services.runtime.settings import SettingsError, load
from services.worker.classifiers.wanted import Wanted, wanted_of
from services.worker.settings import WorkerSettings


@pytest.mark.parametrize(
    ("entry", "wanted"),
    [
        ("task", Wanted("task", "")),
        ("models/topics/", Wanted("topics", "models/topics/")),
        ("mood=models/m", Wanted("mood", "models/m")),
        ("task=mine", Wanted("task", "mine")),
        ("models/tone.keras", Wanted("tone", "models/tone.keras")),
        ("mood=m.keras", Wanted("mood", "m.keras")),
    ],
)
def test_what_an_entry_means(entry, wanted):
    assert wanted_of(entry) == wanted


def test_only_a_keras_file_is_one():
    assert wanted_of("a.keras").is_keras_file
    assert not wanted_of("a.keras/").is_keras_file
    assert not wanted_of("task").is_keras_file


def test_the_bundled_one_is_served_unless_another_is_asked_for():
    assert load(WorkerSettings, "worker", [], {}).classifiers == ("task",)
    assert load(WorkerSettings, "worker", [], {"EVENFLOW_WORKER_CLASSIFIERS": ""}).classifiers == ()


def test_every_entry_that_is_none_is_told():
    told = "Mood=a, b=, x=one, x=two.keras"
    with pytest.raises(SettingsError) as caught:
        load(WorkerSettings, "worker", [f"--classifiers={told}"], {})
    assert len(caught.value.faults) == 3
    assert 'classifiers "Mood=a"' in caught.value.faults[0]
    assert 'no path after "="' in caught.value.faults[1]
    assert "two are called x" in caught.value.faults[2]
