"""Whether a tenant can time what another one has asked: TTFT of guesses, right and wrong.

Runs a whole mesh of two scripted workers (prefill at 9,000 tokens a second, 2 ms a
step). In each trial a victim asks a prompt of 300 bytes that nobody has asked; a
prober then asks that very prompt and another one, in an order that is drawn, and the
victim asks its own again. The median difference of each pair comes with its 95 %
interval by order statistics, which no outlier moves; AUC is the chance that a right
guess is faster than a wrong one: 0.5 tells nothing (0.55 at most is the goal), 1 all.

    python -m benchmarks.probing [--trials 1000] [--seed 1]
"""

import argparse
import asyncio
import math
import random
import statistics
import time
from collections.abc import Sequence
from typing import Any

from evenflow.v1 import generation_pb2, inference_pb2, inference_pb2_grpc

from services.cli.mesh.plan import plan
from services.cli.mesh.running import embedded
from services.runtime import logs
from services.runtime.transport import open_channel

PACE = {"slots": 8, "scripted_step_ms": 2, "scripted_prefill_rate": 9000}
NORMAL_95 = 1.96


async def ttft(stub: Any, prompt: str, tenant: str) -> float:
    """Milliseconds to the first token."""
    request = inference_pb2.GenerateRequest(
        prompt=inference_pb2.PromptTask(text=prompt),
        sampling=generation_pb2.Sampling(max_tokens=2),
    )
    began, first = time.perf_counter(), 0.0
    call = stub.Generate(request, timeout=60, metadata=(("evenflow-tenant", tenant),))
    async for message in call:
        if message.HasField("delta") and not first:
            first = time.perf_counter() - began
    return 1e3 * first


async def trials(stub: Any, count: int, drawn: random.Random) -> dict[str, list[float]]:
    """TTFT by what was asked: the prober's right and wrong guesses, the victim's own words."""
    seen: dict[str, list[float]] = {"right": [], "wrong": [], "own": []}
    for _ in range(count):
        guesses = {
            kind: f"{drawn.getrandbits(64):x} ".ljust(300, "x") for kind in ("right", "wrong")
        }
        await ttft(stub, guesses["right"], "victim")
        for kind in drawn.sample(("right", "wrong"), 2):
            seen[kind].append(await ttft(stub, guesses[kind], "prober"))
        seen["own"].append(await ttft(stub, guesses["right"], "victim"))
    return seen


def median_between(values: Sequence[float]) -> tuple[float, float, float]:
    """The median and its 95 % interval, whatever the distribution.

    >>> median_between(range(101))
    (40, 50, 60)
    """
    ordered, count = sorted(values), len(values)
    reach = math.ceil(NORMAL_95 * math.sqrt(count) / 2)
    low, high = max(0, (count - 1) // 2 - reach), min(count - 1, count // 2 + reach)
    return ordered[low], statistics.median(ordered), ordered[high]


def auc(faster: Sequence[float], slower: Sequence[float]) -> float:
    """The chance that one of the first is less than one of the second; ties count half.

    >>> auc([1, 2], [3, 4]), auc([1, 3], [1, 3])
    (1.0, 0.5)
    """
    won = sum((a < b) + (a == b) / 2 for a in faster for b in slower)
    return won / (len(faster) * len(slower))


def table(seen: dict[str, list[float]]) -> list[str]:
    """What was found, as lines."""
    wrong, lines = seen["wrong"], []
    count = len(wrong)
    by_chance = NORMAL_95 * math.sqrt((2 * count + 1) / (12 * count * count))
    lines.append(f"{count} trials; by chance alone AUC is 0.5 +- {by_chance:.3f} (95 %)")
    lines.append("asked by    what             TTFT p50   less a wrong guess, ms (95 %)      AUC")
    for kind, who, what in (
        ("wrong", "prober", "a wrong guess"),
        ("right", "prober", "a right guess"),
        ("own", "victim", "its own, again"),
    ):
        line = f"{who:10}  {what:14}  {statistics.median(seen[kind]):9.2f}"
        if kind != "wrong":
            pairs = [one - other for one, other in zip(seen[kind], wrong, strict=True)]
            low, middle, high = median_between(pairs)
            line += f"   {middle:+8.3f} ({low:+.3f} to {high:+.3f})"
            line = f"{line:72}{auc(seen[kind], wrong):6.3f}"
        lines.append(line)
    return lines


async def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trials", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    told = parser.parse_args()
    logs.configure("error", "console")
    made = plan(workers=2, engine="scripted", worker_settings=PACE)
    async with (
        embedded(made) as mesh,
        open_channel(mesh.gateway.address, None, internal=False) as channel,
    ):
        await mesh.ready()
        stub = inference_pb2_grpc.InferenceServiceStub(channel)
        await trials(stub, 20, random.Random(-told.seed))  # connections and code are warm
        seen = await trials(stub, told.trials, random.Random(told.seed))
    print("\n".join(table(seen)))


if __name__ == "__main__":
    asyncio.run(main())
