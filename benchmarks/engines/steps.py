"""Single decode steps of the bare model, without engine or transport.

    python -m benchmarks.engines.steps --precision int8 --threads 2 --past 160 ROWS…

A process of its own. Prints, for each number of rows, the median seconds of a
step after that past, and the model's shape, which its roofline follows from.
"""

import argparse
import json
import statistics
import time

from services.worker.engines.engine import Row, StepModel
from services.worker.engines.models.finding import default_cache_dir
from services.worker.engines.pretrained import open_pretrained

STEPS = 24


def step_seconds(model: StepModel, rows: int, past: int) -> float:
    """Median of some steps; the past need not have been computed to be read."""
    seconds = []
    for step in range(STEPS):
        began = time.perf_counter()
        model.decode([Row(slot, past + step, 99) for slot in range(rows)])
        seconds.append(time.perf_counter() - began)
    return statistics.median(seconds)


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--model", default="smollm2-135m-instruct")
    parser.add_argument("--precision", default="int8")
    parser.add_argument("--threads", type=int, default=0)
    parser.add_argument("--context", type=int, default=2048)
    parser.add_argument("--past", type=int, default=160)
    parser.add_argument("rows", type=int, nargs="+")
    given = parser.parse_args()
    _, model, _ = open_pretrained(
        given.model,
        default_cache_dir(),
        slots=max(given.rows),
        context=given.context,
        threads=given.threads,
        precision=given.precision,
    )
    for slot in range(max(given.rows)):
        for start in range(0, given.past, model.limits.prefill_chunk):
            model.prefill(slot, start, [99] * min(model.limits.prefill_chunk, given.past - start))
    print(json.dumps({str(n): step_seconds(model, n, given.past) for n in given.rows}))


if __name__ == "__main__":
    main()
