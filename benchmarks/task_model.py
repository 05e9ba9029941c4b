"""What the task model is worth: writes benchmarks/results/task_model.md.

Figures of the held-out tests are those of its card, as its training measured them; the
40 texts of benchmarks/task_texts.jsonl and the latency of encoding and LiteRT on this
machine are measured here, text by text, in rounds. benchmarks/asking.py asks other texts.

    python -m benchmarks.task_model [--rounds 30]
"""

import argparse
import asyncio
import json
import statistics
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from services.runtime.text import Text
from services.worker.classifiers.folder import BUNDLED, open_folder
from services.worker.classifiers.litert_classifier import LiteRtClassifier
from services.worker.training.task_texts.__main__ import SEED, examples

HERE = Path(__file__).parent
GOAL = 0.95


def parts(card: Any) -> Iterator[str]:
    """Figures of what was held out."""
    test = card.metrics["test"]
    is_met = "met" if test["accuracy"] >= GOAL else "missed"
    yield f"Version {card.version}; examples {card.data['examples']}."
    yield "Held out: every eighth form of a kind, and every eighth subject and sentence, for"
    yield "validation and as many for the test. All texts are made from our own forms. The first"
    yield "test is the same as ever, text by text; the second is of the forms added last.\n"
    first, second = (parted_accuracy(test["by_slice"], wider) for wider in (False, True))
    yield f"Accuracy on the tests **{test['accuracy']:.4f}** (the first {first:.4f}, the second"
    yield f"{second:.4f}), goal {GOAL}: **{is_met}**;"
    yield f"on validation {card.metrics['validation']['accuracy']:.4f}."
    yield f"Calibration error: {test['calibration_error']}.\n"
    yield "| true \\ found | " + " | ".join(card.labels) + " | recall |"
    yield "|---" * (len(card.labels) + 2) + "|"
    for label, row in zip(card.labels, test["confusion"], strict=True):
        yield f"| {label} | " + " | ".join(map(str, row)) + f" | {test['recall'][label]:.4f} |"
    yield "\n| slice | accuracy |\n|---|---|"
    for name, accuracy in test["by_slice"].items():
        yield f"| {name} | {accuracy:.4f} |"


def parted_accuracy(by_slice: dict[str, float], wider: bool) -> float:
    """Of one of the two tests: the mean of its slices, each by its texts."""
    counts = Counter(one["slice"] for one in examples(SEED) if one["split"] == "test")
    slices = [name for name in by_slice if name.endswith(" wider") == wider]
    right = sum(by_slice[name] * counts[name] for name in slices)
    return right / sum(counts[name] for name in slices)


async def texts(classifier: LiteRtClassifier, card: Any, rounds: int) -> list[str]:
    """The 40 texts and what they take."""
    lines = (HERE / "task_texts.jsonl").read_text(encoding="utf-8").splitlines()
    asked = [json.loads(line) for line in lines]
    rows, right = [], 0
    for one in asked:
        (given,) = await classifier.run([Text(one["text"])])
        found, probability = card.verdict(given)
        right += found == one["label"]
        mark = "" if found == one["label"] else " **wrong**"
        told = f"{one['label']} | {found}{mark} | {probability:.2f}"
        rows.append(f"| {one['text'].replace('|', ' ')} | {told} |")
    took = []
    for _ in range(rounds):
        for one in asked:
            began = time.perf_counter()
            classifier._run([Text(one["text"])])
            took.append(1e3 * (time.perf_counter() - began))
    tenths = statistics.quantiles(took, n=10)
    return [
        f"\n## {right} of {len(asked)} texts that were written by hand\n",
        "They were seen by who made the forms; no form was made for them.\n",
        "| text | expected | found | probability |\n|---|---|---|---|",
        *rows,
        "\n## Latency of encoding and LiteRT, one text, one thread\n",
        f"Median {statistics.median(took):.3f} ms, p10 {tenths[0]:.3f}, p90 {tenths[-1]:.3f}",
        f"({rounds} rounds of {len(asked)} texts). Without the wire.",
    ]


def main() -> None:
    """Write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=30)
    rounds = parser.parse_args().rounds
    folder = open_folder(BUNDLED)
    classifier = LiteRtClassifier(folder, "task")
    told = ["# The task model\n", "`python -m benchmarks.task_model`\n", *parts(folder.card)]
    told += asyncio.run(texts(classifier, folder.card, rounds))
    classifier.close()
    path = HERE / "results" / "task_model.md"
    path.write_text("\n".join(told) + "\n", encoding="utf-8")
    print(f"{path.name} is written")


if __name__ == "__main__":
    main()
