"""Processes of Keras files that end, babble or never open: scripted ones, without TensorFlow."""

import sys

import pytest

from services.runtime.text import Text
from services.worker.classifiers.errors import ClassifierError
from services.worker.classifiers.keras_classifier import KerasClassifier, KerasLost

# A process that opens at once and says what it is told to: "die", "babble" or else rows.
SAYING = """
import json, sys
print(json.dumps({"labels": ["a", "b"], "version": "1"}), flush=True)
for line in sys.stdin:
    texts = json.loads(line)["texts"]
    if texts == ["die"]:
        sys.exit(3)
    rows = [[2.0, 0.0]] if texts == ["babble"] else [[0.25, 0.75] for _ in texts]
    print(json.dumps({"rows": rows}), flush=True)
"""


@pytest.mark.parametrize("text", ["die", "babble"])
async def test_a_process_that_is_lost_fails_its_batch_alone(text):
    said = (sys.executable, "-c", SAYING)
    async with KerasClassifier(said, "tone", pause=0.0) as classifier:
        first = classifier.pid
        with pytest.raises(KerasLost):
            await classifier.run([Text(text)])
        assert await classifier.run([Text("x"), Text("y")]) == ((0.25, 0.75),) * 2
        assert classifier.pid != first


async def test_one_that_keeps_dying_is_not_started_at_every_batch():
    async with KerasClassifier((sys.executable, "-c", SAYING), "tone", pause=60.0) as classifier:
        with pytest.raises(KerasLost):
            await classifier.run([Text("die")])
        with pytest.raises(KerasLost):
            await classifier.run([Text("x")])
        assert classifier.pid is None


async def test_a_process_that_never_opens_is_told_with_its_end():
    with pytest.raises(ClassifierError, match="ended with code 7"):
        async with KerasClassifier((sys.executable, "-c", "exit(7)"), "tone"):
            pass


# A process one of whose labels tells what it found of a secret.
TELLING = """
import json, os, sys
found = os.environ.get("EVENFLOW_WORKER_CONSUL_TOKEN", "nothing")
print(json.dumps({"labels": ["a", found], "version": "1"}), flush=True)
sys.stdin.read()
"""


async def test_secrets_of_the_worker_are_not_handed_on(monkeypatch):
    monkeypatch.setenv("EVENFLOW_WORKER_CONSUL_TOKEN", "secret")
    async with KerasClassifier((sys.executable, "-c", TELLING), "tone") as classifier:
        assert classifier.info.labels == ("a", "nothing")
