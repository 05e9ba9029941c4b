"""Trains a classifier: a program, `python -m services.worker.training DATA --name N --out DIR`.

Writes the folder `DIR/N`, whole or not at all, and says on standard output how far it
is, one JSON object a line. What it needs to go on after an interruption is kept in
`DIR/N.training` until then; another plan or other data begins anew.
"""

import argparse
import importlib.metadata
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random
from typing import Any

import numpy as np

from services.worker.classifiers.calibration import fitting_temperature
from services.worker.classifiers.card import Card, is_name
from services.worker.classifiers.encoding import Vocabulary
from services.worker.classifiers.errors import ClassifierError
from services.worker.classifiers.folder import CARD, KERAS, LITERT, VOCABULARY, sha256
from services.worker.engines.tensorflow_quiet import set_threads
from services.worker.training.examples import Example, parted, read_examples
from services.worker.training.fitting import Rows, Training, fit
from services.worker.training.folders import working, write_whole
from services.worker.training.litert_export import graphs_for, litert_model
from services.worker.training.measures import measures
from services.worker.training.network import Sizes, network, settle
from services.worker.training.vocabulary import Breaking, vocabulary_from


def tell(what: dict[str, Any]) -> None:
    """Say how far it is."""
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


def rows_of(
    examples: Sequence[Example], vocabulary: Vocabulary, labels: Sequence[str], limit: int
) -> Rows:
    """Encode texts and pad them behind."""
    tokens = np.zeros((len(examples), limit), np.int32)
    for row, example in zip(tokens, examples, strict=True):
        encoded = vocabulary.encode(example.text, limit)
        row[: len(encoded)] = encoded
    return Rows(tokens, np.array([labels.index(e.label) for e in examples], np.int64))


def train(data: Path, name: str, out: Path, sizes: Sizes, fallback: str, threshold: float) -> Path:
    """Train, or go on; raises ClassifierError. Returns the classifier's folder."""
    if not is_name(name):
        raise ClassifierError("name is not 1 to 64 of a-z 0-9 . _ -")
    if not 0 <= threshold <= 1:
        raise ClassifierError(f"threshold is {threshold}; must be 0 to 1")
    sizes.check()
    examples = read_examples(data)
    labels = tuple(sorted({example.label for example in examples}))
    if fallback and fallback not in labels:
        raise ClassifierError("fallback is not among the labels")
    parts = parted(examples, sizes.seed)
    data_hash = sha256(data.read_bytes())
    folder, work = out / name, out / f"{name}.training"
    with working(folder, work, json.dumps([data_hash, asdict(sizes)])):
        plan = _Plan(name, parts, labels, sizes, fallback, threshold, data_hash)
        write_whole(_made(plan, work), folder, work)
    return folder


@dataclass(frozen=True)
class _Plan:
    """What is trained, on what and how."""

    name: str
    parts: dict[str, list[Example]]
    labels: tuple[str, ...]
    sizes: Sizes
    fallback: str
    threshold: float
    data_sha256: str


def _made(plan: _Plan, work: Path) -> dict[str, bytes]:
    """The files of the classifier."""
    sizes, parts, labels = plan.sizes, plan.parts, plan.labels
    pairs = ((example.text, example.form) for example in parts["train"])
    vocabulary = vocabulary_from(pairs, entries=sizes.entries, buckets=sizes.buckets)
    settle(sizes.seed)

    def read(part: str, by: Vocabulary) -> Rows:
        return rows_of(parts[part], by, labels, sizes.limit)

    def broken(epoch: int) -> Vocabulary:
        chance = Random(f"{sizes.seed} {epoch}").random
        return Breaking(vocabulary.entries, vocabulary.buckets, chance, sizes.breaking)

    texts = Training(lambda epoch: read("train", broken(epoch)), vocabulary.size, sizes)
    rows = {part: read(part, vocabulary) for part in ("validation", "test")}
    model = network(vocabulary.size, len(labels), sizes)
    model, history = fit(model, texts, rows["validation"], work, tell)
    tell({"says": "calibrating and converting"})
    said = {
        part: np.asarray(model.predict(rows[part].tokens, batch_size=256, verbose=0))
        for part in ("validation", "test")
    }
    temperature = fitting_temperature(said["validation"], rows["validation"].labels)
    metrics = {
        part: measures(
            probabilities, rows[part].labels, labels, [e.slice for e in parts[part]], temperature
        )
        for part, probabilities in said.items()
    }
    graphs = graphs_for(sizes.limit)
    files = {
        VOCABULARY: json.dumps(vocabulary.to_table(), ensure_ascii=False).encode(),
        LITERT: litert_model(model, graphs),
        KERAS: _without_optimizer(model, work),
    }
    card = Card(
        name=plan.name,
        version=sha256(b"".join(weights.tobytes() for weights in model.get_weights()))[:12],
        labels=labels,
        limit=sizes.limit,
        graphs=graphs,
        files={file: sha256(raw) for file, raw in files.items()},
        fallback=plan.fallback,
        threshold=plan.threshold,
        temperature=round(temperature, 4),
        data={
            "sha256": plan.data_sha256,
            "examples": {part: len(found) for part, found in parts.items()},
            "held_out": "by the lines' own split" if parts["test"][0].split else "by form",
        },
        training={**asdict(sizes), "history": history},
        metrics=metrics,
        made_with={
            package: importlib.metadata.version(package)
            for package in ("evenflow-server", "keras", "tensorflow")
        },
    )
    files[CARD] = (json.dumps(card.to_table(), ensure_ascii=False, indent=1) + "\n").encode()
    return files


def _without_optimizer(model: Any, work: Path) -> bytes:
    """The model as Keras keeps it, without what only training needs."""
    path = work / KERAS
    model.save(path)
    return path.read_bytes()


def main(argv: Sequence[str] | None = None) -> None:
    """Train as the command line says."""
    plain = Sizes()
    parser = argparse.ArgumentParser(description="Train a classifier of texts.")
    parser.add_argument("data", type=Path)
    parser.add_argument("--name", required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--fallback", default="")
    parser.add_argument("--threshold", type=float, default=0.5)
    for field, value in asdict(plain).items():
        flag = "--" + field.replace("_", "-")
        parser.add_argument(flag, type=type(value), default=value)
    told = vars(parser.parse_args(argv))
    sizes = Sizes(**{field: told[field] for field in asdict(plain)})
    set_threads(1)  # of so small a model's operations, and so in one order on every machine
    try:
        folder = train(
            told["data"], told["name"], told["out"], sizes, told["fallback"], told["threshold"]
        )
    except ClassifierError as error:
        tell({"error": str(error)})
        parser.exit(1)
    except OSError as error:
        tell({"error": f"{error.filename or told['out']}: {error.strerror or error}"})
        parser.exit(1)
    tell({"done": str(folder)})


if __name__ == "__main__":
    main()
