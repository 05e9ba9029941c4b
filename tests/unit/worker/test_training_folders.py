"""What a training writes over, and what it never does."""

from pathlib import Path

import pytest

from services.worker.classifiers.errors import ClassifierError
from services.worker.training.folders import PLAN, working, write_whole

FILES = {"card.json": b"{}", "model.keras": b"k"}


@pytest.fixture
def places(tmp_path: Path) -> tuple[Path, Path]:
    """A classifier's folder to be, and the one that is worked in."""
    return tmp_path / "out" / "mood", tmp_path / "out" / "mood.training"


def names(folder: Path) -> set[str]:
    return {entry.name for entry in folder.iterdir()}


def test_a_classifier_takes_the_place_of_the_one_before_and_the_work_goes(places):
    folder, work = places
    folder.mkdir(parents=True)
    (folder / "vocabulary.json").write_text("of the one before")
    with working(folder, work, "plan"):
        write_whole(FILES, folder, work)
    assert names(folder) == set(FILES)
    assert not work.exists()


@pytest.mark.parametrize("other", ["notes.txt", "card.json/inside"])
def test_a_folder_with_anything_else_in_it_is_left_as_it_is(places, other):
    folder, work = places
    (folder / other).parent.mkdir(parents=True)
    (folder / other).write_text("mine")
    (folder / "mine.txt").write_text("mine")
    with pytest.raises(ClassifierError, match="is no classifier's folder"), working(*places, ""):
        pass
    assert (folder / other).read_text() == "mine"
    assert not work.exists()


def test_a_file_or_a_link_in_its_place_is_left_as_it_is(places, tmp_path):
    folder, _ = places
    folder.parent.mkdir()
    folder.write_text("mine")
    with pytest.raises(ClassifierError, match="move it"), working(*places, ""):
        pass
    folder.unlink()
    folder.symlink_to(tmp_path)
    with pytest.raises(ClassifierError, match="move it"), working(*places, ""):
        pass
    assert folder.is_symlink()


def test_a_folder_in_the_works_place_that_no_training_made_is_left_as_it_is(places):
    _, work = places
    work.mkdir(parents=True)
    (work / "mine").write_text("mine")
    with pytest.raises(ClassifierError, match="is no training's folder"), working(*places, ""):
        pass
    assert (work / "mine").read_text() == "mine"


def test_the_same_plan_goes_on_and_another_begins_anew(places):
    _, work = places
    with working(*places, "plan"):
        (work / "state.npz").write_text("so far")
        (work / "whole").mkdir()
    with working(*places, "plan"):
        assert (work / "state.npz").read_text() == "so far"
    with working(*places, "another"):
        assert names(work) == {PLAN}


def test_two_trainings_do_not_work_in_one_folder(places):
    _, work = places
    with (
        working(*places, "plan"),
        pytest.raises(ClassifierError, match=f"another training works in {work}"),
        working(*places, "another"),
    ):
        pass
    with working(*places, "plan"):
        pass
