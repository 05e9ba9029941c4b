"""The balancer's own desk as a policy: the very code that runs in evenflow.

Pure. Translates between the simulated world and `loadbalancer.desk`; decides
nothing itself.
"""

from collections.abc import Iterable, Sequence

import numpy as np

from benchmarks.simulation.pace import Pace
from benchmarks.simulation.policy import Placement, Report
from benchmarks.simulation.trace import Request
from loadbalancer.desk import Desk
from loadbalancer.loads import Load
from loadbalancer.rules import Rules
from loadbalancer.tickets import (
    Ended,
    Event,
    FirstTokenSent,
    Grant,
    LoadReported,
    Outcome,
    Sender,
    Submitted,
    WorkerJoined,
)

GATEWAY = Sender("gateway", 1)


class OurDesk:
    """A Policy. `patience` is the time that callers give each request.

    Unless it `follows_prefixes` it is told of no prompt's beginning, and of none held.
    """

    def __init__(
        self,
        workers: int,
        pace: Pace,
        seed: int,
        rules: Rules | None = None,
        patience: float = 60.0,
        *,
        follows_prefixes: bool = True,
    ) -> None:
        rules = rules or Rules(prefill_chunk_tokens=pace.chunk_tokens, queue_limit=1_000_000)
        self.desk = Desk(rules, np.random.default_rng(seed), 1, 0.0)
        self.rejected = 0
        self._pace = pace
        self._patience = patience
        self._follows_prefixes = follows_prefixes
        self._requests: dict[int, Request] = {}
        self._leases: dict[int, Placement] = {}
        self._failed: dict[int, tuple[str, ...]] = {}  # by request, the workers
        joined = [WorkerJoined(str(worker), f"worker-{worker}:1") for worker in range(workers)]
        self._decide(joined, 0.0)

    def submitted(self, request: Request, now: float) -> Sequence[Placement]:
        """See Policy."""
        self._requests[request.number] = request
        event = Submitted(
            sender=GATEWAY,
            number=request.number,
            tenant=request.tenant,
            model="",
            prompt_bytes=request.prompt_bytes,
            max_tokens=request.max_tokens,
            seconds_left=self._patience,
            marks=self._marks(request),
            excluded=self._failed.get(request.number, ()),
            returned=request.number in self._failed,
        )
        return self._decide([event], now)

    def first_token(self, lease: int, found: int, now: float) -> Sequence[Placement]:
        """See Policy."""
        tokens = self._leases[lease].request.prompt_tokens
        return self._decide([FirstTokenSent(lease, tokens, found)], now)

    def ended(self, lease: int, now: float) -> Sequence[Placement]:
        """See Policy."""
        request = self._leases.pop(lease).request
        self._failed.pop(request.number, None)
        return self._decide([Ended(lease, request.answer_tokens)], now)

    def failed(self, lease: int, now: float) -> Sequence[Placement]:
        """See Policy."""
        request, worker, _ = self._leases.pop(lease)
        self._failed[request.number] = (*self._failed.get(request.number, ()), str(worker))
        return self._decide([Ended(lease, outcome=Outcome.FAILED)], now)

    def reported(self, report: Report, now: float) -> Sequence[Placement]:
        """See Policy."""
        load = Load(
            worker_id=str(report.worker),
            epoch=1,
            sequence=report.sequence,
            step_count=report.steps,
            model="m",
            model_revision="r",
            context_tokens=32_768,
            slots_total=self._pace.slots,
            slots_used=report.sequences,
            kv_tokens_total=self._pace.kv_tokens,
            kv_tokens_used=report.kv_used,
            prefill_backlog_tokens=report.backlog,
            prefill_tokens_per_second=report.prefill_rate,
            decode_step_seconds=report.decode_seconds,
            generated_tokens_total=report.generated,
            bytes_per_token=4.0,
            lease_ids=report.leases,
            prefix_marks_held=report.held if self._follows_prefixes else (),
        )
        return self._decide([LoadReported(load)], now)

    def passed(self, now: float) -> Sequence[Placement]:
        """See Policy."""
        return self._decide([], now)

    def _marks(self, request: Request) -> tuple[tuple[int, int], ...]:
        """Beginnings by their bytes, as gateways tell them."""
        if not self._follows_prefixes:
            return ()
        size = request.prompt_bytes / request.prompt_tokens
        return tuple((name, round(tokens * size)) for name, tokens in request.beginnings)

    def _decide(self, events: Iterable[Event], now: float) -> list[Placement]:
        placements = []
        for effect in self.desk.decide(events, now):
            if isinstance(effect, Grant):
                lease = effect.lease
                request = self._requests.pop(lease.ticket.number)
                placement = Placement(request, int(lease.worker_id), lease.id)
                self._leases[lease.id] = placement
                placements.append(placement)
            else:
                self.rejected += 1
        return placements
