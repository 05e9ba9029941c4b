"""Writes the data of the task model: `python -m services.worker.training.task_texts FILE`.

The same seed makes the same file, byte by byte.
"""

import argparse
import json
import re
from collections import Counter
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from random import Random

from services.worker.training.task_texts.making import plain, request
from services.worker.training.task_texts.tongues import KINDS, PARTS, TONGUES, Form, forms

SEED = 6
PER_KIND = {"train": 1100, "validation": 150, "test": 150}  # of each language
PER_KIND_WIDER = {"train": 2400, "validation": 150, "test": 150}
_TRIES = 4  # a form of few variants does not fill its share
_SLOT, _WORDS = re.compile(r"\{\w+\}"), re.compile(r"\w")


def examples(seed: int) -> Iterator[dict[str, str]]:
    """Every example, no text twice; each form of a kind as often as the others."""
    taken: set[str] = set()
    held_out: set[str] = set()
    by_cell: dict[tuple[str, str, str, bool], list[Form]] = {}
    for form in forms():
        by_cell.setdefault((form.tongue, form.kind, form.part, form.is_wider), []).append(form)
    # Held-out texts first: what is in the test is left out of training, not the other way.
    for part, tongue, kind, wider in product(reversed(PARTS), TONGUES, KINDS, (False, True)):
        cell = by_cell[tongue, kind, part, wider]
        for number in range((PER_KIND_WIDER if wider else PER_KIND)[part]):
            form = cell[number % len(cell)]
            chance = Random(f"{seed} {form.name} {number}")
            for _ in range(_TRIES):
                text, skeleton = request(form, chance)
                said = {plain(text), skeleton}
                if not text or text in taken or (part == "train" and said & held_out):
                    continue
                taken.add(text)
                if part != "train":
                    held_out |= {one for one in said if _WORDS.search(_SLOT.sub("", one))}
                yield {
                    "text": text,
                    "label": kind,
                    "form": form.name,
                    "split": part,
                    "slice": f"{tongue} wider" if wider else tongue,
                }
                break


def main() -> None:
    """Write the file, say how many."""
    parser = argparse.ArgumentParser(description="Write the task model's data.")
    parser.add_argument("file", type=Path)
    parser.add_argument("--seed", type=int, default=SEED)
    arguments = parser.parse_args()
    counts: Counter[str] = Counter()
    with arguments.file.open("w", encoding="utf-8") as file:
        for example in examples(arguments.seed):
            file.write(json.dumps(example, ensure_ascii=False) + "\n")
            counts[example["split"]] += 1
    parser.exit(message=f"{dict(counts)}\n")


if __name__ == "__main__":
    main()
