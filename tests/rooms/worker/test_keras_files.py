"""Keras files served by a worker: real files, real processes of their own."""

import json
import os
import signal
from contextlib import asynccontextmanager
from pathlib import Path

import grpc
import pytest
from evenflow.v1 import classification_pb2 as c
from structlog.testing import capture_logs

from services.runtime.status import read_fault
from services.runtime.text import Text
from services.worker.classifiers.errors import ClassifierError
from services.worker.classifiers.keras_classifier import KerasClassifier, command
from services.worker.engines.keras_process import KerasFile
from services.worker.line_process import ProcessLost
from tests.tools import keras_file
from tests.tools.tiny_classifier import make_classifier

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")
MEMORY_MB = 4096


@pytest.fixture(scope="module")
def good(tmp_path_factory):
    path = tmp_path_factory.mktemp("keras") / "tone.keras"
    keras_file.write_good(path)
    path.with_suffix(".labels.json").write_text(json.dumps(keras_file.LABELS))
    return path


@asynccontextmanager
async def opened(path):
    async with KerasClassifier(command(path, MEMORY_MB), "tone") as classifier:
        yield classifier


async def ended(classifier):
    """Wait for its process, which has been killed."""
    with pytest.raises(ProcessLost):
        await classifier._process.hear()


def keras_processes():
    """The processes of this one's that run Keras files."""
    own = f"/proc/self/task/{os.getpid()}/children"
    for pid in map(int, Path(own).read_text().split()):
        if b"keras_process" in Path(f"/proc/{pid}/cmdline").read_bytes():
            yield pid


async def test_a_keras_file_is_served_by_its_name_and_survives_its_process(start, good):
    texts = ["good good bad", "a bad day", "neither"]
    async with start(classifiers=(str(good),)) as worker:
        request = c.ClassifyRequest(model="tone", texts=texts)
        for _ in range(2):
            response = await worker.stub.Classify(request)
            assert response.model == "tone"
            for text, told in zip(texts, response.classifications, strict=True):
                probabilities = {label.label: label.probability for label in told.labels}
                assert probabilities == pytest.approx(keras_file.expected(text), abs=1e-5)
            (pid,) = keras_processes()
            os.kill(pid, signal.SIGKILL)  # the next call starts another


async def test_bad_files_are_refused_by_name_and_the_worker_serves_on(start, good, tmp_path):
    keras_file.write_lambda(tmp_path / "code.keras")
    keras_file.write_bomb(tmp_path / "bomb.keras")
    (tmp_path / "half.keras").write_bytes(good.read_bytes()[:-200])
    make_classifier(tmp_path / "tiny")
    names = ("code.keras", "bomb.keras", "half.keras", "missing.keras", "tiny")
    with capture_logs() as logs:
        async with start(classifiers=tuple(str(tmp_path / name) for name in names)) as worker:
            assert (await worker.stub.Classify(c.ClassifyRequest(texts=["hello"]))).model == "tiny"
            with pytest.raises(grpc.aio.AioRpcError) as caught:
                await worker.stub.Classify(c.ClassifyRequest(model="code", texts=["hello"]))
    assert read_fault(caught.value).reason == "UNKNOWN_CLASSIFIER"
    told = {log["classifier"]: log["error"] for log in logs if log["event"] == "classifier refused"}
    assert set(told) == {"code", "bomb", "half", "missing"}
    assert '"Lambda" is not allowed' in told["code"]
    assert "config.json takes more than" in told["bomb"]
    assert "no Keras archive" in told["half"]
    assert "No such file" in told["missing"]


@pytest.mark.parametrize(
    ("labels", "told"), [('["a"]', "no list of 2"), ("{", "not JSON"), ('["a", ""]', "1 to 64")]
)
def test_labels_that_do_not_fit_are_refused(good, tmp_path, labels, told):
    path = tmp_path / "tone.keras"
    path.write_bytes(good.read_bytes())
    path.with_suffix(".labels.json").write_text(labels)
    with pytest.raises(ClassifierError, match=told):
        KerasFile(path)


def test_what_gives_no_probabilities_is_refused(tmp_path):
    keras_file.write_good(tmp_path / "votes.keras", last="linear")
    with pytest.raises(ClassifierError, match="gives no probabilities"):
        KerasFile(tmp_path / "votes.keras")


async def test_another_file_in_its_place_is_not_taken_for_it(good, tmp_path):
    path = tmp_path / "tone.keras"
    path.write_bytes(good.read_bytes())
    async with opened(path) as classifier:
        assert classifier.info.labels == ("0", "1")  # nothing names them
        keras_file.write_good(path)
        path.with_suffix(".labels.json").write_text(json.dumps(["up", "down"]))
        os.kill(classifier.pid, signal.SIGKILL)
        await ended(classifier)
        with pytest.raises(ClassifierError, match="another one"):
            await classifier.run([Text("good")])
