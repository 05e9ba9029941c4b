"""What a classifier says of itself, and which folders are believed."""

import json

import pytest

from services.worker.classifiers.card import Card, Graph, card_of
from services.worker.classifiers.encoding import Vocabulary
from services.worker.classifiers.errors import ClassifierError
from services.worker.classifiers.folder import BUNDLED, open_folder, sha256

KERAS_MODEL = (BUNDLED / "model.keras").read_bytes()
VOCABULARY = json.dumps(Vocabulary(("a", "b"), 4).to_table()).encode()
CARD = Card(
    name="mood",
    version="1",
    labels=("good", "bad", "other"),
    limit=16,
    graphs=(Graph("rows1_length16", 1, 16),),
    files={
        "vocabulary.json": sha256(VOCABULARY),
        "model.tflite": sha256(b"lite"),
        "model.keras": sha256(KERAS_MODEL),
    },
    fallback="other",
    threshold=0.5,
)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "card.json").write_text(json.dumps(CARD.to_table()))
    (tmp_path / "vocabulary.json").write_bytes(VOCABULARY)
    (tmp_path / "model.tflite").write_bytes(b"lite")
    (tmp_path / "model.keras").write_bytes(KERAS_MODEL)
    return tmp_path


def test_a_card_is_read_as_it_was_written():
    assert card_of(json.loads(json.dumps(CARD.to_table()))) == CARD


@pytest.mark.parametrize(
    ("probabilities", "label"),
    [((0.6, 0.3, 0.1), "good"), ((0.45, 0.35, 0.2), "other"), ((0.2, 0.7, 0.1), "bad")],
)
def test_below_the_threshold_the_fallback_stands(probabilities, label):
    assert CARD.verdict(probabilities) == (label, max(probabilities))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"format": 9}, "format"),
        ({"name": "../up"}, "name"),
        ({"labels": ["one"]}, "labels"),
        ({"labels": ["a", "a"]}, "twice"),
        ({"labels": ["good", ""]}, "labels"),
        ({"fallback": "nothing"}, "fallback"),
        ({"threshold": 1.5}, "threshold"),
        ({"threshold": float("nan")}, "threshold"),
        ({"temperature": 0}, "temperature"),
        ({"encoding": {"kind": "other", "limit": 16}}, "encoding.kind"),
        ({"encoding": {"kind": "words-1", "limit": 100_000}}, "limit"),
        ({"graphs": []}, "graphs"),
        ({"graphs": [{"name": "x", "rows": 1, "length": 8}]}, "graphs has none"),
        ({"files": {}}, "vocabulary.json"),
        ({"metrics": None}, "metrics"),
    ],
)
def test_a_bad_card_is_refused_by_field(change, told):
    with pytest.raises(ClassifierError, match=told):
        card_of(CARD.to_table() | change)


def test_a_folder_is_opened(folder):
    found = open_folder(folder)
    assert (found.litert_model(), found.keras_model()) == (b"lite", KERAS_MODEL)
    assert found.encode("A b") == [2, 3]


@pytest.mark.parametrize("name", ["vocabulary.json", "model.tflite", "model.keras"])
def test_a_file_that_the_card_does_not_vouch_for_is_refused(folder, name):
    (folder / name).write_bytes(b"another")
    with pytest.raises(ClassifierError, match=f"{name}.*sha256"):
        found = open_folder(folder)
        found.litert_model()
        found.keras_model()


@pytest.mark.parametrize("raw", [b"", b"[]", b"\xff", b"[" * 100_000])
def test_a_card_that_is_no_table_is_refused(folder, raw):
    (folder / "card.json").write_bytes(raw)
    with pytest.raises(ClassifierError, match=r"card\.json"):
        open_folder(folder)


def test_what_is_not_there_is_named(folder):
    (folder / "model.tflite").unlink()
    with pytest.raises(ClassifierError, match=r"model\.tflite: No such file"):
        open_folder(folder).litert_model()
    with pytest.raises(ClassifierError, match="no such folder"):
        open_folder(folder / "nowhere")
