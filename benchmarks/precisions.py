"""How fast the int8 execution is beside the float32 one: bare models, no transport.

    python benchmarks/precisions.py [--repeats N]

Both are open in one process and take turns at every figure, so that whatever
else the machine does meets both alike. Printed are medians in tokens a second
and the median of the ratios of neighbouring turns.
"""

import argparse
import statistics
import time
from collections.abc import Callable
from functools import partial

import numpy as np

from services.worker.engines.engine import Row, StepModel
from services.worker.engines.models.finding import default_cache_dir
from services.worker.engines.pretrained import open_pretrained

STEPS = 4  # decode steps of one turn
PROMPT = 512


def opened(model: str, precision: str, slots: int) -> StepModel:
    """Open a model and say how long that took."""
    began = time.perf_counter()
    found = open_pretrained(model, default_cache_dir(), slots=slots, precision=precision)
    print(f"{precision:8s} open and warm after {time.perf_counter() - began:.1f} s")
    return found[1]


def prefill(model: StepModel, tokens: list[int]) -> float:
    """Tokens a second of one prompt."""
    began, chunk = time.perf_counter(), model.limits.prefill_chunk
    for start in range(0, len(tokens), chunk):
        model.prefill(0, start, tokens[start : start + chunk])
    return len(tokens) / (time.perf_counter() - began)


def decode(model: StepModel, rows: int, past: int) -> float:
    """Tokens a second of so many sequences after so long a past."""
    began = time.perf_counter()
    for step in range(STEPS):
        model.decode([Row(slot, past + step, 99) for slot in range(rows)])
    return rows * STEPS / (time.perf_counter() - began)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description="int8 beside float32.")
    parser.add_argument("--model", default="smollm2-135m-instruct")
    parser.add_argument("--slots", type=int, default=8)
    parser.add_argument("--repeats", type=int, default=7)
    arguments = parser.parse_args()
    int8 = opened(arguments.model, "int8", arguments.slots)
    float32 = opened(arguments.model, "float32", arguments.slots)
    numbers = np.random.default_rng(1).integers(17, int8.limits.vocabulary, PROMPT)
    tokens = [int(number) for number in numbers]
    figures: dict[str, Callable[[StepModel], float]] = {
        f"prefill of {PROMPT}": partial(prefill, tokens=tokens)
    }
    for rows in (1, 4, 8, 16, 32):
        if rows <= arguments.slots:
            for past in (128, 500):
                figures[f"{rows} rows after {past}"] = partial(decode, rows=rows, past=past)
    print(f"{'tokens a second':20s} {'float32':>8s} {'int8':>8s} {'ratio':>6s}")
    for name, figure in figures.items():
        turns = [(figure(float32), figure(int8)) for _ in range(arguments.repeats)]
        slow, fast = (statistics.median(column) for column in zip(*turns, strict=True))
        ratio = statistics.median(b / a for a, b in turns)
        print(f"{name:20s} {slow:8.0f} {fast:8.0f} {ratio:6.1f}", flush=True)


if __name__ == "__main__":
    main()
