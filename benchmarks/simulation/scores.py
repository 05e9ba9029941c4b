"""What a run was worth.

Pure. Decides the service targets and the figures that tables show. Knows no policy.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.simulation.pace import Pace
from benchmarks.simulation.trace import Request
from benchmarks.simulation.world import Fleet, Record

TOKEN_TARGET_SECONDS = 0.075


def first_token_target(request: Request) -> float:
    """Seconds within which the first token should have come."""
    return 1.0 + 0.00025 * request.prompt_tokens


def is_good(record: Record) -> bool:
    """Whether the first token came in time, and the others fast enough on the mean."""
    request = record.request
    if record.first_token_at - request.arrives_at > first_token_target(request):
        return False
    between = record.ended_at - record.first_token_at
    return between <= TOKEN_TARGET_SECONDS * max(1, request.answer_tokens - 1)


def idle_seconds(request: Request, pace: Pace) -> float:
    """Seconds until the first token on an idle worker at speed 1."""
    chunks = math.ceil(request.prompt_tokens / pace.chunk_tokens)
    fixed = pace.decode_seconds(0, 0) * chunks if pace.is_fused else 0.0
    return fixed + pace.prefill_token_seconds * request.prompt_tokens


@dataclass(frozen=True, slots=True)
class Scores:
    """One run's figures; seconds. Those of all requests that were counted, the unserved too.

    `excess_p50`: how much later the first token came than on an idle worker. Jain
    and max/mean are of the tokens that went to each worker: unequal workers should
    get unequal loads, so there 1 is not the aim. `found`: the part of all prompt tokens
    that a cache held.
    """

    goodput: float
    ttft_p50: float
    excess_p50: float
    ttft_p99: float
    end_p99: float
    jain: float
    max_by_mean: float
    long_goodput: float
    unserved: int
    ttft_mean: float = 0.0
    found: float = 0.0


def score(records: Sequence[Record], fleet: Fleet, since: float, until: float) -> Scores:
    """The figures of what arrived within this time; earlier and later ones only make the load."""
    counted = [r for r in records if since <= r.request.arrives_at < until]
    ttft = np.array([r.first_token_at - r.request.arrives_at for r in counted])
    whole = np.array([r.ended_at - r.request.arrives_at for r in counted])
    idle = np.array([idle_seconds(r.request, fleet.pace) for r in counted])
    good = np.array([is_good(r) for r in counted])
    is_long = np.array([r.request.prompt_tokens > 4_000 for r in counted])
    served = np.zeros(len(fleet.speeds))
    for record in counted:
        if record.worker >= 0:
            served[record.worker] += record.request.prompt_tokens + record.request.answer_tokens
    return Scores(
        goodput=float(good.mean()),
        ttft_p50=float(np.median(ttft)),
        excess_p50=float(np.median(ttft - idle)),
        ttft_p99=float(np.quantile(ttft, 0.99, method="lower")),
        end_p99=float(np.quantile(whole, 0.99, method="lower")),
        jain=float(served.sum() ** 2 / (len(served) * (served**2).sum())),
        max_by_mean=float(served.max() / served.mean()),
        long_goodput=float(good[is_long].mean()) if is_long.any() else 1.0,
        unserved=int(np.isinf(whole).sum()),
        ttft_mean=float(ttft.mean()),
        found=sum(r.found for r in counted) / sum(r.request.prompt_tokens for r in counted),
    )
