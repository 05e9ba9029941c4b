"""A classifier trained, interrupted and served: tiny, in one process (TensorFlow starts slowly)."""

import json
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from services.runtime.text import Text
from services.worker.classifiers.errors import ClassifierError
from services.worker.classifiers.folder import open_folder
from services.worker.classifiers.litert_classifier import LiteRtClassifier
from services.worker.engines.tensorflow_quiet import set_threads
from services.worker.training import __main__ as program
from services.worker.training.examples import parted, read_examples
from services.worker.training.network import Sizes, keras

# Keras asks numpy for arrays in a way that numpy 2 warns of.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")
SIZES = Sizes(limit=8, entries=60, buckets=8, embedding=4, units=4, batch=8, epochs=3, patience=3)


@pytest.fixture
def data(tmp_path) -> Path:
    lines = [
        {"text": f"{word} number {number}", "label": label, "form": f"{word} {number % 4}"}
        for label, said in (("yes", ("surely", "indeed")), ("no", ("never", "nowhere")))
        for word in said
        for number in range(12)
    ]
    path = tmp_path / "data.jsonl"
    path.write_text("\n".join(map(json.dumps, lines)))
    return path


def trained(data: Path, out: Path, sizes: Sizes = SIZES) -> Path:
    set_threads(0)  # as the other tests in this process: TensorFlow takes a number once
    return program.train(data, "tiny", out, sizes, "no", 0.5)


async def test_training_goes_on_as_if_never_interrupted_and_is_served(data, tmp_path, monkeypatch):
    whole = open_folder(trained(data, tmp_path / "whole"))
    told = []

    def interrupting(what):
        told.append(what)
        if what.get("epoch") == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(program, "tell", interrupting)
    with pytest.raises(KeyboardInterrupt):
        trained(data, tmp_path / "again")
    assert (tmp_path / "again" / "tiny.training" / "state.npz").is_file()
    told.clear()
    monkeypatch.setattr(program, "tell", told.append)
    resumed = open_folder(trained(data, tmp_path / "again"))
    assert told[0]["epoch"] == 1  # not from the beginning
    assert resumed.card.version == whole.card.version  # the hash of the weights
    assert resumed.card.metrics == whole.card.metrics
    assert resumed.card.training == whole.card.training
    assert not (tmp_path / "again" / "tiny.training").exists()

    texts = ["surely number 3", "never", "of something else entirely, at some length, number 99"]
    model = keras.models.load_model(resumed.path / "model.keras", safe_mode=True)
    rows = np.zeros((3, 8), np.int32)
    for row, text in zip(rows, texts, strict=True):
        encoded = resumed.encode(text)
        row[: len(encoded)] = encoded
    raw = np.asarray(model.predict(rows, verbose=0), np.float64) ** (1 / resumed.card.temperature)
    expected = raw / raw.sum(axis=1, keepdims=True)
    served = LiteRtClassifier(resumed, "tiny")
    given = np.asarray(await served.run([Text(text) for text in texts]))
    served.close()
    assert given == pytest.approx(expected, abs=0.005)


def test_a_training_interrupted_in_every_epoch_stops_early_where_it_would_have(
    data, tmp_path, monkeypatch
):
    # Soon nothing gets better, neither by steps nor by their average.
    sizes = replace(SIZES, epochs=12, patience=2, learning_rate=0.5, averaging=0.0)
    whole = open_folder(trained(data, tmp_path / "whole", sizes)).card
    assert 3 <= len(whole.training["history"]) < 12
    interrupted = set()

    def interrupting(what):
        moment = what.get("epoch", what.get("says"))
        if moment and "figures" not in what and moment not in interrupted:
            interrupted.add(moment)
            raise KeyboardInterrupt

    monkeypatch.setattr(program, "tell", interrupting)
    folder = None
    while folder is None:
        with suppress(KeyboardInterrupt):
            folder = trained(data, tmp_path / "again", sizes)
    card = open_folder(folder).card
    last = len(whole.training["history"])
    # Also behind the last epoch: it stops there, and is not trained on.
    assert interrupted == {*range(1, last), "calibrating and converting"}
    assert (card.version, card.training) == (whole.version, whole.training)


def test_what_was_kept_and_is_not_whole_is_told_with_the_way_out(data, tmp_path, monkeypatch):
    def interrupting(what):
        if what.get("epoch") == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(program, "tell", interrupting)
    with pytest.raises(KeyboardInterrupt):
        trained(data, tmp_path)
    state = tmp_path / "tiny.training" / "state.npz"
    state.write_bytes(state.read_bytes()[:200])
    with pytest.raises(ClassifierError, match=r"state\.npz is not whole: remove .*tiny\.training"):
        trained(data, tmp_path)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("{", "line 2 is not JSON"),
        ("[]", "line 2 holds no table"),
        ('{"text": "", "label": "a"}', "line 2: text is empty"),
        ('{"text": "x"}', "line 2: label"),
        ('{"text": "x", "label": 3}', "line 2: label is no text"),
        ('{"text": "x", "label": "a", "split": "some"}', "line 2: split"),
        ('{"text": "x\\ud800", "label": "a"}', "line 2: text has half of a surrogate pair"),
        ('{"text": "x", "label": "a\\udc00"}', "line 2: label has half"),
        ('{"text": "x", "label": "a"}', "1 labels"),
    ],
)
def test_bad_data_is_refused_by_line_and_field(tmp_path, line, told):
    path = tmp_path / "bad.jsonl"
    path.write_text('{"text": "secret", "label": "a"}\n' + line)
    with pytest.raises(ClassifierError, match=told) as caught:
        read_examples(path)
    assert "secret" not in str(caught.value)


def test_forms_are_held_out_whole_and_every_label_is_in_every_part(data):
    parts = parted(read_examples(data), 1)
    forms = [{example.form for example in inside} for inside in parts.values()]
    assert sum(map(len, forms)) == len(set.union(*forms)) == 16
    assert all({e.label for e in inside} == {"yes", "no"} for inside in parts.values())


def test_a_label_of_too_few_forms_is_named(tmp_path):
    path = tmp_path / "few.jsonl"
    path.write_text('{"text": "x", "label": "a", "form": "f"}\n{"text": "y", "label": "b"}')
    with pytest.raises(ClassifierError, match="three forms"):
        parted(read_examples(path), 1)


@pytest.mark.parametrize(
    ("size", "told"),
    [
        ({"seed": -1}, "seed is -1; must be 0 to 2147483647"),
        ({"epochs": 0}, "epochs is 0"),
        ({"limit": 7}, "limit is 7; must be 8 to 512"),
        ({"dropout": float("nan")}, "dropout is nan"),
    ],
)
def test_sizes_that_no_training_has_are_refused_before_the_data_is_read(tmp_path, size, told):
    with pytest.raises(ClassifierError, match=told):
        program.train(tmp_path / "none", "tiny", tmp_path, replace(SIZES, **size), "", 0.5)


def test_a_threshold_that_is_no_share_is_refused(data, tmp_path):
    with pytest.raises(ClassifierError, match="threshold is nan; must be 0 to 1"):
        program.train(data, "tiny", tmp_path, SIZES, "", float("nan"))
